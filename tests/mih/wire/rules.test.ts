/** What has to be there together and what must not be, condition by condition: there against the rule, and missing against it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { N2nRequest, N2nResponse, PreregRequest, PreregResponse } from "../../../host/mih/wire/messages.ts";
import {
  checkN2nRequest,
  checkN2nResponse,
  checkPreregRequest,
  checkPreregResponse,
  type Way,
} from "../../../host/mih/wire/rules.ts";
import { LINK_TYPE, type LinkId, link80211, STATUS } from "../../../host/mih/wire/values.ts";

const octets = (length: number, fill: number) => new Uint8Array(length).fill(fill);
const TARGET = link80211(octets(6, 2));
const OTHER: LinkId = { type: LINK_TYPE.umts, address: { kind: "3G cell", octets: octets(7, 3) } };
const NONCE_T = octets(16, 4);
const NONCE_N = octets(16, 5);
const KEY = octets(32, 6);
const GROUP_KEY_BLOCK = octets(90, 7);

const SECURED: Way = { isProtected: true, isMasked: false };
const MASKED: Way = { isProtected: false, isMasked: true };
const CLEAR: Way = { isProtected: false, isMasked: false };

/** Each with the rule that it breaks, or undefined. */
type Cases<T extends readonly unknown[]> = readonly (readonly [why: string, broken: RegExp | undefined, ...args: T])[];

function check<T extends readonly unknown[]>(rule: (...args: T) => string | undefined, cases: Cases<T>): void {
  assert.ok(
    cases.some(([, broken]) => broken) && cases.some(([, broken]) => !broken),
    "some are refused and some are not",
  );
  for (const [why, broken, ...args] of cases) {
    const answer = rule(...(args as unknown as T));
    if (broken === undefined) assert.equal(answer, undefined, why);
    else assert.match(answer ?? "nothing is broken", broken, why);
  }
}

/** A request for an association, its response with a key, and the request to the TPoS with it: nothing broken. */
const REQUEST: PreregRequest = { tposId: "t@x", ciphersuite: 1, nonceT: NONCE_T };
const RESPONSE: PreregResponse = { tposId: "t@x", key: KEY, nonceN: NONCE_N, lifetime: 60, status: STATUS.success };
const GROUP: PreregResponse = { ...RESPONSE, key: undefined, groupKeyBlock: GROUP_KEY_BLOCK };
const N2N: N2nRequest = { mnId: "m@x", ciphersuite: 1, key: KEY, nonceT: NONCE_T, nonceN: NONCE_N, lifetime: 60 };
const KEYLESS: N2nRequest = { mnId: "m@x", ciphersuite: 1, nonceT: NONCE_T };
const RELAY: N2nRequest = { llInformation: octets(9, 8) };

test("003-M1, 003-C4, 003-C5: Nonce-T comes with the Ciphersuite Code that asks for an association, and not without", () => {
  const rule = /^Nonce-T is there if and only if Ciphersuite Code asks for a security association with the TPoS$/;
  check(checkPreregRequest, [
    ["both", undefined, REQUEST],
    ["neither: nothing is asked for", undefined, { llInformation: octets(9, 8) }],
    ["no Nonce-T", rule, { ...REQUEST, nonceT: undefined }],
    ["Nonce-T alone", rule, { ...REQUEST, ciphersuite: undefined }],
  ]);
});

test("003-M1: CandidateLinkList is there if and only if the MN knows of a link, and has the target link that it names", () => {
  const none = /^Link identifier list is there only if the MN knows of a link$/;
  const without = /^who names a target link knows of it, so Link identifier list is there and has it$/;
  check(checkPreregRequest, [
    ["no target, no list", undefined, REQUEST],
    ["candidates, no target: the SPoS is to choose (003-M9)", undefined, { ...REQUEST, candidateLinks: [OTHER] }],
    ["a target in the list", undefined, { ...REQUEST, targetLink: TARGET, candidateLinks: [OTHER, TARGET] }],
    ["an empty list", none, { ...REQUEST, candidateLinks: [] }],
    ["an empty list and a target", none, { ...REQUEST, targetLink: TARGET, candidateLinks: [] }],
    ["a target, no list", without, { ...REQUEST, targetLink: TARGET }],
    ["a target, a list without it", without, { ...REQUEST, targetLink: TARGET, candidateLinks: [OTHER] }],
  ]);
});

test("003-M2: a key, its lifetime and Nonce-N are not sent unless the MN sent Ciphersuite Code", () => {
  const rule = /^a key is there only if the MN asked for it by Ciphersuite Code$/;
  const relayed: PreregResponse = { llInformation: octets(9, 8), status: STATUS.success };
  check(checkPreregResponse, [
    ["a key that was asked for", undefined, RESPONSE, true, SECURED],
    ["none, not asked for", undefined, relayed, false, CLEAR],
    ["none, though asked for", undefined, relayed, true, CLEAR],
    ["a key that was not", rule, RESPONSE, false, SECURED],
    ["a Group Key Block that was not", rule, GROUP, false, SECURED],
    ["KeyLifeTime alone", /^KeyLifeTime is there/, { ...relayed, lifetime: 60 }, false, SECURED],
    ["Nonce-N alone", /^Nonce-N is there/, { ...relayed, nonceN: NONCE_N }, false, SECURED],
  ]);
});

test("003-M2: a key comes with its lifetime, Nonce-N and TPoS Identifier, and none of the first two without it", () => {
  for (const [name, given] of Object.entries({ key: RESPONSE, "group key block": GROUP })) {
    const bare = { ...given, key: undefined, groupKeyBlock: undefined };
    check(checkPreregResponse, [
      [`${name} with all`, undefined, given, true, SECURED],
      [`${name}, no lifetime`, /^KeyLifeTime is there if and/, { ...given, lifetime: undefined }, true, SECURED],
      [`${name}, no Nonce-N`, /^Nonce-N is there if and/, { ...given, nonceN: undefined }, true, SECURED],
      [`${name}, no TPoS`, /^TPoS Identifier is there/, { ...given, tposId: undefined }, true, SECURED],
      ["a lifetime, no key", /^KeyLifeTime is there if and/, { ...bare, nonceN: undefined }, true, SECURED],
      ["Nonce-N, no key", /^Nonce-N is there if and/, { ...bare, lifetime: undefined }, true, SECURED],
    ]);
  }
});

test("003-M2: a key is distributed in one way, and never with a status that says there is none", () => {
  const two = { ...RESPONSE, groupKeyBlock: GROUP_KEY_BLOCK };
  check(checkPreregResponse, [
    ["in one way", undefined, RESPONSE, true, SECURED],
    ["in the other", undefined, GROUP, true, SECURED],
    ["a refusal without a key", undefined, { status: STATUS.authorizationFailure }, true, CLEAR],
    ["in two", /^a key is distributed in one way, not in two$/, two, true, SECURED],
    ...Object.entries(STATUS)
      .filter(([, status]) => status !== STATUS.success)
      .flatMap(([name, status]) =>
        [RESPONSE, GROUP].map(
          (given) =>
            [`with ${name}`, /^a key is there only with Status success$/, { ...given, status }, true, SECURED] as const,
        ),
      ),
  ]);
});

test("003-M2, 003-C6: the SPoS sends a key, or what goes with it, only inside its association with the MN", () => {
  check(checkPreregResponse, [
    ["inside", undefined, RESPONSE, true, SECURED],
    ["a Group Key Block inside", undefined, GROUP, true, SECURED],
    ["under the mask of the original scheme", undefined, RESPONSE, true, MASKED],
    ["in clear", /^Protected Key goes inside the .* of SPoS and MN, never in clear$/, RESPONSE, true, CLEAR],
    ["a Group Key Block in clear", /^Group Key Block goes inside the .* of SPoS and MN/, GROUP, true, CLEAR],
  ]);
});

test("003-M3, 003-C4, 003-C5: the TPoS gets Nonce-T with the Ciphersuite Code, and not without", () => {
  const rule = /^Nonce-T is there if and only if Ciphersuite Code asks for a security association with the MN$/;
  check(checkN2nRequest, [
    ["both, with a key", undefined, N2N, SECURED],
    ["both, without one", undefined, KEYLESS, CLEAR],
    ["neither: frames are relayed", undefined, RELAY, CLEAR],
    ["no Nonce-T", rule, { ...N2N, nonceT: undefined }, SECURED],
    ["no Ciphersuite Code", rule, { ...N2N, ciphersuite: undefined }, SECURED],
    ["no Nonce-T and no key", rule, { ...KEYLESS, nonceT: undefined }, CLEAR],
    ["Nonce-T with relayed frames", rule, { ...RELAY, nonceT: NONCE_T }, CLEAR],
  ]);
});

test("003-M3: key, both nonces, lifetime and MN are all there, or Nonce-N, lifetime and key are all absent", () => {
  const whole = /^Protected Key comes with both nonces, KeyLifeTime and Mobile node MISF ID$/;
  const rest = /^Nonce-N and KeyLifeTime are there only with Protected Key$/;
  check(checkN2nRequest, [
    ["all", undefined, N2N, SECURED],
    ["no Nonce-N", whole, { ...N2N, nonceN: undefined }, SECURED],
    ["no lifetime", whole, { ...N2N, lifetime: undefined }, SECURED],
    ["no MN", whole, { ...N2N, mnId: undefined }, SECURED],
    ["no nonces and no Ciphersuite Code", whole, { mnId: "m@x", key: KEY, lifetime: 60 }, SECURED],
    ["Nonce-N, no key", rest, { ...KEYLESS, nonceN: NONCE_N }, SECURED],
    ["a lifetime, no key", rest, { ...KEYLESS, lifetime: 60 }, SECURED],
    ["both, no key", rest, { ...N2N, key: undefined }, SECURED],
    ["a lifetime with relayed frames", rest, { ...RELAY, lifetime: 60 }, SECURED],
  ]);
});

test("003-M3: an association with an MN is asked for only with the MN's name", () => {
  check(checkN2nRequest, [
    ["with it", undefined, KEYLESS, CLEAR],
    ["nobody's frames are relayed", undefined, RELAY, CLEAR],
    ["without", /^a security association is with an MN that is named$/, { ...KEYLESS, mnId: undefined }, CLEAR],
  ]);
});

test("003-M3, 003-C6: the key goes to the TPoS only inside the association of SPoS and TPoS", () => {
  check(checkN2nRequest, [
    ["inside", undefined, N2N, SECURED],
    ["under the mask of the original scheme", undefined, N2N, MASKED],
    ["without a key there is nothing to hide", undefined, KEYLESS, CLEAR],
    ["in clear", /^Protected Key goes inside the security association of SPoS and TPoS, never in clear$/, N2N, CLEAR],
  ]);
});

test("003-C5: the TPoS answers with Nonce-N if and only if it makes it, which is when it got no key and agrees", () => {
  const rule = /^Nonce-N is there if and only if the TPoS makes it$/;
  const agreed: N2nResponse = { mnId: "m@x", status: STATUS.success };
  const refused: N2nResponse = { status: STATUS.rejected };
  check(checkN2nResponse, [
    ["it makes it", undefined, { ...agreed, nonceN: NONCE_N }, true],
    ["it has it of the SPoS", undefined, agreed, false],
    ["it refuses", undefined, refused, true],
    ["it refuses a key", undefined, refused, false],
    ["it makes it and does not say it", rule, agreed, true],
    ["it has it of the SPoS and says it again", rule, { ...agreed, nonceN: NONCE_N }, false],
    ["it refuses with a nonce", rule, { ...refused, nonceN: NONCE_N }, true],
  ]);
});
