/** What a recorded run looked like: it is the same run, nothing that happened is missing, and no dip is lost. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { voltageOf_V } from "../../host/energy/storage.ts";
import { CountHistogram, LogHistogram } from "../../host/sim/record/histogram.ts";
import { Recorder } from "../../host/sim/record/recorder.ts";
import type { Histogram, Timeline } from "../../host/sim/record/timeline.ts";
import { VoltageTrack } from "../../host/sim/record/voltage.ts";
import type { Result } from "../../host/sim/result.ts";
import type { Scenario } from "../../host/sim/scenario/schema.ts";
import { builtIn, changed, simulated } from "../support/simulated.ts";

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

function recorded(scenario: Scenario): { readonly result: Result; readonly timeline: Timeline } {
  const { result } = simulated(scenario, { recorder: new Recorder(scenario.duration_s, scenario.stations.count) });
  assert.ok(result.timeline, "a recorded run has a timeline");
  return { result, timeline: result.timeline };
}

const DYING = changed({ duration_s: 8, override: { storage: { capacitance_F: 4.7e-6 } } }, builtIn("default"));

test("a run that is recorded is the same run", () => {
  for (const scenario of [DYING, changed({ duration_s: 2 }, builtIn("hostile"))]) {
    const { result } = recorded(scenario);
    assert.deepEqual({ ...result, timeline: null }, simulated(scenario).result);
  }
});

test("the frames, lives and deaths of a timeline are all that the result counts", () => {
  const { result, timeline } = recorded(DYING);
  assert.ok(result.deaths.total > 10, `${result.deaths.total} deaths in this run`);
  for (const { station, heard, sent, confirmed, lives, livesLeftOut } of timeline.stations) {
    const row = result.stations[station];
    assert.deepEqual(
      [sum(heard), sum(sent), sum(confirmed), lives.length + livesLeftOut],
      [row.m1Heard, row.m2Sent, row.confirmed, row.lives],
    );
    assert.equal(sum(lives.map((life) => life.confirmed)), row.confirmed);
  }
  assert.equal(sum(timeline.stations.flatMap(({ cut }) => cut)), result.air.up.cut ?? 0);
  assert.equal(sum(timeline.stations.flatMap(({ died }) => died)), result.deaths.total);
  const inCalls = timeline.deathsInCalls.flatMap(({ cycles }) => cycles);
  const elsewhere = result.deaths.byPhase;
  assert.ok(
    inCalls.length <= result.deaths.total && inCalls.length >= result.deaths.instants,
    `${inCalls.length} in calls`,
  );
  for (const { phase, cycles } of timeline.deathsInCalls) {
    assert.ok(cycles.length <= (elsewhere[phase] ?? 0), `${cycles.length} deaths in ${phase}`);
    assert.deepEqual(
      cycles,
      cycles.toSorted((a, b) => a - b),
    );
  }
});

test("every histogram of lives has every life of every station, the ones that are not drawn too", () => {
  const crowd = changed({ stations: { count: 9 } }, DYING);
  const { result, timeline } = recorded(crowd);
  assert.deepEqual(
    timeline.stations.map(({ station }) => station),
    [0, 3, 5, 8],
    "from the nearest to the farthest",
  );
  for (const { counts } of Object.values(timeline.lives)) assert.equal(sum(counts), result.lives);
});

test("a station that dies is seen at V_off then, however wide a bucket is", () => {
  const scenario = changed({ duration_s: 40, override: { storage: { capacitance_F: 4.7e-6 } } }, builtIn("default"));
  const { result, timeline } = recorded(scenario);
  const { vOff_V, vMax_V } = result.profiles.storage as Record<string, { value: number }>;
  let deaths = 0;
  for (const { lives, vMin_mV, vMax_mV } of timeline.stations) {
    for (const { down_s, phase } of lives) {
      if (phase === null) continue;
      deaths++;
      assert.equal(
        vMin_mV[Math.floor(down_s / timeline.bucket_s)] <= Math.round(1000 * vOff_V.value),
        true,
        `at ${down_s} s`,
      );
    }
    assert.ok(Math.max(...vMax_mV) <= Math.round(1000 * vMax_V.value), "never above the clamp");
    assert.ok(
      vMin_mV.every((low, i) => low <= vMax_mV[i]),
      "least and greatest are in order",
    );
    const jumps = vMin_mV.slice(1).filter((low, i) => low > vMax_mV[i] || vMax_mV[i + 1] < vMin_mV[i]);
    assert.equal(jumps.length, 0, "each bucket begins where the one before it ended");
  }
  assert.ok(deaths > 20, `${deaths} deaths`);
});

test("close-ups: an exchange ends with its M3, a death at V_off, and both are without a hole", () => {
  const { result, timeline } = recorded(DYING);
  const { vOff_V } = result.profiles.storage as Record<string, { value: number }>;
  assert.equal(timeline.closeUps.filter(({ kind }) => kind === "exchange").length, 1);
  const phases = timeline.closeUps.flatMap(({ kind, pieces }) => (kind === "death" ? [pieces.at(-1)?.phase] : []));
  assert.equal(new Set(phases).size, phases.length, "one of each phase");
  assert.ok(phases.length >= 5, `deaths in ${phases.join(", ")}`);
  for (const { kind, station, life, from_s, pieces } of timeline.closeUps) {
    const track = timeline.stations.find((one) => one.station === station);
    const span = track?.lives[life - 1];
    assert.ok(span && from_s >= span.up_s, "it lies within its life");
    const end = pieces.at(-1);
    assert.ok(end, "it has pieces");
    const times = [0, ...pieces.map(({ to_us }) => to_us)];
    assert.ok(
      times.every((time, i) => i === 0 || time >= times[i - 1]),
      "time goes on",
    );
    if (kind === "exchange") {
      assert.equal(end.phase, "m3");
      for (const phase of ["rx", "ptk", "mic", "tx"])
        assert.ok(
          pieces.some((piece) => piece.phase === phase),
          phase,
        );
    } else {
      assert.equal(end.phase, span.phase);
      assert.equal(end.v_mV, Math.round(1000 * vOff_V.value));
      assert.ok(Math.abs(from_s + end.to_us * 1e-6 - span.down_s) < 1e-6, "it ends when the station does");
    }
  }
});

test("a voltage track has the least and the greatest of each bucket that a look at every instant finds", () => {
  const step = fc.record({ dt: fc.integer({ min: 1, max: 40 }), e: fc.integer({ min: 0, max: 1000 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 0, max: 1000 }), (steps, first) => {
      const [buckets, bucket_s, capacitance_F] = [16, 8, 2e-6];
      const track = new VoltageTrack(buckets, bucket_s, first * 1e-6);
      const least = new Array<number>(buckets).fill(Number.POSITIVE_INFINITY);
      const most = new Array<number>(buckets).fill(Number.NEGATIVE_INFINITY);
      // A bucket has both of its edges: what it begins with is what the one before it ended with.
      const see = (t: number, e: number): void => {
        for (const bucket of t % bucket_s === 0 ? [t / bucket_s - 1, t / bucket_s] : [Math.floor(t / bucket_s)]) {
          least[bucket] = Math.min(least[bucket], e);
          most[bucket] = Math.max(most[bucket], e);
        }
      };
      let [t, e] = [0, first];
      see(0, first);
      for (const { dt, e: to } of steps) {
        for (let i = 1; i <= dt; i++) see(t + i, e + ((to - e) * i) / dt);
        track.step(t + dt, to * 1e-6);
        [t, e] = [t + dt, to];
      }
      const mV = (energy: number): number => Math.round(1000 * voltageOf_V(capacitance_F, energy * 1e-6));
      const { vMin_mV, vMax_mV } = track.series(capacitance_F);
      for (let bucket = 0; bucket < buckets; bucket++) {
        const isSeen = Number.isFinite(least[bucket]);
        assert.ok(Math.abs(vMin_mV[bucket] - mV(isSeen ? least[bucket] : e)) <= 1, `least of bucket ${bucket}`);
        assert.ok(Math.abs(vMax_mV[bucket] - mV(isSeen ? most[bucket] : e)) <= 1, `greatest of bucket ${bucket}`);
      }
    }),
    { numRuns: 300 },
  );
});

test("histograms: every value lies in its bin, and the bins hold all", () => {
  const holds = ({ edges, counts }: Histogram, values: readonly number[]): void => {
    assert.equal(sum(counts), values.length);
    assert.equal(edges.length, values.length === 0 ? 0 : counts.length + 1);
    for (const [i, count] of counts.entries()) {
      assert.equal(values.filter((value) => value >= edges[i] && value < edges[i + 1]).length, count, `bin ${i}`);
    }
  };
  fc.assert(
    fc.property(fc.array(fc.double({ min: 1e-9, max: 1e6, noNaN: true })), fc.array(fc.nat(5000)), (reals, wholes) => {
      const [logs, counts] = [new LogHistogram(), new CountHistogram()];
      for (const value of reals) logs.add(value);
      for (const value of wholes) counts.add(value);
      holds(logs.histogram(), reals);
      holds(counts.histogram(), wholes);
    }),
  );
});
