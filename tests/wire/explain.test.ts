/** The explainer: fields told in order, refusals with their numbers, an exchange followed with what is known of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { STATUS, type StatusName } from "../../host/device/abi.ts";
import { bindingOf } from "../../host/wire/binding.ts";
import { checkDownlink, checkUplink } from "../../host/wire/check.ts";
import type { Known } from "../../host/wire/explain/exchange.ts";
import { Explainer, type Explanation } from "../../host/wire/explain/explain.ts";
import { explanationJson } from "../../host/wire/explain/json.ts";
import type { Side } from "../../host/wire/fc.ts";
import { fcsOf } from "../../host/wire/fcs.ts";
import { emitFrame } from "../../host/wire/frame.ts";
import { le16 } from "../../host/wire/octets.ts";
import { seal } from "../../host/wire/protect.ts";
import { hex, toHex } from "../support/hex.ts";
import { casesOf, EXAMPLE } from "./vectors.ts";

const SPA = hex(EXAMPLE.spa);
const AA = hex(EXAMPLE.aa);
const PMK = hex(EXAMPLE.pmk);
const KEYS = { kck: hex(EXAMPLE.kck), tk: hex(EXAMPLE.tk) };

function m1Of(): NonNullable<Known["m1"]> {
  const { frame } = checkDownlink(hex(EXAMPLE.m1));
  assert.ok(frame?.type === "Trigger", "the M1 is taken");
  return frame;
}

function m2Of(): NonNullable<Known["m2"]> {
  const { frame } = checkUplink(hex(EXAMPLE.ccm.m2));
  assert.ok(frame?.type === "Response", "the M2 is taken");
  return frame;
}

/** Explains frames in hex one after the other. */
function explain(known: Known, frames: readonly string[], receiver?: Side): Explanation[] {
  const explainer = new Explainer(nodeCrypto, known, receiver);
  return frames.map((frame) => explainer.explain(hex(frame)));
}

/** The one verdict in short: who, and what. */
function verdictOf({ verdicts }: Explanation): string {
  return verdicts.map(({ by, taken, status }) => `${by}: ${taken ? "takes" : status}`).join(", ");
}

const payloadOf = ({ opening }: Explanation): string =>
  opening?.outcome === "verified" ? toHex(opening.payload) : (opening?.outcome ?? "not tried");

test("M1 of the worked exchange, field by field", () => {
  const [{ rows, type, verdicts }] = explain({}, [EXAMPLE.m1]);
  assert.equal(type, "Trigger");
  assert.deepEqual(
    rows.map(({ offset, octets, bits, field, value }) => `${offset} ${bits ?? toHex(octets)} ${field} ${value}`.trim()),
    [
      "0 08 FC 0x08",
      "0 .... 1000 Type 8",
      "0 ...0 .... Protected 0",
      "0 000. .... reserved 0",
      "1 24c8 ID 0xc824",
      "3 a604 TDC 0x04a6",
      "3 .... .... ..10 0110 Length 38",
      "3 .... .... .0.. .... Encrypted 0",
      "3 .... .... 1... .... Modifier present 1",
      "3 .... ..00 .... .... Generation 0",
      "3 ...0 01.. .... .... Profile 1",
      "3 ..0. .... .... .... Command 0",
      "3 00.. .... .... .... reserved 0",
      "5 074001ff0000 TriggerInfo",
      "5 07 Session ID 7",
      "6 40 access octet",
      "6 .... 0000 ACWE 0",
      "6 ..00 .... UL rate 0",
      "6 01.. .... access 1",
      "7 01 slots 1",
      "8 ff00 Slot Duration 255",
      "10 00 zero 0",
      "11 020000000001 AA 02:00:00:00:00:01",
      "17 404142434445464748494a4b4c4d4e4f ANonce",
      "33 a0a1a2a3a4a5a6a7 Modifier",
      "41 4c4544 DL data",
      "44 bd60 FCS 0x60bd",
    ],
  );
  assert.deepEqual(verdicts, [
    { by: "device", taken: true, why: "every check is passed; a reading of up to 40 octets fits the M2" },
  ]);
});

test("a PMK, an SPA and the frames themselves open the whole exchange, in either mode", () => {
  for (const { m2, m3, dataUlPn2 } of [EXAMPLE.ccm, EXAMPLE.mic]) {
    const told = explain({ pmk: PMK, spa: SPA }, [EXAMPLE.m1, m2, m3, dataUlPn2]);
    assert.deepEqual(told.map(verdictOf), ["device: takes", "AP: takes", "device: takes", "AP: takes"]);
    const payloads = ["not tried", EXAMPLE.reading, EXAMPLE.m3Payload, EXAMPLE.dataPayload];
    assert.deepEqual(told.map(payloadOf), payloads);
  }
  const [m2] = explain({ pmk: PMK, spa: SPA, m1: m1Of() }, [EXAMPLE.ccm.m2]);
  const { mic } = explanationJson(m2);
  assert.deepEqual([mic?.nonce, mic?.aad], [EXAMPLE.ccm.nonceM2, EXAMPLE.ccm.aadM2]);
});

test("commands and their answers are told field by field", () => {
  const known = { pmk: PMK, spa: SPA, m1: m1Of(), m2: m2Of() };
  const [update, answer] = explain(known, [EXAMPLE.update.m3, EXAMPLE.update.answer]);
  assert.deepEqual(
    [...update.payloadRows, ...answer.payloadRows].map(({ field, value }) => `${field} ${value}`.trim()),
    ["command UPDATE", "generation 1", "Modifier'", "T", "answer proof", "generation 1", "proof"],
  );
});

test("the MIC tells the direction of Data: as far as both addresses are known", () => {
  for (const { frames, keys, parties } of casesOf("exchange-strong.json")) {
    assert.ok(frames && keys && parties, "the vector is whole");
    const known = { kck: hex(keys.kck), tk: hex(keys.tk), aa: hex(parties.aa), spa: hex(parties.spa) };
    const both = [frames.dlData.frame, frames.ulData.frame];
    assert.deepEqual(explain(known, both).map(verdictOf), ["device: takes", "AP: takes"]);
    assert.deepEqual(explain(known, both, "AP").map(verdictOf), ["AP: bad MIC", "AP: takes"]);
    assert.deepEqual(explain(known, both, "device").map(verdictOf), ["device: takes", "device: bad MIC"]);
  }
  assert.deepEqual(explain({}, [EXAMPLE.ccm.dataUlPn2]).map(verdictOf), ["device: takes, AP: takes"]);
});

test("what is missing to open a frame is named, and nothing that is not", () => {
  const { m2, m3, dataUlPn2 } = EXAMPLE.ccm;
  const m1 = m1Of();
  const cases: [Known, string, Side, string][] = [
    [{}, m2, "AP", "spa, m1, tk or pmk"],
    [{ spa: SPA, m1 }, EXAMPLE.mic.m2, "AP", "kck or pmk"],
    [{ pmk: PMK }, m2, "AP", "spa, m1"],
    [{ tk: KEYS.tk }, m2, "AP", "spa, m1"],
    [{ kck: KEYS.kck, spa: SPA, m1 }, m2, "AP", "tk or pmk"],
    [{ pmk: PMK, spa: SPA }, m3, "device", "aa, m1, m2"],
    [{ pmk: PMK, spa: SPA, m1 }, m3, "device", "m2"],
    [{ tk: KEYS.tk, aa: AA }, m3, "device", "m1"],
    [{ tk: KEYS.tk }, dataUlPn2, "AP", "spa"],
    [{ tk: KEYS.tk }, dataUlPn2, "device", "aa"],
  ];
  for (const [known, frame, receiver, missing] of cases) {
    const [{ verdicts }] = explain(known, [frame], receiver);
    assert.equal(verdicts[0].taken, true);
    assert.match(verdicts[0].why, new RegExp(`the MIC was not tried, for want of ${missing}$`));
  }
});

test("002-A13: a wrong PMK, SPA, AA, M1 or key, each alone, is a bad MIC and shows no plaintext", () => {
  const flip = (octets: Uint8Array): Uint8Array => octets.with(octets.length - 1, octets[octets.length - 1] ^ 1);
  const m1 = m1Of();
  const known = { pmk: PMK, spa: SPA, m1 };
  const frames = [EXAMPLE.ccm.m2, EXAMPLE.mic.m2];
  assert.deepEqual(explain(known, frames).map(payloadOf), [EXAMPLE.reading, EXAMPLE.reading]);
  const wrong: [string, Known][] = [
    ["PMK", { ...known, pmk: flip(PMK) }],
    ["AA", { ...known, m1: { ...m1, aa: flip(m1.aa) } }],
    ["ANonce", { ...known, m1: { ...m1, aNonce: flip(m1.aNonce) } }],
    ["DL data", { ...known, m1: { ...m1, dlData: flip(m1.dlData) } }],
    ["session ID", { ...known, m1: { ...m1, info: { ...m1.info, sessionId: 8 } } }],
    ["Modifier taken away", { ...known, m1: { ...m1, modifier: undefined } }],
    ["TK and KCK", { ...known, kck: flip(KEYS.kck), tk: flip(KEYS.tk) }],
  ];
  for (const [what, spoilt] of wrong) {
    for (const one of explain(spoilt, frames)) {
      assert.equal(verdictOf(one), "AP: bad MIC", what);
      assert.deepEqual([payloadOf(one), one.payloadRows.length], ["bad MIC", 0], what);
    }
  }
  // Another device's SPA already has another ID.
  assert.deepEqual(explain({ ...known, spa: flip(SPA) }, frames).map(verdictOf), ["AP: not for me", "AP: not for me"]);
});

test("an M1 that is another one ends the session, the same one does not; a forged M2 changes nothing", () => {
  const { m2, m3 } = EXAMPLE.ccm;
  const other = toHex(emitFrame({ ...m1Of(), aNonce: new Uint8Array(16) }));
  const forged = toHex(emitFrame({ ...m2Of(), sNonce: new Uint8Array(16) }));
  const known = { pmk: PMK, spa: SPA };
  const after = (...between: string[]): string =>
    payloadOf(explain(known, [EXAMPLE.m1, m2, ...between, m3]).slice(-1)[0]);
  assert.equal(after(), EXAMPLE.m3Payload);
  assert.equal(after(EXAMPLE.m1), EXAMPLE.m3Payload);
  assert.equal(after(forged), EXAMPLE.m3Payload);
  assert.equal(after(other), "not tried");
});

/** An M3 as the AP of the worked exchange would make it. */
function confirm(change: { pn?: number; payload?: Uint8Array; command?: boolean; generation?: number }): string {
  const { id, profile } = m2Of();
  const plain = { encrypted: true, command: false, generation: 0, pn: 1, payload: hex("") };
  const frame = { type: "Confirm" as const, id, profile, ...plain, ...change };
  return toHex(emitFrame(seal(nodeCrypto, KEYS, frame, { a2: AA, m1: bindingOf(m1Of()) })));
}

/** A frame with other octets at a place, and a right FCS. */
function mended(frame: string, at: number, octets: string): string {
  const head = frame.slice(0, 2 * at) + octets + frame.slice(2 * at + octets.length, -4);
  return head + toHex(le16(fcsOf(hex(head))));
}

test("a refusal is told with its status, its check and its numbers", () => {
  const { m1, ccm } = EXAMPLE;
  const session = { pmk: PMK, spa: SPA, m1: m1Of(), m2: m2Of() };
  const strong = { ...m2Of(), profile: { number: 3, name: "strong", N: 32, M: 16 } as const };
  const strongM2 = toHex(emitFrame({ ...strong, sNonce: new Uint8Array(32), mic: new Uint8Array(16) }));
  const cases: [told: string, frame: string, known?: Known, receiver?: Side][] = [
    ["too short / length of the frame / 7 octets, where a frame has 8 to 71", "1b00000000db3c", {}, "device"],
    ["too short / length of the frame / 1 octet, where an Ack has 4", "0c"],
    ["too long / length of the frame / 5 octets, where an Ack has 4", "0c24c87800"],
    ["not for me / ID / ID 0xffff is for a Trigger only", "0cffffd7"],
    [
      "not for me / ID / ID 0xc825 is another device's, where SPA 02:c0:ff:ee:00:01 gives 0xc824",
      "0c25c8a0",
      { spa: SPA },
    ],
    ["bad type / type / a Response never comes from an AP", ccm.m2, {}, "device"],
    ["bad type / type / a Trigger never comes from a device", m1, {}, "AP"],
    ["bad type / type / no frame has type 15", `0f${m1.slice(2)}`, {}, "device"],
    ["bad FCS / FCS / the FCS is bd61, the octets before it give bd60", `${m1.slice(0, -4)}bd61`],
    ["bad FCS / FCS / the CRC-8 is 79, FC and ID give 78", "0c24c879"],
    ["reserved bits / reserved bits / FC is 0x18, where a Trigger has 0x08", mended(m1, 0, "18")],
    ["reserved bits / reserved bits / TDC bit 6 (encrypted) not 0 in a Trigger", mended(m1, 3, "e6")],
    ["bad length / body length by TDC / TDC tells of a body of 40 octets, the frame has 39", mended(m1, 3, "a7")],
    ["bad profile / profile / there is no profile 4, only 1 (compact), 2 (wide), 3 (strong)", mended(m1, 4, "10")],
    [
      "bad length / body length by type / a body of 39 octets, where a strong Trigger has 52 or more",
      mended(m1, 4, "0c"),
    ],
    ["not for me / AA / AA 03:00:00:00:00:01 is a group address", mended(m1, 11, "03")],
    ["not for me / AA / AA 02:c0:ff:ee:00:01 is the device's own SPA", mended(m1, 11, EXAMPLE.spa), { spa: SPA }],
    ["reserved bits / TriggerInfo / reserved in TriggerInfo: UL rate, slots", mended(m1, 6, "7000")],
    ["bad profile / session profile / profile 3, where the session has 1 (compact)", strongM2, session],
    [
      "no root of that generation / session generation / generation 1 mod 4, where the session has 0",
      confirm({ generation: 1 }),
      session,
    ],
    ["replayed PN / PN / PN 2, where a Confirm has 1", confirm({ pn: 2 })],
    ["replayed PN / PN / PN 1, where the first Data of a direction has 2 or more", mended(ccm.dataUlPn2, 5, "0001")],
    ["bad MIC / MIC / the MIC does not fit under this TK, nonce and AAD", mended(ccm.m3, 9, "00"), session],
    [
      "bad command / command / the MIC is right, so the session is secure, but the payload is no command",
      confirm({ payload: hex("03"), command: true }),
      session,
    ],
  ];
  for (const [told, frame, known = {}, receiver] of cases) {
    const [{ verdicts }] = explain(known, [frame], receiver);
    for (const { status, check, why } of verdicts) assert.equal(`${status} / ${check} / ${why}`, told);
  }
});

test("every refused frame of the vectors is told with the recorded status, as a number too", () => {
  for (const { name, statusName, frame } of casesOf("refused.json")) {
    if (!frame) continue;
    const [one] = explain({ spa: SPA }, [frame], "device");
    const [{ status, number, why }] = explanationJson(one).verdicts;
    assert.equal(status, statusName, name);
    assert.equal(number, STATUS[statusName as StatusName], name);
    assert.ok(why.length > 10, why);
  }
});

test("what came from the air never reaches a reader raw", () => {
  const m1 = emitFrame({ ...m1Of(), dlData: hex("1b5b324a") });
  const [{ rows }] = explain({}, [toHex(m1)]);
  assert.match(rows.find(({ field }) => field === "DL data")?.meaning ?? "", /^1b5b324a,/);
});
