/** The codecs of EAP, EAP-PSK and RADIUS: round trips, and no octets make one of them throw. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { emitEap, parseEap } from "../../../host/eap/packet.ts";
import { emitPsk, type PskMessage, parsePsk } from "../../../host/eap/pskmessages.ts";
import { nodeRadiusCrypto } from "../../../host/radius/crypto.node.ts";
import { mppeKeys, mskOf } from "../../../host/radius/mppe.ts";
import {
  eapMessages,
  eapOf,
  emitRadius,
  parseRadius,
  RADIUS_CODE,
  type RadiusPacket,
} from "../../../host/radius/packet.ts";
import { concat } from "../../support/hex.ts";
import { answeringOf, identityRequest, peerOf, serverOf } from "./conversation.ts";

const octetsFrom = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => 3 * i + 1);
const RUNS = { numRuns: 400, seed: 11 };
const octets = (min: number, max = min) => fc.uint8Array({ minLength: min, maxLength: max });
const octet = fc.integer({ min: 0, max: 255 });
const plain = <T>(fields: { [field in keyof T]: fc.Arbitrary<T[field]> }) =>
  fc.record(fields, { noNullPrototype: true });
const radius = plain<RadiusPacket>({
  code: fc.constantFrom(...Object.values(RADIUS_CODE)),
  identifier: octet,
  authenticator: octets(16),
  attributes: fc.array(plain({ type: octet, value: octets(0, 40) }), { maxLength: 6 }),
});
const psk = fc.oneof<fc.Arbitrary<PskMessage>[]>(
  plain({ t: fc.constant("first" as const), randS: octets(16), idS: octets(0, 80) }),
  plain({
    t: fc.constant("second" as const),
    randS: octets(16),
    randP: octets(16),
    macP: octets(16),
    idP: octets(0, 80),
  }),
  plain({ t: fc.constant("third" as const), randS: octets(16), macS: octets(16), channel: octets(21, 40) }),
  plain({ t: fc.constant("fourth" as const), randS: octets(16), channel: octets(21, 40) }),
);

/** Sound octets with some cut off, or one changed: what passes the first checks more often than noise. */
const damaged = (sound: fc.Arbitrary<Uint8Array>) =>
  fc.tuple(sound, fc.nat(), octet, fc.nat(3)).map(([good, at, by, kind]) => {
    if (kind === 0) return good.slice(0, at % (good.length + 1));
    return good.map((octet, i) => (i === at % good.length ? octet ^ by : octet));
  });

test("an EAP packet is read as it was made, padding or not, and whatever is read is made again octet for octet", () => {
  const packet = fc.oneof(
    plain({ code: fc.constantFrom(1 as const, 2 as const), identifier: octet, type: octet, data: octets(0, 300) }),
    plain({ code: fc.constantFrom(3 as const, 4 as const), identifier: octet }),
  );
  fc.assert(
    fc.property(packet, octets(0, 8), (eap, padding) => {
      assert.deepEqual(parseEap(concat(emitEap(eap), padding)), eap);
    }),
    RUNS,
  );
  fc.assert(
    fc.property(fc.oneof(octets(0, 40), damaged(packet.map(emitEap))), (any) => {
      const eap = parseEap(any);
      if (typeof eap !== "string") assert.deepEqual(emitEap(eap), any.slice(0, (any[2] << 8) | any[3]));
    }),
    RUNS,
  );
});

test("EAP packets of a wrong length or code are refused by a name", () => {
  for (const [octets, refusal] of [
    [[1, 1, 0], "too short"],
    [[1, 1, 0, 4], "bad length"],
    [[2, 1, 0, 4], "bad length"],
    [[1, 1, 0, 6, 1], "bad length"],
    [[1, 1, 0, 3, 1], "bad length"],
    [[3, 1, 0, 5, 1], "bad length"],
    [[4, 1, 0, 5, 1], "bad length"],
    [[0, 1, 0, 4], "bad type"],
    [[5, 1, 0, 5, 1], "bad type"],
  ] as const) {
    assert.equal(parseEap(Uint8Array.from(octets)), refusal, `${octets}`);
  }
});

test("the messages of EAP-PSK are read as they were made, and what cannot be read is refused by a name", () => {
  fc.assert(
    fc.property(psk, (message) => {
      assert.deepEqual(parsePsk(emitPsk(message)), message);
    }),
    RUNS,
  );
  fc.assert(
    fc.property(fc.oneof(octets(0, 80), damaged(psk.map(emitPsk))), (any) => {
      const message = parsePsk(any);
      if (typeof message === "string") assert.ok(["too short", "bad length"].includes(message), message);
      else assert.deepEqual(emitPsk(message).slice(1), any.slice(1));
    }),
    RUNS,
  );
  assert.equal(parsePsk(new Uint8Array(17 + 967)), "bad length");
  assert.equal(parsePsk(concat(Uint8Array.of(0x40), new Uint8Array(48 + 967))), "bad length");
});

test("000-R5: no octets make the EAP-PSK server or the peer throw, at any point of a conversation", () => {
  const packets = (() => {
    const conversation = serverOf().begin();
    const answering = answeringOf(peerOf());
    const all: Uint8Array[] = [identityRequest(3)];
    for (let response = answering(all[0]); response; response = answering(all[all.length - 1])) {
      all.push(response, conversation.receive(response).packet);
    }
    return all;
  })();
  assert.equal(packets.length, 7);
  const some = fc.array(fc.oneof(octets(0, 70), damaged(fc.constantFrom(...packets)), fc.constantFrom(...packets)), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(some, fc.nat(2), (hostile, before) => {
      const conversation = serverOf().begin();
      const peer = peerOf();
      const answering = answeringOf(peer);
      let request = identityRequest(3);
      for (let n = 0; n < before; n++) request = conversation.receive(answering(request) ?? new Uint8Array(0)).packet;
      for (const packet of hostile) {
        const { result } = conversation.receive(packet);
        assert.notEqual(result, "success", "nobody without the key");
        peer.receive(packet);
        assert.equal(peer.msk, undefined, "nobody without the key");
      }
    }),
    { ...RUNS, numRuns: 150 },
  );
});

test("000-R5: a RADIUS packet is read as it was made, padding or not; no octets make the parser throw", () => {
  fc.assert(
    fc.property(radius, octets(0, 8), (packet, padding) => {
      assert.deepEqual(parseRadius(concat(emitRadius(packet), padding)), packet);
    }),
    RUNS,
  );
  fc.assert(
    fc.property(fc.oneof(octets(0, 60), damaged(radius.map(emitRadius))), (any) => {
      const packet = parseRadius(any);
      if (typeof packet !== "string") assert.deepEqual(emitRadius(packet), any.slice(0, (any[2] << 8) | any[3]));
    }),
    RUNS,
  );
});

test("000-R5: an EAP packet of any length goes into EAP-Message attributes of 253 octets at most, and comes out again", () => {
  fc.assert(
    fc.property(octets(0, 1100), (packet) => {
      const attributes = eapMessages(packet);
      assert.deepEqual(eapOf(attributes), packet);
      for (const [i, { value }] of attributes.entries()) {
        if (i < attributes.length - 1) assert.equal(value.length, 253);
      }
    }),
    RUNS,
  );
  assert.equal(eapOf([]), undefined);
});

test("000-R5: an MSK goes through MS-MPPE keys; another secret or Authenticator gives another or none, damage never throws", () => {
  const crypto = nodeRadiusCrypto;
  fc.assert(
    fc.property(octets(64), octets(16), octets(1, 40), fc.nat(), octet, (msk, authenticator, secret, at, by) => {
      const attributes = mppeKeys(crypto, secret, authenticator, msk);
      assert.deepEqual(mskOf(crypto, secret, authenticator, attributes), msk);
      assert.notDeepEqual(attributes[0].value.slice(6, 8), attributes[1].value.slice(6, 8), "two salts");
      const other = mskOf(crypto, concat(secret, Uint8Array.of(1)), authenticator, attributes);
      assert.notDeepEqual(other, msk);
      const [first, second] = attributes;
      const value = first.value.map((octet, i) => (i === at % first.value.length ? octet ^ by : octet));
      mskOf(crypto, secret, authenticator, [{ ...first, value: value.slice(0, at % (value.length + 1)) }, second]);
      mskOf(crypto, secret, authenticator, [{ ...first, value }, second]);
    }),
    RUNS,
  );
  assert.throws(() => mppeKeys(crypto, new Uint8Array(1), new Uint8Array(16), new Uint8Array(32)), /msk: 32 octets/);
});

test("000-R5: an MS-MPPE key that says it has another number of octets than 32, or has too few, is none", () => {
  const crypto = nodeRadiusCrypto;
  const secret = Uint8Array.of(1, 2, 3);
  const authenticator = octetsFrom(16);
  const [receive, send] = mppeKeys(crypto, secret, authenticator, octetsFrom(64));
  assert.ok(mskOf(crypto, secret, authenticator, [send, receive]), "in either order");
  // The mask is a stream: Key-Length lies right behind vendor, type, length and salt.
  for (const length of [0, 16, 31, 33, 47, 48, 255]) {
    const value = receive.value.map((octet, i) => (i === 8 ? octet ^ 32 ^ length : octet));
    assert.equal(mskOf(crypto, secret, authenticator, [{ ...receive, value }, send]), undefined, `${length}`);
  }
  for (const octets of [8, 24, 40, 55]) {
    const value = receive.value.slice(0, octets);
    value[5] = octets - 4;
    assert.equal(mskOf(crypto, secret, authenticator, [{ ...receive, value }, send]), undefined, `${octets}`);
  }
});
