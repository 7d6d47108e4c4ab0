/** Where the handshakes go wrong: wrong keys, changed frames, old counters, lost messages and time-outs. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { REASON } from "../../../host/rsn/frames/codes.ts";
import { EAPOL_TYPE, emitEapol } from "../../../host/rsn/frames/eapol.ts";
import { emitEapolKey, INFO } from "../../../host/rsn/frames/eapolkey.ts";
import { ETHERTYPE, emitMsdu } from "../../../host/rsn/frames/llc.ts";
import { emitMpdu, FLAG, parseMpdu } from "../../../host/rsn/frames/mpdu.ts";
import { concat } from "../../support/hex.ts";
import { rsnStatusName, STATE } from "../twin/statuses.ts";
import { keyIn } from "./air.ts";
import { AA, Bed, changed, MSDU, PMK, SPA } from "./bed.ts";

/** The message that an EAPOL-Key frame in clear is. */
function messageOf(frame: Uint8Array): string {
  const key = keyIn(frame);
  if (key === undefined) return "";
  const { info } = key;
  if (!(info & INFO.pairwise)) return info & INFO.ack ? "G1" : "G2";
  if (info & INFO.ack) return info & INFO.mic ? "M3" : "M1";
  return info & INFO.secure ? "M4" : "M2";
}

/** Association is through, and the first message of that name has been lost at its receiver; it is the answer. */
function stoppedAt(message: string, bed: Bed, connect = () => bed.connect()): Uint8Array {
  let held: Uint8Array | undefined;
  bed.passes = (frame) => {
    if (messageOf(frame) !== message) return true;
    held ??= frame;
    return false;
  };
  connect();
  assert.ok(held, `${message} was sent`);
  return held;
}

/** An EAPOL-Key frame of the station with one field changed; its MIC is the old one. */
function withField(frame: Uint8Array, field: Partial<{ info: number; replayCounter: bigint }>): Uint8Array {
  const mpdu = parseMpdu(frame);
  const key = keyIn(frame);
  assert.ok(key && typeof mpdu !== "string", "an EAPOL-Key frame");
  const pdu = emitEapolKey({ ...key, ...field });
  return emitMpdu({ ...mpdu, body: emitMsdu({ etherType: ETHERTYPE.eapol, data: pdu }) });
}

test("000-R8: M1 is sent four times, after 0.1 s and then every second, and nobody answers: reason 15", () => {
  const bed = new Bed();
  bed.passes = (frame) => messageOf(frame) !== "M1";
  bed.connect();
  const sent = (): number => bed.air.filter((frame) => messageOf(frame) === "M1").length;
  assert.equal(sent(), 1);
  for (const [time_s, count] of [
    [0.09, 1],
    [0.02, 2],
    [0.98, 2],
    [0.02, 3],
    [1, 4],
  ]) {
    bed.wait(time_s);
    assert.equal(sent(), count, `at ${bed.now_s} s`);
  }
  const counters = bed.air.flatMap((frame) => keyIn(frame)?.replayCounter ?? []);
  assert.deepEqual(counters, [1n, 2n, 3n, 4n]);
  bed.wait(1);
  assert.deepEqual([...bed.ap.ended], [[REASON.FOUR_WAY_HANDSHAKE_TIMEOUT, 1]]);
  assert.equal(bed.ladder.at(-1), "Deauthentication");
  assert.equal(bed.station.state, STATE.bssKnown);
  assert.equal(bed.ap.due_s, Number.POSITIVE_INFINITY);
});

test("000-R8: another PMK: every M2 is dropped for its MIC, and reason 15 ends it", () => {
  const bed = new Bed({ key: PMK.map((octet) => octet ^ 1) });
  bed.connect();
  bed.wait(5);
  assert.equal(bed.ap.refused["bad MIC"], 4);
  assert.deepEqual([...bed.ap.ended], [[REASON.FOUR_WAY_HANDSHAKE_TIMEOUT, 1]]);
  assert.ok(!bed.isAuthorized, "the port is closed");
});

for (const message of ["M1", "M2", "M3", "M4"]) {
  test(`000-R8: a lost ${message} is made good by the next try`, () => {
    const bed = new Bed();
    stoppedAt(message, bed);
    assert.ok(!bed.isAuthorized, "the port is closed");
    bed.passes = () => true;
    bed.wait(0.2);
    assert.ok(bed.isAuthorized, "the port is open");
    assert.equal(bed.station.state, STATE.open);
  });
}

test("000-R8: a late M2 to an earlier M1 is an answer; the M2 to the later one is a replay", () => {
  const bed = new Bed();
  const first = stoppedAt("M2", bed);
  bed.wait(0.2);
  const second = bed.air.findLast((frame) => messageOf(frame) === "M2");
  assert.ok(second && keyIn(second)?.replayCounter === 2n, "there is a second M2");
  assert.deepEqual(keyIn(second)?.nonce, keyIn(first)?.nonce, "the same ANonce has the same SNonce");
  bed.passes = () => true;
  bed.up(first);
  assert.ok(bed.isAuthorized, "the first M2 was taken");
  assert.equal(bed.ap.receive(second, bed.now_s).refused, "replayed counter");
});

test("000-R8: an M2 with any octet changed is dropped, and the right one is taken after all of them", () => {
  const bed = new Bed();
  const m2 = stoppedAt("M2", bed);
  const body = m2.length - (keyIn(m2)?.pdu.length ?? 0);
  for (let at = body; at < m2.length; at++) {
    const { refused } = bed.ap.receive(changed(m2, at, 0x80), bed.now_s);
    assert.ok(refused, `octet ${at - body} of the PDU`);
  }
  bed.passes = () => true;
  bed.up(m2);
  assert.ok(bed.isAuthorized, "the port is open");
});

test("000-R8: M2 and M4 without the MIC flag, with the flags of an AP or of another descriptor version are refused", () => {
  for (const message of ["M2", "M4"]) {
    const bed = new Bed();
    const frame = stoppedAt(message, bed);
    const info = keyIn(frame)?.info ?? 0;
    for (const wrong of [INFO.mic, INFO.ack, INFO.install, INFO.error, INFO.request, INFO.encrypted, 1]) {
      const { refused } = bed.ap.receive(withField(frame, { info: info ^ wrong }), bed.now_s);
      assert.equal(refused, "bad key information", `${message}, ${wrong.toString(16)}`);
    }
    for (const replayCounter of [0n, 7n]) {
      const { refused } = bed.ap.receive(withField(frame, { replayCounter }), bed.now_s);
      assert.equal(refused, "replayed counter");
    }
    assert.ok(!bed.isAuthorized, "the port is closed");
    bed.passes = () => true;
    bed.up(frame);
    assert.ok(bed.isAuthorized, "the port is open");
  }
});

test("000-R3, 000-R8: an M2 whose RSNE is not that of the Association Request ends with reason 17", () => {
  const bed = new Bed();
  // What a downgrade on the air leaves behind: the AP has taken another RSNE than the station sent.
  bed.passes = (frame) => {
    const mpdu = parseMpdu(frame);
    if (typeof mpdu === "string" || mpdu.kind !== "Association Request") return true;
    const altered = changed(frame, -1, 0x10);
    bed.down(bed.ap.receive(altered, bed.now_s).frames);
    return false;
  };
  bed.connect();
  assert.equal(bed.ap.refused["RSNE mismatch"], 1);
  assert.deepEqual([...bed.ap.ended], [[REASON.HANDSHAKE_ELEMENT_MISMATCH, 1]]);
  assert.equal(bed.station.state, STATE.bssKnown);
});

test("000-R8: an M3 whose RSNE is not that of the Beacon is a mismatch at the station, which installs nothing", () => {
  const bed = new Bed();
  const beacon = bed.ap.beacon(0);
  // The last octet of the Beacon is the high one of the RSN capabilities.
  assert.equal(bed.station.receive(changed(beacon, -1, 0x10)).status, 0);
  const m3 = stoppedAt("M3", bed, () => bed.up(bed.start()));
  assert.equal(rsnStatusName(bed.station.receive(m3).status), "RSNE mismatch");
  assert.equal(bed.station.state, STATE.fourWay);
  bed.passes = () => true;
  bed.wait(5);
  assert.deepEqual([...bed.ap.ended], [[REASON.FOUR_WAY_HANDSHAKE_TIMEOUT, 1]]);
});

test("000-R8: M3 that comes again, after a lost M4, starts no PN again at the station (KRACK)", () => {
  const bed = new Bed();
  stoppedAt("M4", bed);
  assert.equal(bed.station.state, STATE.open, "the station has its keys");
  const early = bed.station.send(MSDU);
  assert.ok(early.frame, "and uses them");
  bed.passes = () => true;
  bed.wait(0.2);
  assert.ok(bed.isAuthorized, "M4 to the second M3 opens the port");
  const late = bed.station.send(MSDU);
  assert.ok(late.frame, "the station sends");
  assert.notDeepEqual(late.frame.subarray(24, 32), early.frame.subarray(24, 32), "another PN");
  bed.up(late.frame);
  assert.deepEqual(bed.delivered, [MSDU]);
  assert.equal(bed.ap.receive(early.frame, bed.now_s).refused, "replayed PN");
  const m3s = bed.air.filter((frame) => messageOf(frame) === "M3");
  assert.equal(m3s.length, 2);
  for (const m3 of m3s) assert.equal(rsnStatusName(bed.station.receive(m3).status), "replayed counter");
});

test("000-R8: an M4 to the second M3 that comes protected, as a station with its keys installed sends it, opens the port", () => {
  const bed = new Bed();
  bed.passes = (frame) => messageOf(frame) !== "M4";
  bed.connect();
  const [early, later] = [bed.station.send(MSDU).frame, bed.station.send(MSDU).frame];
  assert.ok(early && later, "the station has its keys, and uses them");
  assert.equal(bed.ap.receive(early, bed.now_s).refused, "port closed");
  bed.wait(0.2);
  const m4 = parseMpdu(bed.air.findLast((frame) => messageOf(frame) === "M4") ?? new Uint8Array(0));
  assert.ok(typeof m4 !== "string", "the station has answered the second M3");
  const sealed = bed.station.send(m4.body).frame;
  assert.ok(sealed, "its M4 under the pairwise key");
  assert.equal(bed.ap.receive(changed(sealed, -1), bed.now_s).refused, "bad MIC");
  assert.equal(bed.ap.receive(sealed, bed.now_s).refused, undefined);
  assert.ok(bed.isAuthorized, "the port is open");
  for (const frame of [early, later, sealed]) assert.equal(bed.ap.receive(frame, bed.now_s).refused, "replayed PN");
  const { frame } = bed.station.send(MSDU);
  assert.ok(frame, "the station sends");
  bed.up(frame);
  assert.deepEqual(bed.delivered, [MSDU]);
});

test("000-R9: G1 that nobody answers is sent four times, and ends with reason 16; the others have the new GTK then", () => {
  const bed = new Bed();
  bed.connect();
  bed.passes = () => false;
  bed.down(bed.ap.rekey(bed.now_s));
  const before = bed.air.length;
  bed.wait(3.2);
  assert.equal(bed.air.length - before, 4, "three more, and the Deauthentication");
  assert.deepEqual([...bed.ap.ended], [[REASON.GROUP_KEY_HANDSHAKE_TIMEOUT, 1]]);
  assert.ok(!bed.isAuthorized, "the port is closed");
});

test("000-R9, 000-R11: in mode seed a lost G1 or G2 keeps the port closed until it is made good, or ends with reason 16", () => {
  for (const lost of [1, 2]) {
    const bed = new Bed({ mode: "seed" });
    let afterM4 = 0;
    bed.passes = (frame) => {
      if (messageOf(frame) === "M4") afterM4 = 1;
      else if (afterM4 > 0) return afterM4++ !== lost;
      return true;
    };
    bed.connect();
    assert.ok(!bed.isAuthorized, "the port is closed");
    bed.wait(0.2);
    assert.ok(bed.isAuthorized, "the port is open");
  }
  const bed = new Bed({ mode: "seed" });
  stoppedAt("M4", bed);
  bed.passes = (frame) => frame[1] !== (FLAG.protected | FLAG.fromDs);
  bed.wait(5);
  assert.deepEqual([...bed.ap.ended], [[REASON.GROUP_KEY_HANDSHAKE_TIMEOUT, 1]]);
});

test("000-R9: a GTK that is changed between M3 and M4 is handed out at once behind M4", () => {
  const bed = new Bed();
  const m4 = stoppedAt("M4", bed);
  bed.passes = () => true;
  bed.down(bed.ap.rekey(bed.now_s));
  bed.up(m4);
  assert.ok(bed.isAuthorized, "the port is open");
  const group = bed.ap.broadcast(AA, MSDU);
  assert.ok(typeof group !== "string", "a frame for all");
  assert.equal(bed.station.receive(group).status, 0);
});

test("000-R9: until G2 has come what goes to all is under the old GTK, and from then on under the new one", () => {
  const bed = new Bed();
  bed.connect();
  bed.down(bed.ap.rekey(bed.now_s));
  const keyIds: number[] = [];
  const broadcast = (): void => {
    const frame = bed.ap.broadcast(AA, MSDU);
    assert.ok(typeof frame !== "string", "a frame for all");
    assert.equal(rsnStatusName(bed.station.receive(frame).status), "0");
    keyIds.push(frame[27] >> 6);
  };
  broadcast();
  bed.passes = () => false;
  bed.down(bed.ap.rekey(bed.now_s));
  broadcast();
  bed.passes = () => true;
  bed.wait(0.2);
  broadcast();
  assert.deepEqual(keyIds, [2, 2, 1]);
});

test("000-R9: a second G2 is a replay, however new its PN is", () => {
  const bed = new Bed();
  bed.connect();
  const held: Uint8Array[] = [];
  bed.passes = (frame) => {
    if (frame[1] & FLAG.toDs) held.push(frame);
    return !(frame[1] & FLAG.toDs);
  };
  bed.down(bed.ap.rekey(bed.now_s));
  bed.wait(0.2);
  assert.equal(held.length, 2, "two tries, two answers");
  assert.equal(bed.ap.receive(held[0], bed.now_s).refused, undefined);
  assert.equal(bed.ap.receive(held[1], bed.now_s).refused, "replayed counter");
});

test("random damage to whatever comes up never throws, and never opens the port of a station without the PMK", () => {
  const bed = new Bed({ key: PMK.map((octet) => octet ^ 1) });
  bed.connect();
  const seeds = bed.air.filter((frame) => frame[1] & FLAG.toDs || frame[4] === AA[0]);
  let state = 1;
  const random = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fff_ffff;
    return (state >>> 8) % below;
  };
  for (let i = 0; i < 4000; i++) {
    const frame = concat(seeds[random(seeds.length)]).slice(0, 1 + random(200));
    for (let n = random(4); n > 0; n--) frame[random(frame.length)] = random(256);
    bed.ap.receive(frame, bed.now_s);
    bed.now_s += 0.001;
  }
  assert.ok(!bed.ap.isAuthorized(SPA), "the port is closed");
  const pdu = emitEapol(EAPOL_TYPE.key, new Uint8Array(3));
  const up = { kind: "Data", flags: FLAG.toDs, a1: AA, a2: SPA, a3: AA, sequence: 0 } as const;
  const short = emitMpdu({ ...up, body: emitMsdu({ etherType: ETHERTYPE.eapol, data: pdu }) });
  assert.ok(bed.ap.receive(short, bed.now_s).refused, "an EAPOL-Key frame of three octets");
});
