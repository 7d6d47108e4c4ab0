/** The controlled port: what passes in each phase, what closes it, and what a second association does to the first. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { REASON } from "../../../host/rsn/frames/codes.ts";
import { EAPOL_TYPE, emitEapol } from "../../../host/rsn/frames/eapol.ts";
import { ETHERTYPE, emitMsdu } from "../../../host/rsn/frames/llc.ts";
import { emitReason, parseReason } from "../../../host/rsn/frames/management.ts";
import { emitMpdu, FLAG, type Kind, parseMpdu } from "../../../host/rsn/frames/mpdu.ts";
import { rsnStatusName, STATE } from "../twin/statuses.ts";
import { AA, Bed, changed, MSDU, SPA } from "./bed.ts";

const up = (kind: Kind, body: Uint8Array): Uint8Array =>
  emitMpdu({ kind, flags: kind === "Data" ? FLAG.toDs : 0, a1: AA, a2: SPA, a3: AA, sequence: 0, body });
const down = (body: Uint8Array): Uint8Array =>
  emitMpdu({ kind: "Data", flags: FLAG.fromDs, a1: SPA, a2: AA, a3: AA, sequence: 0, body });
const eapol = (type: number): Uint8Array =>
  emitMsdu({ etherType: ETHERTYPE.eapol, data: emitEapol(type, new Uint8Array(0)) });

for (const mode of ["rsn", "seed"] as const) {
  test(`000-R4, 000-R7, 000-R10: mode ${mode}: until the ports open data are dropped in both directions, and counted`, () => {
    const bed = new Bed({ mode });
    let dropped = 0;
    bed.passes = () => {
      const isAssociated = bed.ladder.includes("Association Response");
      const { refused, frames } = bed.ap.receive(up("Data", MSDU), bed.now_s);
      assert.equal(
        refused === "not associated",
        frames.length === 1,
        "a Deauthentication answers, and nothing else does",
      );
      assert.ok(refused === "port closed" || (refused === "not associated" && !isAssociated), `${refused}`);
      dropped++;
      assert.equal(bed.ap.send(SPA, AA, MSDU), "port closed");
      const wasOpen = bed.station.state === STATE.open;
      const { status } = bed.station.receive(down(MSDU));
      assert.equal(rsnStatusName(status), "wrong state", "data in clear");
      if (!wasOpen) assert.equal(rsnStatusName(bed.station.send(MSDU).status), "wrong state");
      assert.equal(bed.station.received().length, 0);
      return true;
    };
    bed.connect();
    const { refused } = bed.ap;
    assert.equal(refused["not associated"] + refused["port closed"], dropped);
    assert.ok(bed.isAuthorized, "the port is open in the end");
    assert.deepEqual(bed.delivered, []);
  });
}

test("000-R10: behind the open port data in clear, under another key ID, damaged or replayed are dropped and counted", () => {
  const bed = new Bed();
  bed.connect();
  assert.equal(bed.ap.receive(up("Data", MSDU), bed.now_s).refused, "unprotected");
  const { frame } = bed.station.send(MSDU);
  assert.ok(frame, "the station sends");
  assert.equal(bed.ap.receive(changed(frame, 27, 0x40), bed.now_s).refused, "no key");
  assert.equal(bed.ap.receive(changed(frame, 27, 0x20), bed.now_s).refused, "bad type");
  for (const [at, by, reason] of [
    [10, 0x10, "not associated"],
    [16, 0x10, "bad MIC"],
    [24, 0x01, "replayed PN"],
    [24, 0x10, "bad MIC"],
    [32, 0x01, "bad MIC"],
    [-1, 0x01, "bad MIC"],
  ] as const) {
    assert.equal(bed.ap.receive(changed(frame, at, by), bed.now_s).refused, reason, `octet ${at}`);
  }
  bed.up(frame);
  assert.deepEqual(bed.delivered, [MSDU]);
  assert.equal(bed.ap.receive(frame, bed.now_s).refused, "replayed PN");
});

test("EAPOL-Logoff closes the port and ends the keys when it is protected, and does nothing in clear", () => {
  const bed = new Bed();
  bed.connect();
  const before = bed.station.send(MSDU);
  assert.equal(bed.ap.receive(up("Data", eapol(EAPOL_TYPE.logoff)), bed.now_s).refused, "unprotected");
  assert.ok(bed.isAuthorized, "the port is open still");
  const { frame } = bed.station.send(eapol(EAPOL_TYPE.logoff));
  assert.ok(frame && before.frame, "the station sends");
  assert.equal(bed.up(frame).refused, undefined);
  assert.ok(!bed.isAuthorized, "the port is closed");
  assert.equal(bed.ap.receive(before.frame, bed.now_s).refused, "no key");
  assert.equal(bed.ap.send(SPA, AA, MSDU), "port closed");
  bed.connect();
  assert.ok(bed.isAuthorized, "a new association opens it again");
});

test("a second association ends the first: another PTK, PNs from the beginning, and nothing of the old one is taken", () => {
  const bed = new Bed();
  bed.connect();
  const old = bed.station.send(MSDU).frame;
  assert.ok(old, "the station sends");
  bed.connect();
  assert.ok(bed.isAuthorized, "the port is open");
  assert.equal(bed.ap.receive(old, bed.now_s).refused, "bad MIC");
  const { frame } = bed.station.send(MSDU);
  assert.ok(frame, "the station sends");
  assert.deepEqual(frame.subarray(24, 32), old.subarray(24, 32), "PN 1 again, under another key");
  bed.up(frame);
  assert.deepEqual(bed.delivered, [MSDU]);
});

test("a second Association Request closes the port at once, and opens it only with its own M4", () => {
  const bed = new Bed();
  bed.connect();
  bed.passes = (frame) => bed.ladder.at(-1) !== "Association Response" || frame[0] !== 0x10;
  bed.connect();
  assert.ok(!bed.isAuthorized, "the port is closed while the second association is under way");
});

for (const kind of ["Deauthentication", "Disassociation"] as const) {
  test(`a ${kind} of the station ends its association, and data after it are answered with reason 7`, () => {
    const bed = new Bed();
    bed.connect();
    bed.ap.receive(up(kind, emitReason(1)), bed.now_s);
    assert.ok(!bed.isAuthorized, "the port is closed");
    const { frames, refused } = bed.ap.receive(up("Data", MSDU), bed.now_s);
    assert.equal(refused, "not associated");
    const mpdu = parseMpdu(frames[0]);
    assert.ok(typeof mpdu !== "string" && mpdu.kind === "Deauthentication", "a Deauthentication");
    assert.deepEqual(parseReason(mpdu.body), { reason: REASON.INVALID_CLASS3_FRAME });
  });
}

test("time does not go back, and an AP of a group address or without an AKM is a caller's mistake", () => {
  const bed = new Bed();
  bed.ap.advance(1);
  assert.throws(() => bed.ap.advance(0.5), /time does not go back/);
  assert.throws(() => new Bed({ akms: [] }), /akms/);
});
