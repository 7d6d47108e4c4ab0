/**
 * Answers to a stranger's trigger whose slots outlast a round: they go on the air like any other frame, collide with what
 * is there, and are nobody's reading. Told from the frames alone, with a rule of the test's own: where capture is out of
 * reach a frame is heard if nothing overlaps it.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Air } from "../../host/channel/medium.ts";
import type { Outcome } from "../../host/channel/tap.ts";
import type { Station } from "../../host/sim/station.ts";
import { type Sent, Strays } from "../../host/sim/strays.ts";
import { announcedIn } from "../../host/wire/check.ts";
import { toHex } from "../support/hex.ts";
import { AMPLE, broken, type Changes, changed, simulated } from "../support/simulated.ts";

interface Frame {
  readonly air: Air;
  /** What became of it for each receiver. */
  readonly outcomes: Outcome[];
}

/** Rounds that leave little time between them, and then a trigger with slots for a quarter of a second. */
const LURED: Changes = {
  duration_s: 5,
  harvest: AMPLE,
  stations: { count: 12, data_frames: 1 },
  ap: { trigger_period_s: 0.06, slots: 12, ul_rate_kbps: 250 },
  air: { forged_trigger_period_s: 0.11, forged_trigger_slots: 250, forged_trigger_slot_us: 1000, loss_down: 0.3 },
};

function heardRun(changes: Changes) {
  const frames: Frame[] = [];
  const byAir = new Map<Air, Frame>();
  const scenario = changed(changes, changed(LURED));
  const run = simulated(scenario, {
    tap: () => ({
      sent(air) {
        const frame = { air, outcomes: [] };
        frames.push(frame);
        byAir.set(air, frame);
      },
      carried: ({ air, outcome }) => byAir.get(air)?.outcomes.push(outcome),
    }),
  });
  const ups = frames.filter(({ air }) => air.direction === "up");
  const strangers = frames.filter(({ air }) => air.from === undefined);
  return { ...run, frames, ups, strangers };
}

const overlap = (a: Air, b: Air): boolean =>
  a !== b && a.channel === b.channel && a.from_s < b.end_s && b.from_s < a.end_s;

/** Not of a round: it goes up while the AP's and the short triggers' slots are over, or beside them. */
function straysOf({ ups, strangers }: Pick<ReturnType<typeof heardRun>, "ups" | "strangers">): Frame[] {
  return ups.filter(({ air }) =>
    strangers.some(({ air: lure }) => {
      const info = announcedIn(lure.octets)?.info;
      if (!info || lure.channel !== air.channel) return false;
      const slots = (air.from_s - lure.end_s - 10e-6) / (info.slotDuration_4us * 4e-6);
      return slots >= -1e-6 && slots < info.slots && Math.abs(slots - Math.round(slots)) < 1e-4;
    }),
  );
}

test("every answer to a long trigger is on the air, in its slot, and every frame is told in the order of time", () => {
  const run = heardRun({});
  const { result, ups, frames } = run;
  const { sent = 0, cut = 0, received = 0, lost = 0, changed: altered = 0, collided = 0 } = result.air.up;
  assert.equal(ups.length, sent + cut, "what went up, as the run counts it");
  assert.equal(sent + cut, received + lost + altered + collided, "and what goes up ends somewhere");
  assert.ok(result.exchanges.m1Strange > 30, `${result.exchanges.m1Strange} lured`);
  const strays = straysOf(run);
  assert.ok(strays.length > 0.8 * result.exchanges.m1Strange, `${strays.length} of ${result.exchanges.m1Strange}`);
  assert.ok(
    frames.every(({ air }, i) => i === 0 || air.from_s >= frames[i - 1].air.from_s),
    "in the order of time",
  );
});

test("a frame is heard by the AP if nothing else is on the air with it, and by no other chance", () => {
  const { ups, frames, result } = heardRun({ air: { capture_dB: 60 } });
  let [disturbed, byStrays, whileOthersSend] = [0, 0, 0];
  for (const { air, outcomes } of ups) {
    const others = frames.filter((other) => overlap(air, other.air));
    assert.deepEqual(outcomes, others.length === 0 ? ["received"] : [], `${air.from_s} s of station ${air.from}`);
    if (others.length > 0) disturbed++;
    // In the same slot two begin together; what begins within another is a stray, or overlapped by one.
    if (others.some((other) => Math.abs(other.air.from_s - air.from_s) > 1e-6)) byStrays++;
    if (others.some((other) => other.air.direction === "down")) whileOthersSend++;
  }
  assert.equal(result.air.up.collided, disturbed);
  assert.ok(byStrays > 10, `${byStrays} collided with strays`);
  assert.ok(whileOthersSend > 0, `${whileOthersSend} while the AP or a stranger sent`);
});

test("of frames that overlap the AP hears at most the strongest, and nothing while something goes down", () => {
  const { ups, frames, result, simulation } = heardRun({
    stations: { distance_m: [1, 40] },
    air: { capture_dB: 3 },
  });
  const power = simulation.world.stations.map(({ power_dBm }) => power_dBm);
  let captured = 0;
  for (const { air, outcomes } of ups) {
    const others = ups.filter((other) => overlap(air, other.air));
    const isDeaf = frames.some((other) => other.air.direction === "down" && overlap(air, other.air));
    if (others.length === 0 || isDeaf) {
      assert.equal(outcomes.length, isDeaf ? 0 : 1, `${air.from_s} s`);
      continue;
    }
    if (outcomes.length === 0) continue;
    captured++;
    for (const other of others) assert.ok(power[air.from as number] > power[other.air.from as number] + 3, "strongest");
  }
  assert.ok(captured > 5 && result.violations === 0, `${captured} captured`);
});

test("the AP takes no stray for a reading: it refuses each that it hears, and every rule holds", () => {
  for (const changes of [{}, { air: { flip_up: 0.2, truncate_up: 0.2, replay_up: 0.2 } }, { air: { channels: 2 } }]) {
    const taken: string[] = [];
    const scenario = changed(changes, changed(LURED));
    const airs: Frame[] = [];
    const run = simulated(scenario, {
      tap: () => ({ sent: (air) => airs.push({ air, outcomes: [] }) }),
      prepare({ world: { ap } }) {
        const receive = ap.receive.bind(ap);
        const last_s = new Map<number, number>();
        ap.receive = (channel, octets, now_s) => {
          assert.ok(now_s >= (last_s.get(channel) ?? 0), "frames come to the AP in the order of their ends");
          last_s.set(channel, now_s);
          const received = receive(channel, octets, now_s);
          if (received.kind === "reading") taken.push(toHex(octets));
          return received;
        };
      },
    });
    const ups = airs.filter(({ air }) => air.direction === "up");
    const strays = straysOf({ ups, strangers: airs.filter(({ air }) => air.from === undefined) });
    const octets = new Set(strays.map(({ air }) => toHex(air.octets)));
    assert.deepEqual(
      taken.filter((m2) => octets.has(m2)),
      [],
    );
    assert.deepEqual(broken(run), []);
    const { readings, refusals } = run.result;
    assert.ok(readings > 100 && strays.length > 30, `${readings} readings, ${strays.length} strays`);
    const refused = Object.values(refusals.accessPoints).reduce((sum: number, times = 0) => sum + times, 0);
    assert.ok(refused > 10, `${refused} refused`);
  }
});

test("strays behind the last round of a run are on the air, too", () => {
  // One trigger, 0.5 s; the stranger's comes before it, and its slots go on behind it.
  const { ups, result } = heardRun({
    duration_s: 0.6,
    ap: { trigger_period_s: 0.5 },
    air: { forged_trigger_period_s: 0.9, loss_down: 0 },
  });
  assert.equal(result.exchanges.triggers, 1);
  const behind = ups.filter(({ air }) => air.from_s > 0.5 + 0.05);
  assert.ok(behind.length > 0, "some are behind it");
  assert.equal(ups.length, result.air.up.sent);
});

test("a stray whose sender dies in it is on the air as far as it came", () => {
  const { ups, strangers, result } = heardRun({
    harvest: { source: "energizer" },
    override: { storage: { capacitance_F: 2e-6 }, radio: { tx_W: 3e-3 } },
  });
  const cut = straysOf({ ups, strangers }).filter(({ air }) => air.octets.length < 40);
  assert.ok(cut.length > 0, `${cut.length} cut strays of ${result.air.up.cut} cut frames`);
  const { sent = 0, received = 0, lost = 0, collided = 0 } = result.air.up;
  assert.equal(sent + (result.air.up.cut ?? 0), received + lost + collided);
});

const MEDIUM = { put: () => undefined, carry: () => undefined, strangers: () => [] };

/** From one instant to another, locked to after one unit of time. */
function sentAt(from_s: number, end_s: number, power_dBm: number): Sent {
  const air: Air = { direction: "up", channel: 0, from: 0, from_s, end_s, octets: Uint8Array.of(1) };
  return { station: {} as Station, air, from_s, end_s, sync_s: 1, power_dBm };
}

/** Is a strong frame at 12 .. 16 heard, over which a weak stray came at 10? `taken_s`: where the AP sent. */
function isHeardOver(stray: Sent, taken_s: readonly number[]): { readonly own: boolean; readonly stray: boolean } {
  const ended = new Map<Sent, boolean>();
  const strays = new Strays({ capture_dB: 10, medium: MEDIUM }, (one, isHeard) => ended.set(one, isHeard));
  strays.add(stray);
  const own = sentAt(12, 16, 0);
  for (const at_s of taken_s) strays.isTaken({ ...own.air, from: "ap", from_s: at_s, end_s: at_s + 1 });
  for (const _ of strays.until(own.from_s));
  strays.goesUp(own);
  for (const _ of strays.until(own.end_s));
  const isHeard = strays.audible([own]).length === 1;
  for (const _ of strays.until(100));
  return { own: isHeard, stray: ended.get(stray) ?? false };
}

test("a weak stray holds the AP's receiver if it was heard from its start, and harms by its power alone if it was not", () => {
  const weak = sentAt(10, 14, -40);
  assert.deepEqual(isHeardOver(weak, []), { own: false, stray: false }, "held, and then disturbed");
  assert.deepEqual(isHeardOver(weak, [9.5]), { own: true, stray: false }, "the AP sent when it began");
  assert.deepEqual(isHeardOver(sentAt(10, 14, -5), [9.5]), { own: false, stray: false }, "too strong to be captured");
  assert.deepEqual(isHeardOver(sentAt(8, 12, -40), []), { own: true, stray: true }, "one after the other");
  assert.deepEqual(
    isHeardOver(sentAt(11.5, 14, 20), []),
    { own: false, stray: true },
    "a strong one is captured itself",
  );
  assert.deepEqual(isHeardOver(sentAt(20, 24, -40), [22]), { own: true, stray: false }, "the AP begins to send in it");
});

test("what is over is forgotten when it overlaps no stray that is to come", () => {
  const ended: boolean[] = [];
  const strays = new Strays({ capture_dB: 10, medium: MEDIUM }, (_, isHeard) => ended.push(isHeard));
  const taken = (from_s: number): void => {
    strays.isTaken({ ...sentAt(from_s, from_s + 3, 0).air, from: "ap" });
    strays.forget();
  };
  strays.add(sentAt(10, 14, 0));
  strays.add(sentAt(20, 24, 0));
  taken(8);
  for (const _ of strays.until(15));
  taken(16);
  for (const _ of strays.until(30));
  assert.deepEqual(ended, [false, true], "the first began while the AP sent");
  assert.equal(strays.isClear(sentAt(0, 100, 0).air), false, "two of them are remembered");
  strays.forget();
  assert.equal(strays.isClear(sentAt(0, 100, 0).air), true, "and nothing is in the end");
});

test("strays begin and end in the order of time, each once, however they were made known", () => {
  const told: number[] = [];
  const put: number[] = [];
  const medium = { ...MEDIUM, put: (air: Air) => put.push(air.from_s) };
  const strays = new Strays({ capture_dB: 10, medium }, ({ from_s }) => told.push(from_s));
  for (const from_s of [7, 1, 4, 20]) strays.add(sentAt(from_s, from_s + 2, 0));
  const instants = [0, 4, 4, 8, 30].map((t_s) => [...strays.until(t_s)]);
  assert.deepEqual(instants, [[], [1, 3, 4], [], [6, 7], [9, 20, 22]]);
  assert.deepEqual(
    [put, told],
    [
      [1, 4, 7, 20],
      [1, 4, 7, 20],
    ],
  );
});
