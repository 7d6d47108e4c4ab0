/** What the AP announces, and every way in which it refuses to associate. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { RsnAp } from "../../../host/rsn/ap/rsnap.ts";
import { REASON, STATUS } from "../../../host/rsn/frames/codes.ts";
import { ELEMENT, elementOf, ssidOf } from "../../../host/rsn/frames/elements.ts";
import {
  emitAssociationRequest,
  emitAuthentication,
  parseAssociationResponse,
  parseAuthentication,
  parseBeacon,
  parseReason,
} from "../../../host/rsn/frames/management.ts";
import { emitMpdu, type Kind, parseMpdu } from "../../../host/rsn/frames/mpdu.ts";
import { AKM_SUITE, CIPHER, emitRsne, parseRsne, type Rsne } from "../../../host/rsn/frames/rsne.ts";
import { nodeRsnCrypto } from "../../../host/rsn/keys/crypto.node.ts";
import { pmkidOf } from "../../../host/rsn/keys/ptk.ts";
import { suiteOf } from "../../../host/rsn/keys/suites.ts";
import { concat, hex } from "../../support/hex.ts";
import { AA, PMK, SPA, SSID } from "./bed.ts";

const GOOD: Rsne = {
  group: CIPHER.CCMP,
  pairwise: [CIPHER.CCMP],
  akms: [AKM_SUITE.PSK],
  capabilities: 0,
  pmkids: [],
};
const SILENT_EAP = { begin: () => ({ receive: () => undefined }) };

function apOf({ withEap = true } = {}): RsnAp {
  const eap = withEap ? SILENT_EAP : undefined;
  const shared = { crypto: nodeRsnCrypto, aa: AA, ssid: SSID, mode: "rsn" } as const;
  return new RsnAp({ ...shared, akms: [1, 2, 6], psk: () => PMK, eap });
}

const up = (kind: Kind, body: Uint8Array): Uint8Array =>
  emitMpdu({ kind, flags: 0, a1: AA, a2: SPA, a3: AA, sequence: 0, body });

function authenticate(ap: RsnAp, algorithm = 0, transaction = 1): number {
  const { frames } = ap.receive(up("Authentication", emitAuthentication({ algorithm, transaction, status: 0 })), 0);
  const mpdu = parseMpdu(frames[0]);
  assert.ok(frames.length === 1 && typeof mpdu !== "string" && mpdu.kind === "Authentication", "one answer");
  const answer = parseAuthentication(mpdu.body);
  assert.ok(typeof answer !== "string", "an Authentication frame");
  assert.equal(answer.transaction, transaction + 1);
  return answer.status;
}

/** Capabilities, listen interval, and the AP that the station comes from. */
const REASSOCIATION_FIXED = hex("1100 0100 020000000299");

/** The status of the response, of whatever kind; `rsne` is the request's, or what to leave out. */
function associate(ap: RsnAp, rsne: Uint8Array | undefined, ssid = SSID, isAgain = false): number {
  const elements = [
    { id: ELEMENT.ssid, information: ssid },
    { id: ELEMENT.supportedRates, information: hex("82848b96") },
    ...(rsne ? [{ id: ELEMENT.rsn, information: rsne }] : []),
  ];
  const first = emitAssociationRequest({ capabilities: 0x11, listenInterval: 1, elements });
  const body = isAgain ? concat(REASSOCIATION_FIXED, first.slice(4)) : first;
  const [request, response] = isAgain
    ? (["Reassociation Request", "Reassociation Response"] as const)
    : (["Association Request", "Association Response"] as const);
  const { frames } = ap.receive(up(request, body), 0);
  const mpdu = parseMpdu(frames[0]);
  assert.ok(typeof mpdu !== "string" && mpdu.kind === response, "the first answer is the response");
  const answer = parseAssociationResponse(mpdu.body);
  assert.ok(typeof answer !== "string", "an Association Response");
  assert.equal(answer.aid > 0, answer.status === 0, "an AID if and only if it is granted");
  assert.equal(frames.length, answer.status === 0 ? 2 : 1, "EAPOL follows if and only if it is granted");
  return answer.status;
}

test("000-R1: Beacon and Probe Response announce the AKMs, the pairwise and the group suite", () => {
  const ap = apOf();
  for (const [octets, to, kind] of [
    [ap.beacon(0), hex("ffffffffffff"), "Beacon"],
    [ap.beacon(0.1, SPA), SPA, "Probe Response"],
  ] as const) {
    const mpdu = parseMpdu(octets);
    assert.ok(typeof mpdu !== "string", `${mpdu}`);
    assert.deepEqual([mpdu.kind, mpdu.a1, mpdu.a2, mpdu.a3], [kind, to, AA, AA]);
    const beacon = parseBeacon(mpdu.body);
    assert.ok(typeof beacon !== "string", `${beacon}`);
    assert.deepEqual(ssidOf(beacon.elements), SSID);
    const rsne = parseRsne(elementOf(beacon.elements, ELEMENT.rsn) ?? new Uint8Array(0));
    assert.ok(typeof rsne !== "string", `${rsne}`);
    assert.deepEqual([rsne.group, rsne.pairwise], [CIPHER.CCMP, [CIPHER.CCMP]]);
    assert.deepEqual(rsne.akms, [AKM_SUITE["802.1X"], AKM_SUITE.PSK, AKM_SUITE["PSK-SHA256"]]);
  }
});

test("000-R2: only Open System, and only its first frame, is authenticated", () => {
  const ap = apOf();
  assert.equal(authenticate(ap, 1), STATUS.UNSUPPORTED_AUTH_ALGORITHM);
  assert.equal(authenticate(ap, 0, 3), STATUS.TRANSACTION_SEQUENCE_ERROR);
  assert.equal(ap.refused["authentication refused"], 2);
  assert.equal(authenticate(ap), STATUS.SUCCESS);
});

test("000-R2: whoever associates before authentication is deauthenticated with reason 6", () => {
  const ap = apOf();
  const body = emitAssociationRequest({ capabilities: 0x11, listenInterval: 1, elements: [] });
  const { frames, refused } = ap.receive(up("Association Request", body), 0);
  assert.equal(refused, "not authenticated");
  assert.deepEqual(reasonsOf(frames), [REASON.INVALID_CLASS2_FRAME]);
});

function reasonsOf(frames: readonly Uint8Array[]): number[] {
  return frames.flatMap((octets) => {
    const mpdu = parseMpdu(octets);
    if (typeof mpdu === "string" || mpdu.kind !== "Deauthentication") return [];
    const reason = parseReason(mpdu.body);
    return typeof reason === "string" ? [] : [reason.reason];
  });
}

const OTHER_PMKID = new Uint8Array(16).fill(7);
const GOOD_OCTETS = emitRsne(GOOD);

/** Each of the refusals of 000-R3, the clause that it stands in, and an RSNE that causes it. */
const REFUSALS: readonly [number, string, Uint8Array | undefined, { withEap?: boolean }?][] = [
  [40, "no RSNE", undefined],
  [40, "an RSNE that ends in the middle of a list", GOOD_OCTETS.subarray(0, 14)],
  [40, "an RSNE without any pairwise suite", hex("0100 000fac04 0000")],
  [40, "an RSNE of one octet", hex("01")],
  [41, "TKIP for the group", emitRsne({ ...GOOD, group: CIPHER.TKIP })],
  [41, "GCMP for the group", emitRsne({ ...GOOD, group: CIPHER.GCMP })],
  [42, "GCMP for pairs", emitRsne({ ...GOOD, pairwise: [CIPHER.GCMP] })],
  [42, "two pairwise suites", emitRsne({ ...GOOD, pairwise: [CIPHER.CCMP, CIPHER.TKIP] })],
  [42, "a pairwise suite of another vendor", emitRsne({ ...GOOD, pairwise: [0x00904c01] })],
  [43, "an AKM that is not offered", emitRsne({ ...GOOD, akms: [AKM_SUITE["802.1X-SHA256"]] })],
  [43, "an AKM that nobody knows", emitRsne({ ...GOOD, akms: [0x000fac08] })],
  [43, "two AKMs", emitRsne({ ...GOOD, akms: [AKM_SUITE.PSK, AKM_SUITE["PSK-SHA256"]] })],
  [44, "version 2", hex("0200 000fac04")],
  [45, "frame protection required by a station that is not capable of it", emitRsne({ ...GOOD, capabilities: 0x0040 })],
  [31, "frame protection required", emitRsne({ ...GOOD, capabilities: 0x00c0 })],
  [46, "TKIP for pairs", emitRsne({ ...GOOD, pairwise: [CIPHER.TKIP] })],
  [46, "WEP for pairs", emitRsne({ ...GOOD, pairwise: [CIPHER.WEP104] })],
  [53, "a PMKID of another PSK", emitRsne({ ...GOOD, pmkids: [OTHER_PMKID] })],
  [
    53,
    "a PMKID that is not cached, at an AP without an EAP server",
    emitRsne({ ...GOOD, akms: [AKM_SUITE["802.1X"]], pmkids: [OTHER_PMKID] }),
    { withEap: false },
  ],
];

for (const [status, what, rsne, options] of REFUSALS) {
  test(`000-R3: ${what} is refused with status ${status}, and nothing follows`, () => {
    const ap = apOf(options);
    authenticate(ap);
    assert.equal(associate(ap, rsne), status);
    assert.equal(ap.refused["association refused"], 1);
    assert.equal(ap.due_s, Number.POSITIVE_INFINITY, "no handshake is under way");
    assert.equal(associate(ap, options ? rsne : GOOD_OCTETS), options ? status : 0, "the same station may try again");
  });
}

test("000-R3: the eight status codes of the checklist are each caused by some frame", () => {
  const caused = new Set(REFUSALS.map(([status]) => status));
  for (const status of [40, 41, 42, 43, 44, 45, 46, 53]) assert.ok(caused.has(status), `${status}`);
});

test("000-R3: the PMKID of the right PSK is no hindrance, and neither is an unknown one where EAP can make a PMK", () => {
  const ap = apOf();
  authenticate(ap);
  const pmkids = [OTHER_PMKID, pmkidOf(nodeRsnCrypto, suiteOf(2), PMK, AA, SPA)];
  assert.equal(associate(ap, emitRsne({ ...GOOD, pmkids })), 0);
  const akms = [AKM_SUITE["802.1X"]];
  assert.equal(associate(ap, emitRsne({ ...GOOD, akms, pmkids: [OTHER_PMKID] })), 0);
});

test("000-R2, 000-R3: a Reassociation Request, of a station that comes from another AP, is taken as an Association Request is", () => {
  const ap = apOf();
  const short = REASSOCIATION_FIXED.slice(0, 9);
  assert.equal(ap.receive(up("Reassociation Request", REASSOCIATION_FIXED), 0).refused, "not authenticated");
  authenticate(ap);
  assert.equal(ap.receive(up("Reassociation Request", short), 0).refused, "too short");
  assert.equal(
    ap.receive(up("Reassociation Request", concat(REASSOCIATION_FIXED, hex("00"))), 0).refused,
    "bad length",
  );
  assert.equal(ap.receive(up("Reassociation Response", new Uint8Array(6)), 0).refused, "bad type");
  assert.equal(associate(ap, undefined, SSID, true), STATUS.INVALID_ELEMENT);
  assert.equal(associate(ap, emitRsne({ ...GOOD, pairwise: [CIPHER.TKIP] }), SSID, true), 46);
  assert.equal(associate(ap, GOOD_OCTETS, SSID, true), 0);
});

test("another SSID, and a station without a PSK, are refused with status 1", () => {
  const ap = apOf();
  authenticate(ap);
  assert.equal(associate(ap, GOOD_OCTETS, new TextEncoder().encode("ampne")), STATUS.REFUSED);
  const nobody = new RsnAp({ crypto: nodeRsnCrypto, aa: AA, ssid: SSID, akms: [2], mode: "rsn", psk: () => undefined });
  authenticate(nobody);
  assert.equal(associate(nobody, GOOD_OCTETS), STATUS.REFUSED);
});

test("a frame to another AP, from a group address, from the AP itself or in the wrong direction is not for the AP", () => {
  const ap = apOf();
  const body = emitAuthentication({ algorithm: 0, transaction: 1, status: 0 });
  const good = { kind: "Authentication", flags: 0, a1: AA, a2: SPA, a3: AA, sequence: 0, body } as const;
  const other = hex("020000000201");
  const wrong = [
    { ...good, a1: other },
    { ...good, a3: other },
    { ...good, a2: hex("ffffffffffff") },
    { ...good, a2: AA },
    { ...good, flags: 1 },
    { ...good, kind: "Data", flags: 2, body: hex("aaaa030000000800") },
  ] as const;
  for (const mpdu of wrong) assert.equal(ap.receive(emitMpdu(mpdu), 0).refused, "not for me");
  assert.equal(ap.refused["not for me"], wrong.length);
});
