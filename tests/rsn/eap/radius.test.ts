/** The RADIUS client and server with each other, in a time that the test makes: answers, silence, forgeries and duplicates. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { openRequest, signRequest, signResponse } from "../../../host/radius/authenticators.ts";
import { type RadiusAnswer, RadiusClient } from "../../../host/radius/client.ts";
import { nodeRadiusCrypto } from "../../../host/radius/crypto.node.ts";
import {
  ATTRIBUTE,
  type Attribute,
  attributeOf,
  eapMessages,
  eapOf,
  emitRadius,
  parseRadius,
  RADIUS_CODE,
} from "../../../host/radius/packet.ts";
import { RadiusServer } from "../../../host/radius/server.ts";
import { concat } from "../../support/hex.ts";
import { answeringOf, identityRequest, OTHER_KEY, peerOf, serverOf } from "./conversation.ts";

const crypto = nodeRadiusCrypto;
const SECRET = new TextEncoder().encode("testing123");
const OTHER_SECRET = new TextEncoder().encode("testing124");
const AUTHENTICATOR = Uint8Array.from({ length: 16 }, (_, i) => i);

/** A client that writes down what it sends. */
function clientOf(secret = SECRET): { readonly client: RadiusClient; readonly sent: Uint8Array[] } {
  const sent: Uint8Array[] = [];
  return { client: new RadiusClient({ crypto, secret, send: (datagram) => sent.push(datagram) }), sent };
}
const serverFor = (secret = SECRET, key?: Uint8Array): RadiusServer =>
  new RadiusServer({ crypto, secret, eap: serverOf([], key) });
const IDENTITY_RESPONSE = answeringOf(peerOf())(identityRequest(1)) ?? new Uint8Array(0);

/** EAP-PSK over both, each datagram handed over at once. */
function authenticate(server: RadiusServer, key?: Uint8Array) {
  const { client, sent } = clientOf();
  const peer = peerOf(key);
  const answering = answeringOf(peer);
  let request = identityRequest(1);
  let state: Uint8Array | undefined;
  const codes: number[] = [];
  const octets: number[] = [];
  let answer: RadiusAnswer | undefined;
  for (;;) {
    const response = answering(request);
    assert.ok(response, "the peer answers");
    const attributes: Attribute[] = state ? [{ type: ATTRIBUTE.state, value: state }] : [];
    client.request([...attributes, ...eapMessages(response)], 0, (got) => {
      answer = got;
    });
    const datagram = sent[sent.length - 1];
    const { answer: back } = server.receive(datagram, "nas", 0);
    assert.ok(back, "the server answers");
    octets.push(datagram.length, back.length);
    assert.equal(client.receive(back), undefined);
    assert.ok(answer, "the answer is taken");
    codes.push(answer.code);
    if (answer.code !== RADIUS_CODE.accessChallenge) return { answer, peer, codes, octets };
    state = attributeOf(answer.attributes, ATTRIBUTE.state);
    request = eapOf(answer.attributes) ?? new Uint8Array(0);
  }
}

test("000-R5: EAP-PSK over RADIUS ends in Access-Accept, with the peer's MSK in its MS-MPPE keys", () => {
  const { answer, peer, codes } = authenticate(serverFor());
  assert.deepEqual(codes, [11, 11, 2]);
  assert.equal(answer.msk?.length, 64);
  assert.deepEqual(answer.msk, peer.msk);
});

test("000-R5: another EAP-PSK key ends in Access-Reject with an EAP-Failure, and without keys", () => {
  const { answer, codes } = authenticate(serverFor(), OTHER_KEY);
  assert.deepEqual(codes, [11, 3]);
  assert.equal(answer.msk, undefined);
  assert.equal(eapOf(answer.attributes)?.[0], 4);
});

test("000-R5: a request goes out at 0, 2, 6 and 14 s with the same octets, and at 30 s nobody has answered", () => {
  const { client, sent } = clientOf();
  const answers: unknown[] = [];
  client.request(eapMessages(IDENTITY_RESPONSE), 100, (answer) => answers.push(answer));
  const times: number[] = [];
  while (client.due_s !== Number.POSITIVE_INFINITY) {
    const { due_s } = client;
    client.advance(due_s - 0.01);
    assert.equal(client.due_s, due_s, "not before it is due");
    client.advance(due_s);
    times.push(due_s);
  }
  assert.deepEqual(times, [102, 106, 114, 130]);
  assert.equal(sent.length, 4);
  for (const datagram of sent) assert.deepEqual(datagram, sent[0]);
  assert.deepEqual(answers, [undefined]);
});

test("000-R5: a request whose time-outs come late ends at 30 s all the same", () => {
  const { client, sent } = clientOf();
  const answers: unknown[] = [];
  client.request(eapMessages(IDENTITY_RESPONSE), 0, (answer) => answers.push(answer));
  const dues: number[] = [];
  for (const now_s of [5, 9, 20, 30]) {
    client.advance(now_s);
    dues.push(client.due_s);
  }
  assert.deepEqual(dues, [9, 17, 30, Number.POSITIVE_INFINITY]);
  assert.equal(sent.length, 4);
  assert.deepEqual(answers, [undefined]);
});

test("000-R5: a request that is taken back is not sent again, and its answer is nobody's", () => {
  const { client, sent } = clientOf();
  const takeBack = client.request(eapMessages(IDENTITY_RESPONSE), 0, () => assert.fail("taken back"));
  assert.ok(typeof takeBack === "function", "not busy");
  takeBack();
  assert.equal(client.due_s, Number.POSITIVE_INFINITY);
  const { answer } = serverFor().receive(sent[0], "nas", 0);
  assert.equal(client.receive(answer ?? new Uint8Array(0)), "unknown identifier");
});

test("256 requests may wait at once, the next is busy; one that is answered makes room", () => {
  const { client, sent } = clientOf();
  const server = serverFor();
  const ask = () => client.request(eapMessages(IDENTITY_RESPONSE), 0, () => {});
  for (let n = 0; n < 256; n++) assert.notEqual(ask(), "busy");
  assert.equal(ask(), "busy");
  assert.equal(new Set(sent.map((datagram) => datagram[1])).size, 256, "every Identifier once");
  const { answer } = server.receive(sent[77], "nas", 0);
  assert.equal(client.receive(answer ?? new Uint8Array(0)), undefined);
  assert.notEqual(ask(), "busy");
  assert.equal(sent[256][1], 77);
});

test("000-R5: a response that is damaged, of another secret, to another request or without Message-Authenticator is dropped, and the true one still taken", () => {
  const { client, sent } = clientOf();
  const answers: unknown[] = [];
  client.request(eapMessages(IDENTITY_RESPONSE), 0, (answer) => answers.push(answer));
  const { answer } = serverFor().receive(sent[0], "nas", 0);
  assert.ok(answer, "the server answers");
  for (let at = 0; at < answer.length; at++) {
    const refusal = client.receive(answer.map((octet, i) => (i === at ? octet ^ 1 : octet)));
    assert.ok(refusal, `octet ${at}`);
  }
  const request = parseRadius(sent[0]);
  assert.ok(typeof request === "object", "a request");
  const response = { code: RADIUS_CODE.accessAccept, identifier: request.identifier, attributes: [] };
  const { authenticator } = request;
  const wrong = signResponse(crypto, OTHER_SECRET, authenticator, response);
  assert.equal(client.receive(wrong), "wrong Response Authenticator");
  const toAnother = signResponse(crypto, SECRET, AUTHENTICATOR, response);
  assert.equal(client.receive(toAnother), "wrong Response Authenticator");
  const unsigned = (attributes: readonly Attribute[]): Uint8Array => {
    const asked = emitRadius({ ...response, attributes, authenticator });
    return emitRadius({ ...response, attributes, authenticator: crypto.md5(concat(asked, SECRET)) });
  };
  assert.equal(client.receive(unsigned([])), "no Message-Authenticator");
  const type = ATTRIBUTE.messageAuthenticator;
  for (const value of [new Uint8Array(16), new Uint8Array(15)]) {
    assert.equal(client.receive(unsigned([{ type, value }])), "wrong Message-Authenticator");
  }
  assert.equal(client.receive(sent[0]), "bad type", "its own request, sent back");
  assert.equal(client.receive(new Uint8Array(19)), "too short");
  assert.deepEqual(answers, []);
  assert.equal(client.receive(answer), undefined);
  assert.equal(answers.length, 1);
  assert.equal(client.receive(answer), "unknown identifier", "once");
});

test("000-R5: a request without a right Message-Authenticator, or with two, is dropped by the server", () => {
  const server = serverFor();
  const packet = {
    code: RADIUS_CODE.accessRequest,
    identifier: 5,
    authenticator: AUTHENTICATOR,
    attributes: eapMessages(IDENTITY_RESPONSE),
  };
  const refused = (datagram: Uint8Array) => server.receive(datagram, "nas", 0).refused;
  assert.equal(refused(emitRadius(packet)), "no Message-Authenticator");
  assert.equal(refused(signRequest(crypto, OTHER_SECRET, packet)), "wrong Message-Authenticator");
  const signed = signRequest(crypto, SECRET, packet);
  assert.equal(typeof openRequest(crypto, SECRET, signed), "object");
  const parsed = parseRadius(signed);
  assert.ok(typeof parsed === "object", "a packet");
  assert.equal(refused(signRequest(crypto, SECRET, parsed)), "wrong Message-Authenticator");
  for (let at = 1; at < signed.length; at++) {
    assert.ok(refused(signed.map((octet, i) => (i === at ? octet ^ 1 : octet))), `octet ${at}`);
  }
  assert.equal(refused(signResponse(crypto, SECRET, AUTHENTICATOR, { ...packet, code: 2 })), "bad type");
  assert.ok(server.receive(signed, "nas", 0).answer, "the true one is answered");
});

test("000-R5: a request that comes again within 30 s gets the same octets, and EAP does not go on; of another sender it is another", () => {
  const server = serverFor();
  const { client, sent } = clientOf();
  client.request(eapMessages(IDENTITY_RESPONSE), 0, () => {});
  const { answer } = server.receive(sent[0], "nas", 0);
  assert.deepEqual(server.receive(sent[0], "nas", 29.9).answer, answer);
  assert.notDeepEqual(server.receive(sent[0], "another", 29.9).answer, answer);
  assert.notDeepEqual(server.receive(sent[0], "nas", 30).answer, answer);
});

test("000-R5: a request of 4096 octets is read, one of more is not, and an empty Message-Authenticator in a full one is refused", () => {
  const server = serverFor();
  const packet = { code: RADIUS_CODE.accessRequest, identifier: 5, authenticator: AUTHENTICATOR };
  const filled = (type: number, octets: number): Attribute => ({ type, value: new Uint8Array(octets - 2) });
  // 20 of the header, 15 of 255, and what is left.
  const full = (last: readonly Attribute[], octets: number): Uint8Array => {
    const attributes = [...Array.from({ length: 15 }, () => filled(ATTRIBUTE.userName, 255)), ...last];
    const datagram = emitRadius({ ...packet, attributes });
    assert.equal(datagram.length, octets);
    return datagram;
  };
  const empty = { type: ATTRIBUTE.messageAuthenticator, value: new Uint8Array(0) };
  assert.equal(server.receive(full([filled(1, 251)], 4096), "nas", 0).refused, "no Message-Authenticator");
  assert.equal(server.receive(full([filled(1, 249), empty], 4096), "nas", 0).refused, "wrong Message-Authenticator");
  const tooLong = concat(full([filled(1, 251)], 4096), Uint8Array.of(ATTRIBUTE.userName, 4, 0, 0));
  tooLong.set([4100 >> 8, 4100 & 0xff], 2);
  assert.equal(server.receive(tooLong, "nas", 0).refused, "bad length");
});

test("000-R5: two Message-Authenticators that would both be right are one too many", () => {
  const twice = (value: Uint8Array): Uint8Array => {
    const mac = { type: ATTRIBUTE.messageAuthenticator, value };
    const attributes = [mac, ...eapMessages(IDENTITY_RESPONSE), mac];
    return emitRadius({ code: RADIUS_CODE.accessRequest, identifier: 5, authenticator: AUTHENTICATOR, attributes });
  };
  const datagram = twice(crypto.hmacMd5(SECRET, twice(new Uint8Array(16))));
  assert.equal(serverFor().receive(datagram, "nas", 0).refused, "wrong Message-Authenticator");
});

/** What the server says to an Identity Response, or what is given, with that State. */
function askWith(server: RadiusServer, now_s: number, attributes: readonly Attribute[]): RadiusAnswer | undefined {
  const { client, sent } = clientOf();
  let got: RadiusAnswer | undefined;
  client.request(attributes, now_s, (answer) => {
    got = answer;
  });
  client.receive(server.receive(sent[0], `nas ${now_s}`, now_s).answer ?? new Uint8Array(0));
  return got;
}

test("000-R5: a State that nobody gave, or that is 60 s old, and a request without EAP are rejected; Proxy-State comes back", () => {
  const server = serverFor();
  const proxies = [1, 2].map((octet) => ({ type: ATTRIBUTE.proxyState, value: Uint8Array.of(octet) }));
  const first = askWith(server, 0, [...eapMessages(IDENTITY_RESPONSE), ...proxies]);
  assert.equal(first?.code, RADIUS_CODE.accessChallenge);
  assert.deepEqual(
    first.attributes.filter(({ type }) => type === ATTRIBUTE.proxyState),
    proxies,
  );
  const state = attributeOf(first.attributes, ATTRIBUTE.state) ?? new Uint8Array(0);
  const withState = (value: Uint8Array) => [{ type: ATTRIBUTE.state, value }, ...eapMessages(IDENTITY_RESPONSE)];
  assert.equal(askWith(server, 59, withState(state))?.code, RADIUS_CODE.accessChallenge);
  assert.equal(askWith(server, 60, withState(state))?.code, RADIUS_CODE.accessReject);
  assert.equal(askWith(server, 61, withState(new Uint8Array(16)))?.code, RADIUS_CODE.accessReject);
  const without = askWith(server, 62, []);
  assert.equal(without?.code, RADIUS_CODE.accessReject);
  assert.equal(eapOf(without.attributes), undefined);
});

test("the server holds 1024 conversations, and the newest take the place of the oldest", () => {
  const server = serverFor();
  const begin = (): Uint8Array => {
    const answer = askWith(server, 0, eapMessages(IDENTITY_RESPONSE));
    return attributeOf(answer?.attributes ?? [], ATTRIBUTE.state) ?? new Uint8Array(0);
  };
  const states = Array.from({ length: 1025 }, begin);
  const codeOf = (value: Uint8Array): number | undefined =>
    askWith(server, 1, [{ type: ATTRIBUTE.state, value }, ...eapMessages(IDENTITY_RESPONSE)])?.code;
  assert.equal(codeOf(states[0]), RADIUS_CODE.accessReject);
  assert.equal(codeOf(states[1024]), RADIUS_CODE.accessChallenge);
});

test("000-R5: no attributes of somebody who has the secret make the server throw, and what it answers is taken", () => {
  const server = serverFor();
  const octets = fc.uint8Array({ maxLength: 253 });
  const types = fc.oneof(fc.constantFrom(...Object.values(ATTRIBUTE)), fc.integer({ min: 0, max: 255 }));
  const attributes = fc.array(fc.record({ type: types, value: octets }, { noNullPrototype: true }), { maxLength: 14 });
  let answered = 0;
  fc.assert(
    fc.property(attributes, fc.boolean(), (some, withEap) => {
      const { client, sent } = clientOf();
      client.request([...(withEap ? eapMessages(IDENTITY_RESPONSE) : []), ...some], 0, () => answered++);
      const { answer } = server.receive(sent[0], "nas", 0);
      if (answer) assert.equal(client.receive(answer), undefined);
    }),
    { numRuns: 200, seed: 5 },
  );
  assert.ok(answered > 50, `${answered} were answered`);
});

test("000-R5: Proxy-States of 1024 octets come back; more are dropped", () => {
  const server = serverFor();
  const proxies = (count: number): Attribute[] =>
    Array.from({ length: count }, () => ({ type: ATTRIBUTE.proxyState, value: new Uint8Array(126) }));
  assert.equal(askWith(server, 0, [...eapMessages(IDENTITY_RESPONSE), ...proxies(8)])?.code, 11);
  assert.equal(askWith(server, 0, [...eapMessages(IDENTITY_RESPONSE), ...proxies(9)]), undefined);
});

test("an empty secret is the caller's mistake, for a client and for a server", () => {
  assert.throws(() => clientOf(new Uint8Array(0)), /secret: 0 octets/);
  assert.throws(() => serverFor(new Uint8Array(0)), /secret: 0 octets/);
});
