/** A capacitor whose source feels its voltage: against closed forms, a plain integrator, narrower bands and its books. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Capacitor } from "../../host/energy/capacitor.ts";
import { FedCapacitor } from "../../host/energy/fedcapacitor.ts";
import { type Feed, steady } from "../../host/energy/feed.ts";
import { BANDS, type Connected, connected, connectedAt } from "../../host/energy/harvest/fed.ts";
import { constant } from "../../host/energy/harvest.ts";
import type { ConverterProfile } from "../../host/energy/profiles/converter.ts";
import { CONVERTERS } from "../../host/energy/profiles/converters.ts";
import { assumed } from "../../host/energy/quantity.ts";
import type { CurveRecording, PointRecording } from "../../host/energy/traces/recording.ts";
import { seeded } from "./random.ts";
import { LEAKY, rough, SMALL, TIGHT } from "./world.ts";

const EVER = Number.POSITIVE_INFINITY;

/** 0.3 V of diode, and that resistance. */
function diode(r_Ohm = 0): ConverterProfile {
  return { ...CONVERTERS["diode-capacitor"], inputResistance_Ohm: assumed(r_Ohm, "Ohm", "a test's") };
}

function near(got: number, wanted: number, relative: number, what: string): void {
  const off = Math.abs(got - wanted) / Math.max(Math.abs(got), Math.abs(wanted), Number.MIN_VALUE);
  assert.ok(off <= relative, `${what}: ${got}, not ${wanted} (${off} apart)`);
}

/** A source of one point for ever. */
function point(v_V: number, i_A: number): PointRecording {
  return {
    kind: "points",
    times_s: Float64Array.of(0),
    end_s: 1,
    v_V: Float64Array.of(v_V),
    i_A: Float64Array.of(i_A),
  };
}

/** A cell in light that comes and goes: I = I_sc (1 - (V / V_oc)^8), 40 curves of 25 voltages. */
function cell(seed: number): CurveRecording {
  const random = seeded(seed);
  const [count, points] = [40, 25];
  const times_s = Float64Array.from({ length: count }, (_, i) => i * 0.05);
  const v_V = Float64Array.from({ length: points }, (_, k) => (4.4 * k) / (points - 1));
  const i_A = new Float64Array(count * points);
  for (let i = 0; i < count; i++) {
    const light = random() < 0.3 ? 0 : random();
    const open_V = 3 + light;
    for (let k = 0; k < points; k++) i_A[i * points + k] = 800e-6 * light * Math.max(0, 1 - (v_V[k] / open_V) ** 8);
  }
  return { kind: "curves", times_s, end_s: 2, v_V, i_A };
}

/** A recording of points in the same light. */
function points(seed: number): PointRecording {
  const random = seeded(seed);
  const times_s = Float64Array.from({ length: 40 }, (_, i) => i * 0.05);
  return {
    kind: "points",
    times_s,
    end_s: 2,
    v_V: times_s.map(() => 1.5 + 2.5 * random()),
    i_A: times_s.map(() => (random() < 0.2 ? 0 : 900e-6 * random())),
  };
}

const whole = { loop: true, from_s: 0 } as const;

test("a source that does not feel the voltage gives what a plain capacitor makes of it, instant by instant", () => {
  for (const storage of [SMALL, TIGHT, LEAKY]) {
    const harvest = rough(seeded(3), 2e-3, 2e-3);
    const [plain, fed] = [new Capacitor(storage, harvest, 2), new FedCapacitor(storage, steady(harvest), 2)];
    for (let life = 0; life < 40; life++) {
      assert.equal(fed.charge(60), plain.charge(60));
      near(fed.t_s, plain.t_s, 1e-12, "V_on");
      near(fed.lifetime_s(3e-3, 1), plain.lifetime_s(3e-3, 1), 1e-9, "lifetime");
      assert.equal(fed.run(fed.t_s + 1, 3e-3), plain.run(plain.t_s + 1, 3e-3));
      near(fed.t_s, plain.t_s, 1e-12, "V_off");
    }
    for (const book of ["harvested_J", "spent_J", "leaked_J", "clipped_J"] as const) {
      near(fed[book], plain[book], 1e-9, book);
    }
  }
});

test("a constant current charges the capacitor in C dV / I, however many bands there are", () => {
  for (const bands of [1, 7, 128]) {
    const feed = connected(point(9, 200e-6), { ...whole, converter: diode(), bands });
    const fed = new FedCapacitor(TIGHT, feed, 0);
    assert.equal(fed.charge(10), true);
    // With one band V_on is not on an edge, and only the way through whole bands is exact.
    near(fed.t_s, (10e-6 * 3) / 200e-6, bands === 128 ? 1e-4 : 0.2, `${bands} bands`);
    fed.charge(10);
    while (fed.v_V < 3.6) fed.drain(fed.t_s + 1e-3, 0);
    assert.equal(fed.drain(1, 0), true);
    near(fed.harvested_J - fed.clipped_J, (10e-6 * 3.6 ** 2) / 2, 1e-12, "stored when it is full");
  }
});

test("a diode closes: above the source's voltage less the drop nothing comes, and there the storage stands still", () => {
  const fed = new FedCapacitor(LEAKY, connected(point(2.8, 500e-6), { ...whole, converter: diode() }), 0);
  assert.equal(fed.charge(5), false);
  near(fed.v_V, 2.5, 1e-12, "it ends at 2.8 V less 0.3 V");
  // What leaks there, and what a load takes, is all that the source gives: 2.5 V on 20 kOhm.
  const before_J = fed.harvested_J;
  assert.equal(fed.run(6, 100e-6), true);
  near(fed.v_V, 2.5, 1e-12, "under a load that the source can carry");
  near(fed.harvested_J - before_J, 2.5 ** 2 / 20e3 + 100e-6, 1e-12, "what it gave meanwhile");
  // 500 uA at 2.5 V are 1.25 mW, less what leaks: a load above that empties it.
  assert.equal(fed.run(7, 2e-3), false);
  assert.equal(fed.v_V, 1.8);
  assert.ok(fed.imbalance() < 1e-12, `imbalance ${fed.imbalance()}`);
  // A charge above its voltage does not flow back through the diode.
  const full = new FedCapacitor(TIGHT, connected(point(2.8, 500e-6), { ...whole, converter: diode() }), 3.5);
  full.drain(10, 0);
  assert.equal(full.harvested_J, 0);
  near(full.v_V, 3.5, 1e-15, "left alone");
});

test("a resistor limits: the current is what it leaves of the difference, and the rest is not harvested", () => {
  // 3.3 V less 0.3 V through 10 kOhm, a source that could give 1 A: V(t) = 3 (1 - e^(-t/RC)), RC = 0.1 s.
  const fed = new FedCapacitor(
    { ...TIGHT, vOn_V: 2.5 },
    connected(point(3.3, 1), { ...whole, converter: diode(10e3) }),
    0,
  );
  assert.equal(fed.charge(10), true);
  near(fed.t_s, -0.1 * Math.log(1 - 2.5 / 3), 1e-3, "time to 2.5 V");
  const slow = new FedCapacitor({ ...TIGHT, vOn_V: 2.5 }, connectedAt(constant(3.3), diode(10e3), 3.3), 0);
  assert.equal(slow.charge(10), true);
  near(slow.t_s, fed.t_s, 1e-12, "a source of power at 3.3 V is the same source");
});

test("a curve is met at the storage's voltage, the drop and the resistor's together", () => {
  const curve: CurveRecording = {
    kind: "curves",
    times_s: Float64Array.of(0),
    end_s: 1,
    v_V: Float64Array.of(0, 2, 4),
    i_A: Float64Array.of(1e-3, 1e-3, 0),
  };
  const feed = connected(curve, { ...whole, converter: diode(100) });
  // At the curve's 3 V there are 0.5 mA: 3 - 0.3 - 0.05 V are left.
  near(feed.power_W(0, 2.65), 2.65 * 0.5e-3, 1e-12, "between two points");
  near(feed.power_W(0, 1), 1e-3, 1e-12, "where the current is flat");
  assert.equal(feed.power_W(0, 3.7), 0);
  near(feed.edge_V(0), 3.7, 1e-12, "no current above");
});

/** Instants of waking and dying until 6 s. */
function events(feed: Feed, load_W: number): number[] {
  const fed = new FedCapacitor(SMALL, feed, 3);
  const all_s: number[] = [];
  for (let isOn = true; fed.t_s < 6; isOn = !isOn) {
    if (isOn ? !fed.run(6, load_W) : fed.charge(6)) all_s.push(fed.t_s);
  }
  return all_s;
}

const SOURCES: readonly (readonly [name: string, feed: (bands: number) => Feed])[] = [
  ...[0, 500].flatMap((r_Ohm) => {
    const wish = (bands: number): Connected => ({ ...whole, converter: diode(r_Ohm), bands });
    return [
      [`curves, ${r_Ohm} Ohm`, (bands: number) => connected(cell(5), wish(bands))] as const,
      [`points, ${r_Ohm} Ohm`, (bands: number) => connected(points(6), wish(bands))] as const,
    ];
  }),
  ["power at 3.9 V", (bands) => connectedAt(rough(seeded(9), 20e-3, 1.5e-3), diode(50), 3.9, bands)],
];

for (const [name, feedOf] of SOURCES) {
  test(`${name}: half as wide bands move no event by 0.1 %, and a plain integrator has the same events`, () => {
    const load_W = 0.9e-3;
    const [wide, narrow] = [events(feedOf(BANDS), load_W), events(feedOf(2 * BANDS), load_W)];
    assert.ok(wide.length >= 6, `${wide.length} events are too few to compare`);
    assert.equal(narrow.length, wide.length);
    for (const [i, t_s] of wide.entries()) near(t_s, narrow[i], 1e-3, `event ${i} at ${t_s} s`);
    const feed = feedOf(BANDS);
    const h_s = 4e-6;
    const plain_s: number[] = [];
    const [c, r_Ohm] = [SMALL.capacitance_F, SMALL.leak_Ohm];
    let [v, isOn, segment] = [3, true, 0];
    for (let step = 0; step * h_s < 6; step++) {
      while (feed.end_s(segment) <= step * h_s) segment++;
      const p_W = v < feed.edge_V(segment) ? feed.power_W(segment, v) : 0;
      v = Math.min(Math.sqrt(v * v + (2 * h_s * (p_W - (isOn ? load_W : 0) - v ** 2 / r_Ohm)) / c), SMALL.vMax_V);
      if (isOn ? v <= SMALL.vOff_V : v >= SMALL.vOn_V) {
        plain_s.push((step + 1) * h_s);
        isOn = !isOn;
      }
    }
    assert.equal(plain_s.length, wide.length, "as many events");
    for (const [i, t_s] of wide.entries()) near(t_s, plain_s[i], 1e-3, `event ${i} of the plain integrator`);
  });
}

for (const [name, feedOf] of SOURCES) {
  test(`${name}: after thousands of calls the books balance to 1e-9, V_max holds, and lifetime_s is what run takes`, () => {
    const random = seeded(21);
    const fed = new FedCapacitor(SMALL, feedOf(BANDS), 1);
    let [isOn, highest_V, lives] = [false, 0, 0];
    for (let call = 0; call < 20_000; call++) {
      const until_s = fed.t_s + 1e-6 * 10 ** (4 * random());
      if (isOn) {
        const load_W = 9e-3 * random() ** 2;
        const [e_J, t_s] = [fed.e_J, fed.t_s];
        const life_s = fed.lifetime_s(load_W, until_s - t_s);
        assert.deepEqual([fed.e_J, fed.t_s], [e_J, t_s], "it changes nothing");
        isOn = fed.run(until_s, load_W);
        // It looked ahead by the very steps that were then made.
        if (!isOn) assert.equal(fed.t_s, Math.max(t_s, fed.t_s), "time goes on");
        near(t_s + life_s, fed.t_s, 1e-12, `life ${lives}`);
        if (!isOn) lives++;
      } else isOn = fed.charge(until_s);
      highest_V = Math.max(highest_V, fed.v_V);
    }
    assert.ok(lives > 20, `${lives} lives`);
    assert.ok(fed.imbalance() < 1e-9, `imbalance ${fed.imbalance()}`);
    assert.ok(highest_V <= SMALL.vMax_V, `${highest_V} V`);
  });
}

test("it can be drawn on below V_off, down to nothing and no further", () => {
  const fed = new FedCapacitor(TIGHT, steady(constant(0)), 2);
  assert.equal(fed.drain(1, 1e-3), false);
  near(fed.t_s, (10e-6 * 4) / 2 / 1e-3, 1e-12, "20 uJ at 1 mW");
  assert.equal(fed.e_J, 0);
  assert.equal(fed.drain(1, 0), true);
  assert.equal(fed.t_s, 1);
  near(fed.leaked_J, 20e-6, 1e-12, "what was drained has leaked");
  assert.equal(fed.spent_J, 0);
});

test("a recording that is not looped ends: nothing comes behind it", () => {
  const feed = connected(points(6), { loop: false, from_s: 0, converter: diode() });
  const last = 40;
  assert.equal(feed.end_s(last - 1), 2);
  assert.equal(feed.end_s(last), EVER);
  assert.equal(feed.power_W(last, 1), 0);
  const shifted = connected(points(6), { loop: true, from_s: 0.5, converter: diode() });
  assert.equal(shifted.power_W(0, 1), connected(points(6), { ...whole, converter: diode() }).power_W(10, 1));
  near(shifted.end_s(0), 0.05, 1e-9, "the rest of the entry that it begins in");
});

test("a charge from nothing takes as long with twice as many bands, to 0.1 %", () => {
  for (const [name, feedOf] of SOURCES) {
    const [wide, narrow] = [BANDS, 2 * BANDS].map((bands) => {
      const fed = new FedCapacitor(SMALL, feedOf(bands), 0);
      assert.equal(fed.charge(60), true, name);
      return fed.t_s;
    });
    near(wide, narrow, 1e-3, name);
  }
});
