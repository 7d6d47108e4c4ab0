/** The AP with its EAP server behind RADIUS: the AP, the reference station and the RADIUS server in one time of the test. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { EapStep } from "../../../host/eap/backend.ts";
import { signResponse } from "../../../host/radius/authenticators.ts";
import { RadiusClient } from "../../../host/radius/client.ts";
import { nodeRadiusCrypto } from "../../../host/radius/crypto.node.ts";
import { mppeKeys } from "../../../host/radius/mppe.ts";
import {
  ATTRIBUTE,
  type Attribute,
  attributeOf,
  eapMessages,
  eapOf,
  parseRadius,
  RADIUS_CODE,
  type RadiusCode,
  type RadiusPacket,
} from "../../../host/radius/packet.ts";
import { RadiusRelay } from "../../../host/radius/relay.ts";
import { RadiusServer } from "../../../host/radius/server.ts";
import { REASON } from "../../../host/rsn/frames/codes.ts";
import { AA, Bed, SPA, SSID } from "../ap/bed.ts";
import { readPmksa } from "../twin/record.ts";
import { KEY, OTHER_KEY, serverOf } from "./conversation.ts";

const crypto = nodeRadiusCrypto;
const SECRET = new TextEncoder().encode("testing123");
const ascii = (octets: Uint8Array | undefined): string => new TextDecoder().decode(octets);

interface RelayedOptions {
  readonly akm?: 1 | 5;
  readonly key?: Uint8Array;
  /** Takes the place of the server. */
  readonly answers?: (request: Uint8Array) => Uint8Array | undefined;
}

/** A bed whose AP relays to a RADIUS server; serve() hands every datagram over that waits. */
class Relayed {
  readonly bed: Bed;
  readonly client: RadiusClient;
  readonly server = new RadiusServer({ crypto, secret: SECRET, eap: serverOf() });
  readonly waiting: Uint8Array[] = [];
  readonly requests: Uint8Array[] = [];
  msk: Uint8Array | undefined;
  readonly #answers: (request: Uint8Array) => Uint8Array | undefined;

  constructor({ akm = 5, key = KEY, answers }: RelayedOptions = {}) {
    const send = (datagram: Uint8Array): void => {
      this.waiting.push(datagram);
    };
    this.client = new RadiusClient({ crypto, secret: SECRET, send });
    const relay = new RadiusRelay({
      client: this.client,
      aa: AA,
      ssid: SSID,
      nasIdentifier: "ap.example",
      now_s: () => this.bed.now_s,
      onStep: (spa, step) => {
        this.msk = step.msk?.slice();
        this.bed.down(this.bed.ap.eapAnswer(spa, step, this.bed.now_s));
      },
    });
    this.#answers = answers ?? ((datagram) => this.server.receive(datagram, "ap", this.bed.now_s).answer);
    this.bed = new Bed({ akm, key, eap: relay });
  }

  serve(): void {
    for (let datagram = this.waiting.shift(); datagram; datagram = this.waiting.shift()) {
      this.requests.push(datagram);
      const answer = this.#answers(datagram);
      if (answer) this.client.receive(answer);
    }
  }

  /** Time passes for the AP and its RADIUS client alike. */
  wait(time_s: number): void {
    const end_s = this.bed.now_s + time_s;
    while (this.client.due_s <= end_s) {
      this.bed.wait(Math.max(0, this.client.due_s - this.bed.now_s));
      this.client.advance(this.bed.now_s);
    }
    this.bed.wait(end_s - this.bed.now_s);
  }
}

for (const akm of [1, 5] as const) {
  test(`000-R5, 000-R6: AKM ${akm} over RADIUS: three requests, then the handshake under the server's MSK`, () => {
    const relayed = new Relayed({ akm });
    relayed.bed.connect();
    assert.ok(!relayed.bed.isAuthorized, "the answer is owed");
    relayed.serve();
    assert.ok(relayed.bed.isAuthorized, "the port is open");
    assert.equal(relayed.requests.length, 3);
    assert.deepEqual(readPmksa(relayed.bed.host)?.pmk, relayed.msk?.slice(0, 32));
  });
}

test("000-R5: the requests say who asks for whom, and carry the State of the challenge before", () => {
  const relayed = new Relayed();
  relayed.bed.connect();
  relayed.serve();
  const [first, second] = relayed.requests.map((datagram) => parsed(datagram).attributes);
  const { messageAuthenticator, userName, state, nasIdentifier, callingStationId, calledStationId } = ATTRIBUTE;
  for (const attributes of [first, second]) {
    assert.equal(attributes[0].type, messageAuthenticator, "the first attribute");
    assert.equal(ascii(attributeOf(attributes, userName)), "psk.user");
    assert.equal(ascii(attributeOf(attributes, nasIdentifier)), "ap.example");
    assert.equal(ascii(attributeOf(attributes, callingStationId)), "02-00-00-00-03-00");
    assert.equal(ascii(attributeOf(attributes, calledStationId)), "02-00-00-00-02-00:ampnet");
  }
  assert.equal(attributeOf(first, state), undefined);
  assert.equal(attributeOf(second, state)?.length, 16);
});

test("000-R5: another EAP-PSK key ends with Access-Reject, EAP-Failure and reason 23", () => {
  const relayed = new Relayed({ key: OTHER_KEY });
  relayed.bed.connect();
  relayed.serve();
  assert.deepEqual([...relayed.bed.ap.ended], [[REASON.IEEE_802_1X_AUTH_FAILED, 1]]);
  assert.ok(!relayed.bed.isAuthorized, "the port is closed");
  assert.equal(relayed.requests.length, 2);
});

test("000-R5: a RADIUS server that is lost for 13 s is made good; one that never answers ends with reason 23 after 30 s", () => {
  const late = new Relayed();
  late.bed.connect();
  late.waiting.length = 0;
  late.wait(13);
  assert.equal(late.waiting.length, 2, "sent again at 2 and 6 s");
  late.serve();
  assert.ok(late.bed.isAuthorized, "the port is open");

  const never = new Relayed({ answers: () => undefined });
  never.bed.connect();
  never.wait(29.9);
  assert.deepEqual([...never.bed.ap.ended], []);
  never.wait(0.2);
  assert.deepEqual([...never.bed.ap.ended], [[REASON.IEEE_802_1X_AUTH_FAILED, 1]]);
});

test("000-R5: a station that begins again has a new conversation, and an answer to the one before is nobody's", () => {
  const relayed = new Relayed();
  relayed.bed.connect();
  const [old] = relayed.waiting.splice(0);
  relayed.bed.connect();
  const { answer } = relayed.server.receive(old, "ap", 0);
  const count = relayed.bed.air.length;
  assert.equal(relayed.client.receive(answer ?? new Uint8Array(0)), "unknown identifier");
  assert.equal(relayed.bed.air.length, count, "nothing is sent for it");
  relayed.serve();
  assert.ok(relayed.bed.isAuthorized, "the port is open");
});

function parsed(datagram: Uint8Array): RadiusPacket {
  const packet = parseRadius(datagram);
  return typeof packet === "string" ? assert.fail(packet) : packet;
}

/** A server that has the secret and answers the first request with this. */
function saying(code: RadiusCode, attributesOf: (authenticator: Uint8Array) => Attribute[]): Relayed {
  const relayed = new Relayed({
    answers: (datagram) => {
      const { identifier, authenticator } = parsed(datagram);
      const attributes = attributesOf(authenticator);
      return signResponse(crypto, SECRET, authenticator, { code, identifier, attributes });
    },
  });
  relayed.bed.connect();
  relayed.serve();
  return relayed;
}

const success = eapMessages(Uint8Array.of(3, 1, 0, 4));
const failure = eapMessages(Uint8Array.of(4, 1, 0, 4));
const keysOf = (authenticator: Uint8Array): Attribute[] =>
  mppeKeys(crypto, SECRET, authenticator, crypto.randomBytes(64));
const CONTRADICTIONS: readonly (readonly [string, RadiusCode, (authenticator: Uint8Array) => Attribute[]])[] = [
  ["Access-Accept without keys", 2, () => success],
  ["Access-Accept with one key", 2, (authenticator) => [...success, keysOf(authenticator)[0]]],
  ["Access-Accept with EAP-Failure", 2, (authenticator) => [...failure, ...keysOf(authenticator)]],
  ["Access-Accept without EAP", 2, keysOf],
  ["Access-Reject with EAP-Success and keys", 3, (authenticator) => [...success, ...keysOf(authenticator)]],
  ["Access-Challenge without EAP", 11, () => []],
  ["Access-Challenge with EAP-Success", 11, () => success],
  ["Access-Challenge with half an EAP packet", 11, () => eapMessages(Uint8Array.of(1, 1, 0, 9, 47))],
];

for (const [what, code, attributesOf] of CONTRADICTIONS) {
  test(`000-R5: ${what} is a failure: reason 23, and no PMKSA`, () => {
    const { bed } = saying(code, attributesOf);
    assert.deepEqual([...bed.ap.ended], [[REASON.IEEE_802_1X_AUTH_FAILED, 1]]);
    assert.ok(!bed.isAuthorized, "the port is closed");
    assert.equal(readPmksa(bed.host), null);
  });
}

test("000-R5: whatever attributes the server answers with, the relay gives one step and never throws", () => {
  const octets = fc.uint8Array({ maxLength: 80 });
  const types = fc.constantFrom(...Object.values(ATTRIBUTE).filter((type) => type !== ATTRIBUTE.messageAuthenticator));
  const eap = fc.constantFrom(success, failure, eapMessages(Uint8Array.of(1, 2, 0, 6, 47, 0)), []);
  const attributes = fc.array(fc.record({ type: types, value: octets }, { noNullPrototype: true }), { maxLength: 5 });
  const codes = fc.constantFrom(2 as const, 3 as const, 11 as const);
  fc.assert(
    fc.property(codes, eap, attributes, (code, messages, some) => {
      const results: string[] = [];
      const send = (datagram: Uint8Array): void => {
        const { identifier, authenticator } = parsed(datagram);
        answer = signResponse(crypto, SECRET, authenticator, { code, identifier, attributes: [...messages, ...some] });
      };
      let answer: Uint8Array = new Uint8Array(0);
      const client = new RadiusClient({ crypto, secret: SECRET, send });
      const onStep = (_spa: Uint8Array, { result }: EapStep): void => {
        results.push(result);
      };
      const options = { client, aa: AA, ssid: SSID, nasIdentifier: "ap.example", now_s: () => 0, onStep };
      const conversation = new RadiusRelay(options).begin(SPA);
      assert.equal(conversation.receive(Uint8Array.of(2, 1, 0, 6, 1, 0x61)), undefined);
      assert.equal(client.receive(answer), undefined);
      assert.equal(results.length, 1);
      assert.notEqual(results[0], "success", "there are no keys");
    }),
    { numRuns: 200, seed: 3 },
  );
});

test("000-R5: an empty identity is no User-Name, and a second Response takes back the request of the first", () => {
  const sent: Uint8Array[] = [];
  const client = new RadiusClient({ crypto, secret: SECRET, send: (datagram) => sent.push(datagram) });
  const steps: EapStep[] = [];
  const onStep = (_spa: Uint8Array, step: EapStep): void => {
    steps.push(step);
  };
  const options = { client, aa: AA, ssid: SSID, nasIdentifier: "ap.example", now_s: () => 0, onStep };
  const conversation = new RadiusRelay(options).begin(SPA);
  const identity = Uint8Array.of(2, 1, 0, 5, 1);
  assert.equal(conversation.receive(identity), undefined);
  assert.equal(conversation.receive(identity), undefined);
  const [first, second] = sent.map(parsed);
  assert.equal(attributeOf(first.attributes, ATTRIBUTE.userName), undefined);
  const response = { code: RADIUS_CODE.accessReject, attributes: [] };
  const answerTo = ({ identifier, authenticator }: RadiusPacket): Uint8Array =>
    signResponse(crypto, SECRET, authenticator, { ...response, identifier });
  assert.equal(client.receive(answerTo(first)), "unknown identifier");
  assert.equal(client.receive(answerTo(second)), undefined);
  assert.deepEqual(steps, [{ result: "failure", packet: Uint8Array.of(4, 1, 0, 4) }]);
});

test("a NAS-Identifier of no or of 254 octets is the caller's mistake", () => {
  const client = new RadiusClient({ crypto, secret: SECRET, send: () => {} });
  for (const nasIdentifier of ["", "a".repeat(254)]) {
    const options = { client, aa: AA, ssid: SSID, nasIdentifier, now_s: () => 0, onStep: () => {} };
    assert.throws(() => new RadiusRelay(options), /nasIdentifier: (0|254) octets, where 1 to 253 are expected/);
  }
});

/** A Response of EAP-TLS, of so many octets. */
function responseOf(length: number): Uint8Array {
  const octets = new Uint8Array(length).fill(0x5a);
  octets.set([2, 1, length >> 8, length & 0xff, 13]);
  return octets;
}

test("000-R5: a Response of 2292 octets, as long as an MSDU has room for, goes to the server whole", () => {
  const sent: Uint8Array[] = [];
  const client = new RadiusClient({ crypto, secret: SECRET, send: (datagram) => sent.push(datagram) });
  const shared = { client, aa: AA, ssid: SSID, now_s: () => 0, onStep: () => {} };
  const conversation = new RadiusRelay({ ...shared, nasIdentifier: "a".repeat(253) }).begin(SPA);
  conversation.receive(Uint8Array.of(2, 1, 1, 2, 1, ...new Uint8Array(253).fill(0x61)));
  assert.equal(conversation.receive(responseOf(2292)), undefined);
  assert.deepEqual(eapOf(parsed(sent[1]).attributes), responseOf(2292));
});

test("a Response that no RADIUS attribute or MSDU has room for is a failure at once, and nothing is sent", () => {
  const client = new RadiusClient({ crypto, secret: SECRET, send: () => assert.fail("nothing is sent") });
  const onStep = (): void => assert.fail("answered at once");
  const options = { client, aa: AA, ssid: SSID, nasIdentifier: "ap.example", now_s: () => 0, onStep };
  for (const octets of [
    new Uint8Array(0),
    Uint8Array.of(1, 1, 0, 5, 1),
    Uint8Array.of(2, 1, 1, 3, 1, ...new Uint8Array(254)),
    responseOf(2293),
  ]) {
    const step = new RadiusRelay(options).begin(SPA).receive(octets);
    assert.equal(step?.result, "failure", `${octets.length} octets`);
  }
});
