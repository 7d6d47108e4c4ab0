/** TLS whose octets somebody else carries: whole flights, whatever their size and however busy the machine is. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { FLIGHT_OCTETS_MAX, TlsEnd, type TlsEndOptions, type TlsFlight } from "../../host/tlspipe/end.ts";
import { makeCertificates } from "../peers/certificates.ts";
import { toHex } from "../support/hex.ts";
import { wordyServer } from "./certificates.ts";

const made = makeCertificates("Authority");
const other = makeCertificates("Other authority");
const SERVER = { ca: made.ca, certificate: made.server, key: made.serverKey };
const CLIENT = { ca: made.ca, certificate: made.client, key: made.clientKey };
const VERSIONS = ["TLSv1.2", "TLSv1.3"] as const;
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

interface Shaken {
  readonly client: TlsEnd;
  readonly server: TlsEnd;
  /** All flights, the client's first, the one that was empty or failed the last. */
  readonly flights: readonly TlsFlight[];
}

/** To and fro until there is nothing to say. `cut`: octets of a flight that go in at one time. */
async function shake(
  serverOptions: TlsEndOptions = SERVER,
  clientOptions: TlsEndOptions = CLIENT,
  cut = Number.POSITIVE_INFINITY,
): Promise<Shaken> {
  const [client, server] = [TlsEnd.client(clientOptions), TlsEnd.server(serverOptions)];
  const ends = [client, server];
  const flights = [await client.begin()];
  for (let flight = flights[0]; flight.octets.length > 0 && flights.length < 10; flights.push(flight)) {
    const end = ends[flights.length % 2];
    const { octets } = flight;
    for (let at = 0; at < octets.length; at += cut) flight = await end.receive(octets.slice(at, at + cut));
  }
  return { client, server, flights };
}

const whyOf = ({ flights }: Shaken): (string | undefined)[] => flights.map(({ failure }) => failure);

for (const version of VERSIONS) {
  const server = { ...SERVER, minVersion: version, maxVersion: version };

  test(`004-S3: ${version}: two flights each way, and then both ends have one exporter and each other's name`, async () => {
    const shaken = await shake(server);
    assert.deepEqual(whyOf(shaken), Array(5).fill(undefined), "four flights, and one that is empty");
    assert.deepEqual([shaken.server.version, shaken.client.version], [version, version]);
    assert.deepEqual([shaken.server.refusal, shaken.client.refusal], [undefined, undefined]);
    assert.deepEqual([shaken.server.peerName, shaken.client.peerName], ["client", "server"]);
    const keys = [shaken.server, shaken.client].map((end) => toHex(end.exportKey(32, "EXPORTER-test")));
    assert.equal(keys[0], keys[1]);
    assert.notEqual(toHex(shaken.client.exportKey(32, "EXPORTER-other")), keys[0]);
    const again = await shake(server);
    assert.notEqual(toHex(again.client.exportKey(32, "EXPORTER-test")), keys[0], "a new one in every conversation");
  });

  test(`004-S11: ${version}: data go both ways, and each end says when it writes no more`, async () => {
    const { client, server: end } = await shake(server);
    const request = await client.write(ascii("CLR"));
    assert.deepEqual((await end.receive(request.octets)).data, ascii("CLR"));
    const answer = await end.write(ascii("CLA"));
    assert.deepEqual((await client.receive(answer.octets)).data, ascii("CLA"));
    const closing = await end.receive((await client.end()).octets);
    assert.deepEqual([closing.isEnded, closing.failure], [true, undefined]);
    const closed = await client.receive((await end.end()).octets);
    assert.deepEqual([closed.isEnded, closed.failure], [true, undefined]);
  });

  test(`${version}: a flight that comes in pieces of any size counts as one that comes whole`, async () => {
    const whole = await shake(server);
    for (const cut of [7, 100]) {
      const pieces = await shake(server, CLIENT, cut);
      assert.equal(pieces.flights.length, whole.flights.length, `pieces of ${cut} octets`);
      assert.equal(pieces.server.refusal ?? pieces.client.refusal, undefined);
      assert.equal(toHex(pieces.server.exportKey(16, "EXPORTER-x")), toHex(pieces.client.exportKey(16, "EXPORTER-x")));
    }
  });

  test(`${version}: no certificate, one of a stranger, or a server of a stranger: each is refused by name`, async () => {
    const none = await shake(server, { ca: made.ca });
    assert.equal(none.server.refusal, "it has sent no certificate");
    const stranger = await shake(server, { ...CLIENT, certificate: other.client, key: other.clientKey });
    assert.equal(stranger.server.refusal, "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
    const doubtful = await shake(server, { ...CLIENT, ca: other.ca });
    assert.equal(doubtful.client.refusal, "SELF_SIGNED_CERT_IN_CHAIN");
    const oneWay = await shake({ ...server, isMutual: false }, { ca: made.ca });
    assert.deepEqual([oneWay.server.refusal, oneWay.server.peerName], [undefined, undefined]);
  });
}

test("004-S13: an alert is part of the flight that it belongs to, and both ends tell the reason", async () => {
  const shaken = await shake({ ...SERVER, minVersion: "TLSv1.3" }, { ...CLIENT, maxVersion: "TLSv1.2" });
  assert.deepEqual(whyOf(shaken), [undefined, "unsupported protocol", "tlsv1 alert protocol version"]);
  // Alert(21), TLS 1.x, two octets: fatal(2), protocol_version(70).
  assert.equal(toHex(shaken.flights[1].octets).replace(/^150[0-9]0[0-9]/, ""), "00020246");
});

test("004-D16: a flight of several writes of the engine is one flight", async () => {
  for (const names of [100, 1500]) {
    const server = wordyServer(names);
    const { client, flights } = await shake({ ...server, isMutual: false }, { ca: server.ca });
    assert.equal(client.refusal, undefined, `${names} names`);
    assert.equal(flights.length, 5, `${names} names: ${flights.map(({ octets }) => octets.length)}`);
    assert.ok(flights[1].octets.length > 32 * names, "it is as long as its certificate");
  }
});

test("a flight above 64 KiB is not sent, and not taken", async () => {
  const server = wordyServer(2500);
  const { flights } = await shake({ ...server, isMutual: false }, { ca: server.ca });
  assert.deepEqual([flights[1].failure, flights[1].octets.length], ["this end's flight is too long", 0]);
  const client = TlsEnd.client(CLIENT);
  await client.begin();
  assert.equal((await client.receive(new Uint8Array(FLIGHT_OCTETS_MAX + 1))).failure, "the flight is too long");
});

test("flights are whole while 60 handshakes share a process that is kept busy", async () => {
  let isOver = false;
  const busy = (async () => {
    while (!isOver) {
      const until = performance.now() + 3;
      while (performance.now() < until);
      await new Promise(setImmediate);
    }
  })();
  const all = await Promise.all(
    Array.from({ length: 60 }, (_, i) => shake({ ...SERVER, maxVersion: VERSIONS[i % 2] }, CLIENT)),
  );
  isOver = true;
  await busy;
  assert.deepEqual([...new Set(all.map(({ flights }) => flights.length))], [5]);
  assert.ok(
    all.every(({ client, server }) => (client.refusal ?? server.refusal) === undefined),
    "all of them are secure",
  );
});

test("octets that are no TLS end it with a reason, at either end and at any time", async () => {
  for (const make of [() => TlsEnd.client(CLIENT), () => TlsEnd.server(SERVER)]) {
    for (const octets of [
      ascii("GET / HTTP/1.0\r\n\r\n"),
      Uint8Array.of(22, 3, 1, 0, 5, 1, 2, 3, 4, 5),
      new Uint8Array(99),
    ]) {
      const end = make();
      await end.begin();
      const { failure } = await end.receive(octets);
      assert.ok(failure !== undefined, `${toHex(octets)} was taken`);
      assert.equal((await end.receive(new Uint8Array(9))).failure, failure, "and stays so");
    }
  }
  const { client, server } = await shake();
  const { octets } = await client.write(ascii("x"));
  octets[octets.length - 1] ^= 1;
  assert.equal((await server.receive(octets)).failure, "decryption failed or bad record mac");
});

test("an end that was said goodbye to answers whatever comes after, and does not wait for ever", async () => {
  for (const late of [new Uint8Array(), ascii("late"), new Uint8Array(40_000)]) {
    const { client, server } = await shake();
    await server.receive((await client.end()).octets);
    const answer = await server.receive(late);
    await client.receive((await server.end()).octets);
    const last = await client.receive(late);
    for (const { data, octets } of [answer, last]) assert.equal(data.length + octets.length, 0, "it says nothing");
  }
});

test("one step at a time, nothing before the handshake is over, nothing of a closed end", async () => {
  const server = TlsEnd.server(SERVER);
  assert.equal(server.refusal, "the handshake is not over");
  assert.throws(() => server.exportKey(32, "EXPORTER-x"), { name: "RangeError" });
  assert.throws(() => server.write(new Uint8Array(1)), { name: "RangeError" });
  const first = server.receive(new Uint8Array());
  await assert.rejects(server.receive(new Uint8Array()), { name: "RangeError", message: "a step is under way" });
  assert.deepEqual((await first).octets, new Uint8Array());
  assert.deepEqual((await server.begin()).octets, new Uint8Array(), "a server waits to be spoken to");
  server.close();
  assert.equal((await server.receive(ascii("x"))).failure, "closed");
  assert.throws(() => TlsEnd.server({ ...SERVER, key: "no key" }), /PEM|DECODER/);
});
