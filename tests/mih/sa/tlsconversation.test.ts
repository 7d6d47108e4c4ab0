/** TLS between two MISFs. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { type TlsConversationOptions, tlsInitiator, tlsResponder } from "../../../host/mih/sa/tlsconversation.node.ts";
import { TlsEnd } from "../../../host/tlspipe/end.ts";
import { makeCertificates } from "../../peers/certificates.ts";
import { toHex } from "../../support/hex.ts";
import { mskOf, reasonOf, talk } from "./talk.ts";

const made = makeCertificates("Federation");
const other = makeCertificates("Other federation");
/** The responder has the certificate of "server", the initiator that of "client". */
const SPOS = { ca: made.ca, certificate: made.client, key: made.clientKey, peer: "server" };
const TPOS = { ca: made.ca, certificate: made.server, key: made.serverKey, peer: "client" };

for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
  const spos: TlsConversationOptions = { ...SPOS, minVersion: version, maxVersion: version };
  const tpos: TlsConversationOptions = { ...TPOS, minVersion: version, maxVersion: version };

  test(`003-M4, 003-C13: ${version} over MIS gives both ends one MSK of 64 octets, new every time, in two rounds`, async () => {
    const seen = new Set<string>();
    for (let i = 0; i < 2; i++) {
      const { initiator, responder, payloads } = await talk(tlsInitiator(spos), tlsResponder(tpos));
      assert.deepEqual(mskOf(initiator), mskOf(responder));
      assert.equal(mskOf(initiator).length, 64);
      assert.equal(initiator?.kind === "done" && initiator.identity, "server");
      assert.equal(responder?.kind === "done" && responder.identity, "client");
      assert.equal(payloads.length, 4);
      seen.add(toHex(mskOf(initiator)));
    }
    assert.equal(seen.size, 2);
  });

  test(`${version}: a responder that nobody vouches for gets no certificate of a client in 1.3, and no MSK in either`, async () => {
    const stranger = { ...tpos, certificate: other.server, key: other.serverKey };
    const { initiator, payloads } = await talk(tlsInitiator(spos), tlsResponder(stranger));
    assert.equal(reasonOf(initiator), "the other end's certificate is refused: UNABLE_TO_VERIFY_LEAF_SIGNATURE");
    // In 1.2 Node verifies when both Finished are through.
    assert.equal(payloads.length, version === "TLSv1.3" ? 2 : 4);
  });

  test(`003-M5: ${version}: an initiator that nobody vouches for is refused by both ends, and has no MSK either`, async () => {
    const stranger = { ...spos, certificate: other.client, key: other.clientKey };
    const { initiator, responder } = await talk(tlsInitiator(stranger), tlsResponder(tpos));
    assert.equal(reasonOf(responder), "the other end's certificate is refused: UNABLE_TO_VERIFY_LEAF_SIGNATURE");
    assert.equal(reasonOf(initiator), "TLS: the responder has refused this end, its certificate perhaps");
  });

  test(`003-C15: ${version}: a member of the federation that says it is another is refused at either end`, async () => {
    const atInitiator = await talk(tlsInitiator({ ...spos, peer: "tpos@b.example" }), tlsResponder(tpos));
    assert.equal(
      reasonOf(atInitiator.initiator),
      "the other end's certificate is that of server, not of tpos@b.example",
    );
    const atResponder = await talk(tlsInitiator(spos), tlsResponder({ ...tpos, peer: "spos@b.example" }));
    assert.equal(
      reasonOf(atResponder.responder),
      "the other end's certificate is that of client, not of spos@b.example",
    );
    assert.equal(reasonOf(atResponder.initiator), "TLS: the responder has refused this end, its certificate perhaps");
    const anybody = await talk(tlsInitiator(spos), tlsResponder({ ...tpos, peer: undefined }));
    assert.equal(anybody.responder?.kind === "done" && anybody.responder.identity, "client");
  });

  test(`${version}: an initiator without a certificate is refused`, async () => {
    const [anonymous, responder] = [TlsEnd.client({ ca: made.ca, maxVersion: version }), tlsResponder(tpos)];
    const hello = await responder.next((await anonymous.begin()).octets);
    if (hello.kind !== "send") throw new Error(`not answered: ${hello.kind}`);
    const finished = await anonymous.receive(hello.payload);
    assert.equal(
      reasonOf(await responder.next(finished.octets)),
      "the other end's certificate is refused: it has sent no certificate",
    );
  });

  test(`${version}: an octet that changes on the way, in any flight, leaves no end with an MSK that the other has not`, async () => {
    for (const number of [0, 1, 2, 3]) {
      for (const part of [0.3, 0.9]) {
        const { initiator, responder } = await talk(tlsInitiator(spos), tlsResponder(tpos), (payload, i) =>
          i === number
            ? payload.map((octet, j) => (j === Math.floor(part * payload.length) ? octet ^ 1 : octet))
            : payload,
        );
        assert.ok(initiator?.kind !== "done", `flight ${number} at ${part}: the initiator has an MSK`);
        // The last flight is the one way of which the responder cannot hear: it is the AUTH tags that confirm it.
        assert.equal(responder?.kind === "done", number === 3, `flight ${number} at ${part}: the responder`);
      }
    }
  });
}

test("003-C13: without a version in common both ends fail, and the alert is carried before the end", async () => {
  const initiator = tlsInitiator({ ...SPOS, maxVersion: "TLSv1.2" });
  const { initiator: mine, responder: others } = await talk(
    initiator,
    tlsResponder({ ...TPOS, minVersion: "TLSv1.3" }),
  );
  assert.equal(reasonOf(others), "TLS: unsupported protocol");
  assert.ok(others?.payload && others.payload[0] === 21, "an alert goes with it");
  assert.equal(reasonOf(mine), "TLS: tlsv1 alert protocol version");
});

test("a flight in pieces is put together: each piece but the last is answered with nothing", async () => {
  const [initiator, responder] = [tlsInitiator(SPOS), tlsResponder(TPOS)];
  const hello = await initiator.begin();
  const first = await responder.next(hello.slice(0, 100));
  assert.deepEqual(first, { kind: "send", payload: new Uint8Array() });
  const second = await responder.next(hello.slice(100));
  assert.ok(second.kind === "send" && second.payload.length > 500, "then comes the flight");
  assert.deepEqual(await responder.begin(), new Uint8Array());
});

test("an empty payload again and again ends a conversation after 20 rounds", async () => {
  const responder = tlsResponder(TPOS);
  for (let i = 0; i < 20; i++) assert.equal((await responder.next(new Uint8Array())).kind, "send");
  assert.equal(reasonOf(await responder.next(new Uint8Array())), "more than 20 rounds");
});
