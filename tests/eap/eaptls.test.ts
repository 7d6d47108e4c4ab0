/** EAP-TLS against a server that the test plays over the same TLS engine: how it ends, and what is refused. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Fragments, LENGTH_INCLUDED, MORE_FRAGMENTS, Reassembly } from "../../host/eap/fragments.ts";
import { EAP_TYPE } from "../../host/eap/packet.ts";
import { EapPeer } from "../../host/eap/peer.ts";
import { EapTlsMethod, type EapTlsMethodOptions } from "../../host/eap/tlsmethod.node.ts";
import { TlsEnd, type TlsEndOptions } from "../../host/tlspipe/end.ts";
import { concat } from "../../host/wire/octets.ts";
import { makeCertificates } from "../peers/certificates.ts";
import { hex, toHex } from "../support/hex.ts";
import { wordyServer } from "../tlspipe/certificates.ts";
import { Asking, failureOf, successOf, utf8 } from "./requests.ts";

const FORMAT = { lengthOctets: 4, messageMax: 64 * 1024 } as const;
const START = Uint8Array.of(0x20);
const ACKNOWLEDGEMENT = Uint8Array.of(0);
const COMMITMENT = Uint8Array.of(0);
const VERSIONS = ["TLSv1.2", "TLSv1.3"] as const;
const own = makeCertificates("Authority");
const other = makeCertificates("Other authority");
const expired = makeCertificates("Authority of one that has expired", true);
const SERVER = { ca: own.ca, certificate: own.server, key: own.serverKey };

const peerOf = (options: Partial<EapTlsMethodOptions> = {}): EapPeer => {
  const credentials = { ca: own.ca, certificate: own.client, key: own.clientKey };
  const method = new EapTlsMethod({ ...credentials, serverName: "server", ...options });
  return new EapPeer({ identity: utf8("@example"), methods: [method] });
};

/** The server's side of one conversation. */
class Server {
  readonly end: TlsEnd;
  readonly asking: Asking;
  readonly #peer: EapPeer;
  readonly #fragmentOctets: number;
  /** How many fragments came from the peer. */
  fragments = 0;

  constructor(peer: EapPeer, options: TlsEndOptions = SERVER, fragmentOctets = 1000) {
    this.end = TlsEnd.server(options);
    this.asking = new Asking(peer, EAP_TYPE.tls);
    this.#peer = peer;
    this.#fragmentOctets = fragmentOctets;
  }

  /** Says a message, and takes the one that answers it; empty: an acknowledgement. */
  async say(message: Uint8Array): Promise<Uint8Array> {
    const outgoing = new Fragments(message, FORMAT, this.#fragmentOctets);
    let answer = await this.asking.data(outgoing.next(0));
    for (; !outgoing.isOver; answer = await this.asking.data(outgoing.next(0))) {
      assert.deepEqual(answer, ACKNOWLEDGEMENT);
    }
    return this.#whole(answer);
  }

  /** Up to what the peer answers to the server's last flight of the handshake, or its alert. */
  async shake(): Promise<Uint8Array> {
    let answer = await this.#whole(await this.asking.data(START));
    while (answer.length > 0 && this.#peer.failure === undefined) {
      const { octets } = await this.end.receive(answer);
      // The peer's last flight of TLS 1.3 is not answered by TLS.
      if (this.end.isSecure && this.end.version === "TLSv1.3") return octets;
      answer = await this.say(octets);
    }
    return answer;
  }

  async #whole(first: Uint8Array): Promise<Uint8Array> {
    const reassembly = new Reassembly(FORMAT);
    for (let packet = first; ; packet = await this.asking.data(ACKNOWLEDGEMENT)) {
      const taken = reassembly.take(packet[0], packet.slice(1));
      assert.ok(!("refused" in taken), JSON.stringify(taken));
      if ("message" in taken) return taken.message;
      this.fragments++;
    }
  }
}

/** The whole of it, with that commitment in TLS 1.3. */
async function authenticate(server: Server, commitment = COMMITMENT): Promise<Uint8Array> {
  const tickets = await server.shake();
  if (server.end.version === "TLSv1.2") return tickets;
  return server.say(concat(tickets, (await server.end.write(commitment)).octets));
}

for (const version of VERSIONS) {
  const versions = { minVersion: version, maxVersion: version };
  const isOld = version === "TLSv1.2";

  test(`004-S8: EAP-TLS with ${version}: both ends have one MSK and EMSK, in fragments of any size, and Success ends it`, async () => {
    const sessionIds = new Set<string>();
    for (const fragmentOctets of [64, 1000]) {
      const peer = peerOf({ ...versions, fragmentOctets });
      const server = new Server(peer, SERVER, fragmentOctets);
      assert.deepEqual(await authenticate(server), new Uint8Array(), "an acknowledgement");
      const { end, asking, fragments } = server;
      assert.equal(end.refusal, undefined);
      assert.equal(fragments > 0, fragmentOctets === 64);
      const [label, context] = isOld
        ? (["client EAP encryption", "none"] as const)
        : (["EXPORTER_EAP_TLS_Key_Material", Uint8Array.of(13)] as const);
      const keys = end.exportKey(128, label, context);
      const ended = await peer.receive(successOf(asking.identifier));
      assert.ok("ended" in ended && ended.ended === "success", JSON.stringify(ended));
      assert.equal(toHex(concat(ended.result.msk, ended.result.emsk)), toHex(keys));
      assert.deepEqual(ended.result.serverIdentity, utf8("server"));
      assert.equal(ended.result.sessionId.length, 65);
      sessionIds.add(toHex(ended.result.sessionId));
    }
    assert.equal(sessionIds.size, 2);
  });

  /** Title, what the server has, what the peer has, and why it refuses. */
  const REFUSALS: readonly (readonly [string, TlsEndOptions, Partial<EapTlsMethodOptions>, string])[] = [
    ["of an unknown authority", SERVER, { ca: other.ca }, "no authority that is known here has signed it"],
    ["for another name", SERVER, { serverName: "radius.example" }, "it is not for radius.example"],
    [
      "of a client of the same authority",
      { ...SERVER, certificate: own.client, key: own.clientKey },
      {},
      "it is not for server",
    ],
  ];
  for (const [what, options, mine, reason] of REFUSALS) {
    test(`004-S3: ${version}: a server with a certificate ${what} is refused, and told so; there are no keys`, async () => {
      const peer = peerOf({ ...versions, ...mine });
      const server = new Server(peer, options);
      const alert = await server.shake();
      assert.equal(toHex(alert), "1503030002022a", "fatal, bad_certificate");
      assert.equal(peer.failure, `the server's certificate is refused: ${reason}`);
      assert.ok((await server.end.receive(alert)).failure !== undefined, "and the server's TLS ends with it");
      assert.equal(peer.result, undefined);
      assert.deepEqual(await peer.receive(successOf(server.asking.identifier)), { refused: "wrong phase" });
      assert.deepEqual(await peer.receive(failureOf(server.asking.identifier)), {
        ended: "failure",
        reason: peer.failure,
      });
    });
  }

  test(`004-S3: ${version}: an expired certificate is refused, and the reason says so`, async () => {
    const peer = peerOf({ ...versions, ca: expired.ca });
    const server = new Server(peer, { ca: own.ca, certificate: expired.server, key: expired.serverKey });
    await server.shake();
    assert.equal(peer.failure, "the server's certificate is refused: it has expired");
  });

  test(`${version}: a server that says more inside of TLS than it has to say is refused`, async () => {
    const peer = peerOf(versions);
    const server = new Server(peer);
    const tickets = await server.shake();
    const { octets } = await server.end.write(utf8("hello"));
    const answer = await server.asking.ask(concat(ACKNOWLEDGEMENT, tickets, octets));
    // TLS 1.2 is done with the acknowledgement of the server's Finished: nothing counts behind that.
    if (isOld) assert.deepEqual(answer, { refused: "wrong phase" });
    else assert.equal(peer.failure, "TLS: the server says what it has no reason to");
    assert.equal(peer.result === undefined, !isOld);
  });

  test(`004-S13: ${version}: a server that finds no version in common says so by an alert, which is acknowledged`, async () => {
    const peer = peerOf(versions);
    const theirs = isOld ? "TLSv1.3" : "TLSv1.2";
    const server = new Server(peer, { ...SERVER, minVersion: theirs, maxVersion: theirs });
    const hello = (await server.asking.data(START)).slice(1);
    const alert = await server.say((await server.end.receive(hello)).octets);
    assert.deepEqual(alert, new Uint8Array());
    assert.match(peer.failure ?? "", /^TLS: .*(alert protocol version|unsupported protocol)/);
  });
}

test("RFC 9190, 2.1.1: TLS 1.3 without the server's octet 0 is no success, whatever the server says outside of TLS", async () => {
  const peer = peerOf();
  const server = new Server(peer);
  await server.shake();
  assert.equal(peer.result, undefined);
  assert.deepEqual(await peer.receive(successOf(server.asking.identifier)), { refused: "wrong phase" });
  for (const commitment of [Uint8Array.of(1), Uint8Array.of(0, 0)]) {
    const another = peerOf();
    await authenticate(new Server(another), commitment);
    assert.equal(another.failure, "TLS: the server says what it has no reason to");
  }
  const closed = peerOf();
  const closing = new Server(closed);
  const tickets = await closing.shake();
  await closing.say(concat(tickets, (await closing.end.end()).octets));
  assert.equal(closed.failure, "TLS: the server has ended it");
});

test("RFC 9190, 2.1.1: behind the octet 0 of TLS 1.3 a Failure in clear is not believed, in TLS 1.2 there is nothing to hold against it", async () => {
  for (const maxVersion of VERSIONS) {
    const peer = peerOf({ maxVersion });
    const server = new Server(peer);
    await authenticate(server);
    const answer = await peer.receive(failureOf(server.asking.identifier));
    assert.equal("refused" in answer, maxVersion === "TLSv1.3", JSON.stringify(answer));
  }
});

test("EAP-TLS: what comes out of its order or in no length that it has is dropped, and the right one behind it counts", async () => {
  const peer = peerOf({ fragmentOctets: 100 });
  const server = new Server(peer);
  const drop = async (octets: string, refused: string): Promise<void> => {
    assert.deepEqual(await server.asking.ask(hex(octets)), { refused }, octets);
  };
  await drop("00", "wrong phase");
  await drop("", "too short");
  await drop("2000", "bad length");
  await drop("a000000000", "bad length");
  const first = await server.asking.data(START);
  assert.equal(first[0], LENGTH_INCLUDED | MORE_FRAGMENTS);
  await drop("20", "wrong phase");
  await drop("0016", "not an acknowledgement");
  await drop("8000000000", "not an acknowledgement");
  assert.ok((await server.asking.data(ACKNOWLEDGEMENT)).length > 1, "the next fragment");
});

test("EAP-TLS: an acknowledgement of nothing is dropped; octets that are no TLS, half a flight and 64 KiB end it", async () => {
  const hello = Uint8Array.of(22, 3, 3, 0, 40, 2, 0, 0);
  for (const [data, reason] of [
    [utf8("GET / HTTP/1.0\r\n\r\n"), /^TLS: (wrong version number|http request)/],
    [hello, /^TLS: half a flight$/],
  ] as const) {
    const peer = peerOf();
    const asking = new Asking(peer, EAP_TYPE.tls);
    await asking.data(START);
    assert.deepEqual(await asking.ask(ACKNOWLEDGEMENT), { refused: "an acknowledgement of nothing" });
    await asking.data(concat(ACKNOWLEDGEMENT, data));
    assert.match(peer.failure ?? "", reason);
  }
  const asking = new Asking(peerOf(), EAP_TYPE.tls);
  await asking.data(START);
  assert.deepEqual(await asking.ask(hex("c00001000116")), { refused: "too long" });
});

test("004-D16: a server's flight of 60 KiB comes in more than 200 fragments; behind 255 Requests it is the end", async () => {
  const server = wordyServer(1750);
  for (const [fragmentOctets, isTaken] of [
    [270, true],
    [200, false],
  ] as const) {
    const peer = peerOf({ ca: server.ca, serverName: `${"n".repeat(23)}0.example` });
    const playing = new Server(peer, { ...server, isMutual: false }, fragmentOctets);
    const shaken = await playing.shake().catch((error: Error) => error);
    if (isTaken) {
      assert.equal(peer.failure, undefined, String(shaken));
      assert.ok(playing.asking.identifier > 200, `${playing.asking.identifier} Requests`);
    } else assert.match(String(shaken), /too many Requests/);
  }
});

test("no Type-Data make an EAP-TLS peer throw, before it has begun or behind its hello", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 4 }),
      fc.boolean(),
      async (all, isBegun) => {
        const peer = peerOf();
        const asking = new Asking(peer, EAP_TYPE.tls);
        if (isBegun) await asking.data(START);
        for (const data of all) await asking.ask(data);
        assert.equal(peer.result, undefined);
        peer.close();
      },
    ),
    { numRuns: 60, seed: 11 },
  );
});

test("EAP-TLS: a fragment without room, or a key that is none, is the caller's mistake", () => {
  assert.throws(() => peerOf({ fragmentOctets: 15 }), /fragmentOctets: 15 is not a whole number from 16/);
  assert.throws(() => peerOf({ key: "no key" }), /PEM|DECODER/);
  assert.throws(() => peerOf({ key: other.clientKey }), /key values mismatch/);
});
