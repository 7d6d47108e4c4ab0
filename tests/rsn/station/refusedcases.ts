/** What the station refuses: a status of docs/RSN.md, the state it is refused in, and the frame. */
import type { RsnStatusName } from "../../../host/rsn/station/statuses.ts";
import { concat, hex } from "../../support/hex.ts";
import { ASSOCIATED, ASSOCIATING, AUTHENTICATING, type Bed, HANDSHAKE, IDLE, KEYED, KNOWN, OFF, OPEN } from "./bed.ts";
import { element, LLC_IP, octetsOf, rsneOf, type ScriptedAp, SSID } from "./scriptedap.ts";

export const MSDU = concat(LLC_IP, hex("4500001c"));
const GROUP = hex("ffffffffffff");
const other = hex("02d1d2d3d4d5");
const changedAt = (mpdu: Uint8Array, at: number, value: number): Uint8Array => {
  const copy = mpdu.slice();
  copy[at] = value;
  return copy;
};
const beacon = (ap: ScriptedAp, rsne: Uint8Array, ssid: Uint8Array = SSID): Uint8Array =>
  ap.beacon(concat(element(0, ssid), rsne));

type RefusedCase = readonly [
  status: RsnStatusName,
  what: string,
  state: number,
  frame: (ap: ScriptedAp, bed: Bed) => Uint8Array,
  /** AKMs it is about; all if left out. */
  akms?: readonly number[],
];

export const CASES: readonly RefusedCase[] = [
  ["not booted", "a Beacon", OFF, (ap) => ap.beacon()],
  ["too short", "a header that ends early", IDLE, (ap) => ap.beacon().subarray(0, 23)],
  ["too short", "nothing", OPEN, () => new Uint8Array(0)],
  ["too long", "513 octets", OPEN, (ap) => ap.data(new Uint8Array(489))],
  ["not for me", "another SSID", IDLE, (ap) => beacon(ap, ap.rsne, hex("616d706e6575"))],
  ["not for me", "a longer SSID", IDLE, (ap) => beacon(ap, ap.rsne, concat(SSID, hex("00")))],
  ["not for me", "no SSID", IDLE, (ap) => ap.beacon(ap.rsne)],
  ["not for me", "a BSSID that is not A2", IDLE, (ap) => changedAt(ap.beacon(), 21, 0)],
  [
    "not for me",
    "an AA that is a group",
    IDLE,
    (ap) => ap.management(0x80, ap.beacon().subarray(24), { sa: GROUP, bssid: GROUP }),
  ],
  [
    "not for me",
    "the SPA as AA",
    IDLE,
    (ap) => ap.management(0x80, ap.beacon().subarray(24), { sa: ap.spa, bssid: ap.spa }),
  ],
  ["not for me", "a Probe Response to another station", IDLE, (ap) => changedAt(ap.beacon(undefined, 0x50), 9, 0)],
  [
    "not for me",
    "an Authentication frame of another AP",
    AUTHENTICATING,
    (ap) => changedAt(ap.authentication(), 15, 0),
  ],
  [
    "not for me",
    "an Authentication frame to a group",
    AUTHENTICATING,
    (ap) => ap.management(0xb0, hex("000002000000"), { da: GROUP }),
  ],
  ["not for me", "Data of another AP", OPEN, (ap) => changedAt(ap.sealed(MSDU), 15, 0)],
  ["not for me", "Data for another station", OPEN, (ap) => ap.sealed(MSDU, { addresses: { da: other } })],
  ["wrong state", "EAPOL to a group", OPEN, (ap) => ap.groupSealed(ap.g1())],
  ["bad type", "a Control frame", OPEN, (ap) => changedAt(ap.data(MSDU), 0, 0xd4)],
  ["bad type", "protocol version 1", IDLE, (ap) => changedAt(ap.beacon(), 0, 0x81)],
  ["bad type", "an Association Request", KNOWN, (ap) => changedAt(ap.beacon(), 0, 0x00)],
  ["bad type", "a Reassociation Response", KNOWN, (ap) => changedAt(ap.beacon(), 0, 0x30)],
  ["bad type", "a protected Management frame", OPEN, (ap) => ap.management(0x40c0, hex("0300"))],
  ["bad type", "QoS Data", OPEN, (ap) => changedAt(ap.sealed(MSDU), 0, 0x88)],
  ["bad type", "Data to the DS", OPEN, (ap) => changedAt(ap.sealed(MSDU), 1, 0x41)],
  ["bad type", "a fragment", OPEN, (ap) => changedAt(ap.sealed(MSDU), 22, 0x21)],
  ["bad type", "More Fragments", OPEN, (ap) => changedAt(ap.sealed(MSDU), 1, 0x46)],
  ["bad type", "a protected frame without ExtIV", OPEN, (ap) => changedAt(ap.sealed(MSDU), 27, 0)],
  [
    "bad type",
    "an authentication algorithm that is not open system",
    AUTHENTICATING,
    (ap) => ap.authentication({ algorithm: 1 }),
  ],
  ["bad type", "an Authentication frame that is no answer", AUTHENTICATING, (ap) => ap.authentication({ sequence: 1 })],
  ["bad type", "EAPOL of another type", ASSOCIATED, (ap) => ap.data(ap.eapol(1, new Uint8Array(0)))],
  ["bad type", "a descriptor that is not RSN's", ASSOCIATED, (ap) => changedAt(ap.data(ap.m1()), 36, 254)],
  ["bad type", "another descriptor version", ASSOCIATED, (ap) => changedAt(ap.data(ap.m1()), 38, 0x89 - 8)],
  ["bad type", "a message of the station's own", ASSOCIATED, (ap) => ap.data(ap.key({ info: 0x0108 }))],
  ["bad type", "an M3 without the MIC flag", HANDSHAKE, (ap) => ap.data(ap.m3({ info: 0x12c8 }))],
  ["bad type", "an M3 with the Request flag", HANDSHAKE, (ap) => ap.data(ap.m3({ info: 0x1bc8 }))],
  ["bad type", "an EAP Response", ASSOCIATED, (ap) => ap.data(ap.eap(2, 1, Uint8Array.of(1))), [1, 5]],
  ["bad length", "a Beacon whose fixed fields end early", IDLE, (ap) => ap.beacon().subarray(0, 35)],
  [
    "bad length",
    "an element behind the end of a Beacon",
    IDLE,
    (ap) => ap.beacon(concat(element(0, SSID), ap.rsne, hex("dd05"))),
  ],
  [
    "bad length",
    "an Authentication frame that ends early",
    AUTHENTICATING,
    (ap) => ap.authentication().subarray(0, 29),
  ],
  ["bad length", "a Deauthentication without reason", OPEN, (ap) => ap.management(0xc0, hex("03"))],
  ["bad length", "Data without LLC/SNAP", ASSOCIATED, (ap) => ap.data(hex("aaaa0300000088"))],
  ["bad length", "a protected MSDU of 7 octets", OPEN, (ap) => ap.sealed(hex("aaaa0300000008"))],
  ["bad length", "an EAPOL body behind the end", ASSOCIATED, (ap) => changedAt(ap.data(ap.m1()), 35, 96)],
  ["bad length", "an EAPOL-Key body of 94 octets", ASSOCIATED, (ap) => changedAt(ap.data(ap.m1()), 35, 94)],
  ["bad length", "key data that the body has no room for", ASSOCIATED, (ap) => changedAt(ap.data(ap.m1()), 32 + 98, 1)],
  [
    "bad length",
    "an EAP packet longer than its PDU",
    ASSOCIATED,
    (ap) => changedAt(ap.data(ap.eap(1, 1, Uint8Array.of(1))), 39, 6),
    [1, 5],
  ],
  [
    "bad length",
    "an EAP packet of 3 octets",
    ASSOCIATED,
    (ap) => changedAt(ap.data(ap.eap(1, 1, Uint8Array.of(1))), 39, 3),
    [1, 5],
  ],
  ["bad length", "an EAP Request without type", ASSOCIATED, (ap) => ap.data(ap.eap(1, 1, new Uint8Array(0))), [1, 5]],
  ["bad length", "EAP-PSK without flags", ASSOCIATED, (ap) => ap.data(ap.eap(1, 1, Uint8Array.of(47))), [1, 5]],
  ["bad length", "EAP-PSK 1 with a short RAND_S", ASSOCIATED, (ap) => ap.data(ap.eap(1, 1, hex("2f0001"))), [1, 5]],
  ["no BSS", "Data before a Beacon", IDLE, (ap) => ap.data(ap.m1())],
  ["no BSS", "an Authentication frame before a Beacon", IDLE, (ap) => ap.authentication()],
  ["policy mismatch", "no RSNE (000-R1)", IDLE, (ap) => ap.beacon(element(0, SSID))],
  ["policy mismatch", "RSNE version 2 (000-R1)", IDLE, (ap) => beacon(ap, rsneOf(ap.akm, { version: 2 }))],
  ["policy mismatch", "a group suite TKIP (000-R1)", IDLE, (ap) => beacon(ap, rsneOf(ap.akm, { group: 2 }))],
  [
    "policy mismatch",
    "a pairwise suite GCMP alone (000-R1)",
    IDLE,
    (ap) => beacon(ap, rsneOf(ap.akm, { pairwise: 8 })),
  ],
  ["policy mismatch", "an AKM that is not the record's (000-R1)", IDLE, (ap) => beacon(ap, rsneOf(8))],
  [
    "policy mismatch",
    "management frame protection required",
    IDLE,
    (ap) => beacon(ap, rsneOf(ap.akm, { capabilities: 0x40 })),
  ],
  [
    "policy mismatch",
    "an RSNE whose suites do not fit it",
    IDLE,
    (ap) => beacon(ap, changedAt(rsneOf(ap.akm), 14, 200)),
  ],
  [
    "policy mismatch",
    "an RSNE of 66 octets",
    IDLE,
    (ap) => beacon(ap, element(48, concat(ap.rsne.subarray(2), new Uint8Array(44)))),
  ],
  ["wrong state", "a Beacon in a session", OPEN, (ap) => ap.beacon()],
  ["wrong state", "an Authentication frame that was not asked for", KNOWN, (ap) => ap.authentication()],
  ["wrong state", "a second Authentication frame", ASSOCIATED, (ap) => ap.authentication()],
  ["wrong state", "a second Association Response", ASSOCIATED, (ap) => ap.associationResponse()],
  ["wrong state", "a Deauthentication without a session", KNOWN, (ap) => ap.management(0xc0, hex("0300"))],
  ["wrong state", "an M1 before association (000-R2)", ASSOCIATING, (ap) => ap.data(ap.m1())],
  ["wrong state", "unprotected Data before the port is open (000-R4)", ASSOCIATED, (ap) => ap.data(MSDU)],
  ["wrong state", "unprotected Data in the handshake (000-R7)", HANDSHAKE, (ap) => ap.data(MSDU)],
  ["wrong state", "unprotected Data when keyed (000-R7)", KEYED, (ap) => ap.data(MSDU)],
  ["wrong state", "protected Data when keyed (000-R10)", KEYED, (ap) => ap.sealed(MSDU)],
  ["wrong state", "protected Data to a group when keyed (000-R10)", KEYED, (ap) => ap.groupSealed(MSDU)],
  ["wrong state", "unprotected Data with the port open (000-R10)", OPEN, (ap) => ap.data(MSDU)],
  [
    "wrong state",
    "unprotected Data to a group with the port open (000-R10)",
    OPEN,
    (ap) => ap.data(MSDU, { da: GROUP }),
  ],
  ["wrong state", "a protected frame without keys", ASSOCIATED, (ap) => ap.sealed(MSDU)],
  ["wrong state", "a pairwise frame with key ID 1", OPEN, (ap) => ap.sealed(MSDU, { keyId: 1 })],
  ["wrong state", "a group frame with another key ID", OPEN, (ap) => ap.groupSealed(MSDU, { keyId: 3 })],
  ["wrong state", "an M3 before M1", ASSOCIATED, (ap) => ap.data(ap.m3())],
  ["wrong state", "an M3 with another ANonce", HANDSHAKE, (ap) => ap.data(ap.m3({ nonce: octetsOf("x", 32) }))],
  ["wrong state", "a group message 1 before M3", HANDSHAKE, (ap) => ap.data(ap.g1())],
  ["wrong state", "an M1 in clear with the port open: no PTK is rekeyed", OPEN, (ap) => ap.data(ap.m1())],
  ["wrong state", "a protected M1 with the port open", OPEN, (ap) => ap.sealed(ap.m1())],
  ["wrong state", "a protected M1 when keyed", KEYED, (ap) => ap.sealed(ap.m1())],
  ["bad type", "an M1 that says Secure", ASSOCIATED, (ap) => ap.data(ap.m1({ info: 0x0288 }))],
  ["wrong state", "an M1 without EAP (000-R5)", ASSOCIATED, (ap) => ap.data(ap.m1()), [1, 5]],
  [
    "wrong state",
    "EAP where the PMK is shared beforehand",
    ASSOCIATED,
    (ap) => ap.data(ap.eap(1, 1, Uint8Array.of(1))),
    [2, 6],
  ],
  ["wrong state", "EAP in the handshake", HANDSHAKE, (ap) => ap.data(ap.eap(1, 1, Uint8Array.of(1)))],
  ["wrong state", "EAP with the port open", OPEN, (ap) => ap.sealed(ap.eap(1, 1, Uint8Array.of(1)))],
  [
    "wrong state",
    "an EAP-Success before its time",
    ASSOCIATED,
    (ap) => ap.data(ap.eap(3, 1, new Uint8Array(0))),
    [1, 5],
  ],
  ["bad MIC", "M3 with a wrong MIC (000-R6)", HANDSHAKE, (ap) => ap.data(ap.m3({ mic: "wrong" }))],
  [
    "bad MIC",
    "M3 of an AP with another PMK (000-R6)",
    HANDSHAKE,
    (ap) => {
      const right = ap.ptk;
      ap.ptk = octetsOf("another PTK", 48);
      const m3 = ap.data(ap.m3());
      ap.ptk = right;
      return m3;
    },
  ],
  ["bad MIC", "a group message 1 with a wrong MIC", KEYED, (ap) => ap.sealed(ap.g1({ mic: "wrong" }))],
  ["bad MIC", "a protected frame with a wrong MIC", OPEN, (ap) => ap.sealed(MSDU, { tk: octetsOf("y", 16) })],
  ["bad MIC", "a group frame under another GTK", OPEN, (ap) => ap.groupSealed(MSDU, { gtk: octetsOf("y", 16) })],
  ["replayed counter", "the M3 that was answered", OPEN, (ap) => ap.data(ap.m3({ counter: ap.counter }))],
  ["replayed counter", "a group message 1 with M3's counter", OPEN, (ap) => ap.sealed(ap.g1({ counter: ap.counter }))],
  [
    "replayed counter",
    "an M3 with a counter that none can follow",
    HANDSHAKE,
    (ap) => ap.data(ap.m3({ counter: -1n })),
  ],
  ["bad key data", "an M1 whose KDE does not fit", ASSOCIATED, (ap) => ap.data(ap.m1({ data: hex("dd16000fac04") }))],
  [
    "bad key data",
    "an M1 whose PMKID has 15 octets",
    ASSOCIATED,
    (ap) => ap.data(ap.m1({ data: ap.pmkidKde().slice(0, -1).fill(21, 1, 2) })),
  ],
  ["bad key data", "M3 wrapped under another KEK", HANDSHAKE, (ap) => ap.data(ap.m3({ kek: octetsOf("z", 16) }))],
  [
    "bad key data",
    "M3 whose wrapped key data is no whole number of blocks",
    HANDSHAKE,
    (ap) => ap.data(ap.m3({ raw: new Uint8Array(63) })),
  ],
  [
    "bad key data",
    "M3 whose wrapped key data is 16 octets",
    HANDSHAKE,
    (ap) => ap.data(ap.m3({ raw: new Uint8Array(16) })),
  ],
  ["bad key data", "M3 without any key data", HANDSHAKE, (ap) => ap.data(ap.m3({ raw: new Uint8Array(0) }))],
  [
    "bad key data",
    "M3 with an element behind the end",
    HANDSHAKE,
    (ap) => ap.data(ap.m3({ data: concat(ap.rsne, hex("0705")) })),
  ],
  [
    "bad key data",
    "M3 with a GTK of 32 octets",
    HANDSHAKE,
    (ap) => ap.data(ap.m3({ data: concat(ap.rsne, ap.gtkKde(octetsOf("long", 32))) })),
  ],
  [
    "bad key data",
    "M3 with a GTK of key ID 0",
    HANDSHAKE,
    (ap) => ap.data(ap.m3({ data: concat(ap.rsne, ap.gtkKde(ap.gtk, 0)) })),
  ],
  [
    "bad type",
    "M3 with key data in clear",
    HANDSHAKE,
    (ap) => ap.data(ap.m3({ info: 0x03c8, data: concat(ap.rsne, ap.gtkKde()) })),
  ],
  ["bad key data", "a group message 1 without GTK", KEYED, (ap) => ap.sealed(ap.g1({ data: ap.rsne }))],
  [
    "RSNE mismatch",
    "M3 with another RSNE than the Beacon's (000-R1)",
    HANDSHAKE,
    (ap) => ap.data(ap.m3({ data: concat(rsneOf(ap.akm, { capabilities: 1 }), ap.gtkKde()) })),
  ],
  [
    "RSNE mismatch",
    "M3 with a longer RSNE than the Beacon's",
    HANDSHAKE,
    (ap) => ap.data(ap.m3({ data: concat(element(48, concat(ap.rsne.subarray(2), hex("0000"))), ap.gtkKde()) })),
  ],
  ["RSNE mismatch", "M3 without RSNE", HANDSHAKE, (ap) => ap.data(ap.m3({ data: ap.gtkKde() }))],
  [
    "replayed PN",
    "a frame that was taken",
    OPEN,
    (ap, bed) => {
      const frame = ap.sealed(MSDU);
      bed.takes(frame);
      return frame;
    },
  ],
  ["replayed PN", "PN 0", OPEN, (ap) => ap.sealed(MSDU, { pn: 0n })],
  [
    "replayed PN",
    "a group frame that was taken",
    OPEN,
    (ap, bed) => {
      const frame = ap.groupSealed(MSDU);
      bed.takes(frame);
      return frame;
    },
  ],
  ["too long", "an MSDU of 113 octets", OPEN, (ap) => ap.sealed(concat(LLC_IP, new Uint8Array(105)))],
  ["EAP refused", "EAP-Failure (000-R5)", ASSOCIATED, (ap) => ap.data(ap.eap(4, 1, new Uint8Array(0))), [1, 5]],
  ["EAP refused", "EAP-PSK 3 before 1", ASSOCIATED, (ap) => ap.data(ap.psk3(1, new Uint8Array(70))), [1, 5]],
  [
    "EAP refused",
    "EAP-PSK with a server's name of 65 octets",
    ASSOCIATED,
    (ap) => ap.data(ap.psk1(1, new Uint8Array(65))),
    [1, 5],
  ],
];

/** EAP-PSK 3 with something wrong in it. */
export const THIRDS: readonly [what: string, wrong: Parameters<ScriptedAp["psk3"]>[2]][] = [
  ["a wrong MAC_S", { macS: 1 }],
  ["another PSK", { psk: octetsOf("psk", 16) }],
  ["another server's name", { idS: hex("61") }],
  ["a wrong tag", { tag: 1 }],
  ["DONE_FAILURE", { result: 0xc0 }],
  ["CONT", { result: 0x40 }],
  ["an extension", { result: 0xa0 }],
  ["the flags of message 4", { flags: 0xc0 }],
];
