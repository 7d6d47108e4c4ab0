/** AMP-R4 and AMP-R1 at the AP: thousands of forged, broken and replayed frames change nothing but a counter. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ApSession } from "../../host/ap/session.ts";
import { PROFILES } from "../../host/wire/profile.ts";
import { repeated } from "../support/devicerounds.ts";
import { ascii, concat, hex } from "../twin/bytes.ts";
import { ackFrame, idOf, withFcs } from "../twin/frames.ts";
import { seededRandom } from "../twin/life.ts";
import { Bed, spaOf } from "./bed.ts";
import { innardsOf } from "./innards.ts";

/** An AP in the middle of everything: what it may take, and frames that passed or may pass. */
function busy() {
  const bed = new Bed();
  const devices = [0, 1, 2, 3].map((n) => bed.enrol(spaOf(n)));
  const [secure, confirmed, pending, waiting] = devices;
  bed.exchange(secure);
  const replayed = [secure.says(ascii("one")), secure.says(ascii("two"), false)];
  for (const up of replayed) assert.equal(bed.receive(up).kind, "data");
  bed.service.startUpdate(secure.spa);
  const m1 = bed.trigger({ data: ascii("LED on") });
  const m2 = confirmed.answer(m1);
  const { m3 } = bed.delivers(bed.takes(m2), ascii("confirmed"));
  const pendingM2 = pending.answer(m1);
  const reading = bed.takes(pendingM2);
  // Of the fourth, nothing has come yet; channel 1 has a session of its own.
  const fresh = waiting.answer(m1);
  const otherM1 = bed.trigger({}, 1);
  const good = { fresh, up: secure.says(ascii("three")), clear: secure.says(ascii("four"), false) };
  // Data of a device that has no session.
  const stray = withFcs(concat(replayed[0].slice(0, 1), waiting.nvm.octets.slice(12, 14), replayed[0].slice(3, -2)));
  const seen = [stray, m1, otherM1, m2, m3, pendingM2, ...replayed, ackFrame(idOf(secure.spa)), ...Object.values(good)];
  return { bed, secure, confirmed, pending, waiting, reading, m2, m3, pendingM2, replayed, good, seen };
}

type Busy = ReturnType<typeof busy>;

/** What all of it comes to in the end, octet for octet. */
function outcome({ bed, secure, confirmed, pending, waiting, reading, m2, m3, good }: Busy): string[] {
  const told: string[] = [];
  const tell = (value: unknown): void => {
    told.push(JSON.stringify(value, (_, part) => (part instanceof Uint8Array ? hex(part) : part)));
  };
  const again = bed.receive(m2);
  assert.deepEqual(again, { kind: "again", m3 });
  confirmed.takes(m3);
  const confirmation = bed.delivers(reading, ascii("at last"));
  pending.takes(confirmation.m3);
  const last = bed.delivers(bed.takes(good.fresh));
  waiting.takes(last.m3);
  tell([again, confirmation, last, bed.receive(good.up), bed.receive(good.clear)]);
  for (const device of [secure, confirmed, pending, waiting]) {
    const down = bed.data(device.spa, ascii("down"));
    device.takes(down);
    tell([down, bed.receive(device.says(ascii("up")))]);
  }
  tell([
    bed.ap.repeat(0, bed.now_s),
    bed.ap.repeat(1, bed.now_s),
    bed.trigger({}, 2),
    bed.service.progressOf(secure.spa),
  ]);
  return told;
}

const random = seededRandom(802_11);
const below = (n: number): number => Math.floor(n * random());
const octets = (length: number): Uint8Array => Uint8Array.from({ length }, () => below(256));
const pick = <T>(list: readonly T[]): T => list[below(list.length)];

/** Something that an attacker may send; `seen` are frames of the air. */
function forged(seen: readonly Uint8Array[]): Uint8Array {
  const frame = pick(seen);
  const body = frame.slice(0, -2);
  const flip = (of: Uint8Array): Uint8Array =>
    of.map((octet, i, all) => (i === at % all.length ? octet ^ (1 << below(8)) : octet));
  const at = below(frame.length);
  switch (below(9)) {
    case 0:
      return octets(below(80));
    case 1:
      return withFcs(octets(6 + below(64)));
    case 2:
      return flip(frame);
    case 3:
      return withFcs(flip(body));
    case 4:
      return withFcs(flip(flip(body)));
    case 5:
      return frame.slice(0, at);
    case 6:
      return withFcs(concat(body, octets(1 + below(8))));
    case 7: {
      // The head of one frame before the body of another.
      const other = pick(seen);
      return withFcs(concat(frame.slice(0, 5), other.slice(5, -2)));
    }
    default:
      // Random after a good head: TDC fits, MIC does not.
      return withFcs(concat(frame.slice(0, 5), octets(Math.max(1, frame.length - 7))));
  }
}

test("AMP-R4: thousands of forged frames change nothing in the AP but a counter, and nothing of what comes after them", () => {
  const scene = busy();
  const { bed, seen, secure } = scene;
  const before = innardsOf(bed.ap);
  const tables = innardsOf(bed.table);
  assert.ok(before.includes(hex(secure.spa)), "the snapshot sees the keys of the AP");
  const live = bed.crypto.livePtks();
  const known = new Set(seen.map(hex));
  const reasons = { ...bed.ap.refused };
  let sent = 0;
  for (let round = 0; round < repeated(10); round++) {
    for (let i = 0; i < 800; i++) {
      const frame = forged(seen);
      if (known.has(hex(frame))) continue;
      const original = frame.slice();
      const received = bed.receive(frame, below(3));
      assert.equal(hex(frame), hex(original), "the caller's octets are not touched");
      if (received.kind === "ack") continue;
      assert.ok(received.kind === "refused", `${hex(frame)} is ${received.kind}`);
      reasons[received.reason]++;
      sent++;
    }
    assert.equal(innardsOf(bed.ap), before);
  }
  assert.ok(sent > 7000, `${sent} refused`);
  assert.deepEqual(bed.ap.refused, reasons, "each is counted once");
  for (const reason of [
    "too short",
    "too long",
    "not for me",
    "bad type",
    "bad FCS",
    "reserved bits",
    "bad length",
    "bad profile",
    "bad MIC",
    "no session",
    "no root of that generation",
    "no open session",
    "replayed PN",
  ] as const) {
    assert.ok(reasons[reason] > 0, `${reason} is among them`);
  }
  assert.equal(bed.crypto.livePtks(), live, "AMP-R5: every candidate key is wiped");
  assert.equal(innardsOf(bed.table), tables);
  assert.deepEqual(outcome(scene), outcome(busy()), "what follows is as if they had not come");
  bed.crypto.assertSealedOnce();
});

test("AMP-R4: true frames of the wrong moment change nothing, either", () => {
  const scene = busy();
  const { bed, replayed, pendingM2, m2, good, m3 } = scene;
  const before = innardsOf(bed.ap);
  for (const up of replayed) bed.refuses(up, "replayed PN");
  bed.refuses(pendingM2, "delivery pending");
  for (const frame of [pendingM2, m2, good.fresh]) {
    bed.refuses(frame, "bad MIC", 1);
    bed.refuses(frame, "no open session", 2);
  }
  bed.refuses(m3, "bad type");
  assert.equal(innardsOf(bed.ap), before);
  assert.deepEqual(outcome(scene), outcome(busy()));
});

test("the snapshot sees a change of one PN, one kept frame or one PTK octet: it can fail", () => {
  const { bed, secure, good } = busy();
  const texts = new Set([innardsOf(bed.ap)]);
  bed.data(secure.spa, ascii("x"));
  texts.add(innardsOf(bed.ap));
  bed.receive(good.up);
  texts.add(innardsOf(bed.ap));
  bed.receive(good.fresh);
  texts.add(innardsOf(bed.ap));
  const [{ ptk }] = bed.crypto.ptks.filter((derived) => derived.ptk.some((octet) => octet !== 0));
  ptk[31] ^= 1;
  texts.add(innardsOf(bed.ap));
  assert.equal(texts.size, 5);
});

test("AMP-R1: a session makes one M3, whoever asks for another", () => {
  const bed = new Bed();
  const { spa } = bed.enrol();
  const device = bed.table.device(spa);
  assert.ok(device, "held");
  const facts = { device, profile: PROFILES[0], generation: 0, encrypted: true };
  const keys = { kck: new Uint8Array(16), tk: new Uint8Array(16) };
  const session = new ApSession(bed.crypto, bed.aa, facts, keys, 0);
  assert.ok(session.confirm(ascii("M1"), ascii("data"), false), "the one");
  assert.throws(() => session.confirm(ascii("M1"), ascii("other"), false), { message: /has one M3/ });
  bed.crypto.assertSealedOnce();
});

test("AMP-R1: over seeded lives of devices and triggers, no (key, A2, PN) is sealed twice by the AP", () => {
  const bed = new Bed();
  const devices = [0, 1, 2].map((n) => bed.enrol(spaOf(n)));
  const air: Uint8Array[] = [];
  const down: Uint8Array[] = [];
  for (let step = 0; step < repeated(8000); step++) {
    const device = pick(devices);
    const channel = below(2);
    bed.now_s += random() < 0.01 ? 61 : 0.05 * random();
    const chance = random();
    if (chance < 0.15) down.push(bed.trigger({ to: random() < 0.5 ? device.spa : "broadcast" }, channel));
    else if (chance < 0.25) down.push(bed.ap.repeat(channel, bed.now_s) ?? ascii(""));
    else if (chance < 0.55 && down.length > 0)
      air.push(device.station.receive(random() < 0.7 ? down[down.length - 1] : pick(down)).frame ?? ascii(""));
    else if (chance < 0.85 && air.length > 0) {
      const received = bed.receive(random() < 0.7 ? air[air.length - 1] : pick(air), channel);
      if (received.kind === "again") down.push(received.m3);
      if (received.kind !== "reading") continue;
      const { reading } = received;
      if (random() < 0.2) reading.failed();
      const confirmation = random() < 0.8 ? reading.delivered(bed.now_s, octets(below(40))) : undefined;
      if (confirmation) down.push(confirmation.m3);
    } else if (chance < 0.9) down.push(bed.ap.data(device.spa, octets(below(40)), bed.now_s).octets ?? ascii(""));
    else if (chance < 0.93) air.push(device.station.send().frame ?? ascii(""));
    else if (chance < 0.96) device.station.setPayload(octets(below(40)), random() < 0.5);
    else if (chance < 0.98) device.powerCycle();
    else if (chance < 0.985) bed.ap.restart();
    else bed.service.startUpdate(device.spa);
  }
  assert.ok(bed.crypto.sealed.length > 100, `${bed.crypto.sealed.length} frames sealed`);
  bed.crypto.assertSealedOnce();
  const inputs = bed.crypto.ptks.map((each) => each.inputs);
  assert.ok(inputs.length > 100, `${inputs.length} PTKs`);
});
