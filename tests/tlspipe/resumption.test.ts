/** TLS sessions that are resumed, secrets that are bound to the handshake, and names that a server has to have. */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { createServer } from "node:tls";
import fc from "fast-check";
import { TlsEnd, type TlsEndOptions } from "../../host/tlspipe/end.ts";
import { TlsPipe } from "../../host/tlspipe/pipe.ts";
import { isMasterSecretExtended } from "../../host/tlspipe/session.ts";
import { makeCertificates } from "../peers/certificates.ts";
import { hex, toHex } from "../support/hex.ts";

const made = makeCertificates("Authority");
const other = makeCertificates("Other authority");
const TICKET_KEYS = new Uint8Array(randomBytes(48));
const SERVER: TlsEndOptions = {
  ca: made.ca,
  certificate: made.server,
  key: made.serverKey,
  ticketKeys: TICKET_KEYS,
};
const CLIENT: TlsEndOptions = { ca: made.ca, certificate: made.client, key: made.clientKey, isResumable: true };
const VERSIONS = ["TLSv1.2", "TLSv1.3"] as const;

/** To and fro until there is nothing to say, and how many flights that took. */
async function shake(serverOptions: TlsEndOptions, clientOptions: TlsEndOptions) {
  const [client, server] = [TlsEnd.client(clientOptions), TlsEnd.server(serverOptions)];
  const ends = [client, server];
  let flights = 0;
  for (let { octets } = await client.begin(); octets.length > 0 && flights < 10; ) {
    flights++;
    ({ octets } = await ends[flights % 2].receive(octets));
  }
  return { client, server, flights };
}

for (const version of VERSIONS) {
  const versions = { minVersion: version, maxVersion: version };
  const server = { ...SERVER, ...versions };

  test(`004-S5: ${version}: a session is resumed in three flights, again and again, with new keys and the names of both ends`, async () => {
    const first = await shake(server, CLIENT);
    assert.deepEqual([first.client.isResumed, first.server.isResumed], [false, false]);
    let { session } = first.client;
    const keys = new Set([toHex(first.client.exportKey(32, "EXPORTER-test"))]);
    for (let i = 2; i < 5; i++) {
      const { client, server: end, flights } = await shake(server, { ...CLIENT, session });
      assert.deepEqual([client.isResumed, end.isResumed], [true, true]);
      assert.deepEqual([client.refusal, end.refusal], [undefined, undefined]);
      assert.deepEqual([client.peerName, end.peerName], ["server", "client"]);
      assert.equal(flights, 3);
      const key = toHex(client.exportKey(32, "EXPORTER-test"));
      assert.equal(toHex(end.exportKey(32, "EXPORTER-test")), key);
      keys.add(key);
      assert.equal(keys.size, i);
      session = client.session ?? session;
    }
  });

  test(`004-S5: ${version}: a server of other ticket keys, or one that gives none, begins anew`, async () => {
    const { session } = (await shake(server, CLIENT)).client;
    const others = { ...server, ticketKeys: new Uint8Array(48) };
    for (const options of [others, { ...server, ticketKeys: undefined }]) {
      const { client, server: end } = await shake(options, { ...CLIENT, session });
      assert.deepEqual([client.isResumed, end.isResumed], [false, false]);
      assert.deepEqual([client.refusal, end.refusal], [undefined, undefined]);
    }
    assert.equal(
      (await shake({ ...server, ticketKeys: undefined }, { ...CLIENT, isResumable: false })).client.refusal,
      undefined,
    );
  });

  test(`004-S3: ${version}: a session with a server that was refused cannot be had, and one is not resumed for another name`, async () => {
    const doubtful = await shake(server, { ...CLIENT, ca: other.ca });
    assert.equal(doubtful.client.refusal, "SELF_SIGNED_CERT_IN_CHAIN");
    assert.equal(doubtful.client.session, undefined);
    const named = await shake(server, { ...CLIENT, serverName: "server" });
    assert.equal(named.client.refusal, undefined);
    const renamed = await shake(server, { ...CLIENT, session: named.client.session, serverName: "other" });
    assert.deepEqual([renamed.client.isResumed, renamed.client.refusal], [true, "it is not for other"]);
  });

  test(`${version}: the exporter has a context, and TLS 1.2 alone tells none from an empty one`, async () => {
    const { client, server: end } = await shake(server, CLIENT);
    const label = "EXPORTER-test";
    const exported = [undefined, "none" as const, Uint8Array.of(13), Uint8Array.of(14)].map((context) => {
      const key = toHex(client.exportKey(32, label, context));
      assert.equal(toHex(end.exportKey(32, label, context)), key);
      return key;
    });
    assert.equal(new Set(exported).size, version === "TLSv1.2" ? 4 : 3);
  });
}

/** A server that does as it is told: Node's own, without this project's options. */
async function shakeWithout(secureOptions: number): Promise<TlsEnd> {
  const pipe = new TlsPipe();
  const { certificate: cert, key } = SERVER;
  const server = createServer({ cert, key, secureOptions, maxVersion: "TLSv1.2" });
  server.on("secureConnection", (socket) => socket.on("error", () => {}));
  server.emit("connection", pipe);
  const client = TlsEnd.client(CLIENT);
  for (let { octets } = await client.begin(); octets.length > 0; ) {
    pipe.put(octets);
    await pipe.quiet();
    ({ octets } = await client.receive(pipe.takeWritten()));
  }
  return client;
}

test("RFC 7627: TLS 1.2 without an extended master secret is refused, with it it is not", async () => {
  assert.equal((await shakeWithout(0)).refusal, undefined);
  // SSL_OP_NO_EXTENDED_MASTER_SECRET of OpenSSL 3, for which Node has no name.
  const NO_EXTENDED_MASTER_SECRET = 1;
  assert.equal((await shakeWithout(NO_EXTENDED_MASTER_SECRET)).refusal, "no extended master secret");
});

test("a session's flags are read wherever they stand, and no octets make that throw", () => {
  for (const [session, isExtended] of [
    ["3005 ad03 020101", true],
    ["3005 ad03 020100", false],
    ["3006 ad04 02020103", true],
    ["3006 ad04 02020300", false],
    ["3008 020101 ad03 020101", true],
    ["308108 020101 ad03 020101", true],
    ["3003 020101", false],
    ["3105 ad03 020101", false],
    ["3009 ad03 020101", false],
    ["3005 ad09 020101", false],
    ["3080 ad03 020101", false],
    ["3002 ad00", false],
    ["", false],
  ] as const) {
    assert.equal(isMasterSecretExtended(hex(session)), isExtended, session);
  }
  assert.equal(isMasterSecretExtended(undefined), false);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (octets) => {
      assert.equal(typeof isMasterSecretExtended(octets), "boolean");
    }),
    { numRuns: 500, seed: 11 },
  );
});
