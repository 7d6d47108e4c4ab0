/** The capacitor against closed forms made by hand, a plain integrator, and its own books. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Capacitor } from "../../host/energy/capacitor.ts";
import { EnergyError } from "../../host/energy/error.ts";
import { constant, type Harvest } from "../../host/energy/harvest.ts";
import { capacitanceFor_F, type Storage, usableEnergy_J } from "../../host/energy/storage.ts";
import { seeded } from "./random.ts";
import { bruteForce, energyBetween_J, LEAKY, rough, SMALL, STORAGES, TIGHT, TINY } from "./world.ts";

/** Equal to within `relative` of the greater. */
function close(got: number, wanted: number, relative: number, what: string): void {
  const off = Math.abs(got - wanted) / Math.max(Math.abs(got), Math.abs(wanted), Number.MIN_VALUE);
  assert.ok(off <= relative, `${what}: ${got}, not ${wanted} (${off} apart)`);
}

test("left alone it decays as V0 e^(-t / RC), from microseconds to many time constants", () => {
  for (const t_s of [1e-6, 1e-3, 0.05, 0.2, 1, 3]) {
    const capacitor = new Capacitor({ ...LEAKY, vOn_V: 3.6 }, constant(0), 3.5);
    const full_J = capacitor.e_J;
    assert.equal(capacitor.charge(t_s), false);
    const left_J = full_J * Math.exp(-t_s / 0.1);
    assert.ok(Math.abs(capacitor.e_J - left_J) < 4e-16 * full_J, `${capacitor.e_J} J after ${t_s} s, not ${left_J} J`);
    close(capacitor.leaked_J, full_J * -Math.expm1(-t_s / 0.1), 1e-12, `leaked in ${t_s} s`);
    const on = new Capacitor(LEAKY, constant(0), 3.6);
    assert.equal(on.run(t_s, 0), t_s < 0.2 * Math.log(2), `above V_off until half of 3.6 V is left: ${t_s} s`);
  }
});

test("an outage of any length leaves nothing, and never less than nothing", () => {
  const random = seeded(1);
  for (let i = 0; i < 2000; i++) {
    const capacitor = new Capacitor(LEAKY, constant(0), 2.9 * random());
    for (let part = 0; part < 3; part++) capacitor.charge(capacitor.t_s + 10 ** (3 * random() - 1));
    assert.ok(capacitor.e_J >= 0 && capacitor.v_V >= 0, `${capacitor.e_J} J`);
    assert.ok(capacitor.imbalance() < 1e-9, `imbalance ${capacitor.imbalance()}`);
  }
});

test("with leakage the crossings stand where the closed form has them", () => {
  // Falling under a load: E(t) = E_i + (E_0 - E_i) e^(-2t/RC), E_i = (P_h - P_l) RC / 2, at E_off.
  const falling = new Capacitor(LEAKY, constant(20e-6), 3);
  const aim_J = ((20e-6 - 300e-6) * 0.2) / 2;
  const death_s = -0.1 * Math.log((5e-6 * 1.8 ** 2 - aim_J) / (5e-6 * 9 - aim_J));
  assert.equal(falling.run(10, 300e-6), false);
  close(falling.t_s, death_s, 1e-12, "death");
  close(falling.v_V, 1.8, 1e-15, "V at death");
  // Rising from empty: E_on = E_i (1 - e^(-2t/RC)), E_i = P_h RC / 2.
  const rising = new Capacitor(LEAKY, constant(600e-6), 0);
  assert.equal(rising.charge(10), true);
  close(rising.t_s, -0.1 * Math.log(1 - (5e-6 * 9) / (600e-6 * 0.1)), 1e-12, "V_on");
  // 440 uW leak away at less than V_on: it never gets there.
  const never = new Capacitor(LEAKY, constant(440e-6), 0);
  assert.equal(never.charge(100), false);
  assert.equal(never.t_s, 100);
  close(never.v_V, Math.sqrt(440e-6 * 20e3), 1e-12, "V at which as much leaks as comes in");
});

test("without leakage everything is a straight line, to the last digits", () => {
  const capacitor = new Capacitor(TIGHT, constant(100e-6), 3);
  close(capacitor.lifetime_s(388e-6, 1), 0.1, 1e-14, "28.8 uJ at 288 uW");
  assert.equal(capacitor.run(0.05, 388e-6), true);
  close(capacitor.e_J, 45e-6 - 14.4e-6, 1e-14, "half of the usable energy");
  assert.equal(capacitor.run(1, 388e-6), false);
  close(capacitor.t_s, 0.1, 1e-14, "death");
  assert.equal(capacitor.charge(1), true);
  close(capacitor.t_s, 0.1 + 0.288, 1e-14, "28.8 uJ at 100 uW");
  assert.equal(capacitor.leaked_J, 0);
});

test("full, it stays at V_max and counts what is clipped, exactly", () => {
  const leak_W = 3.6 ** 2 / LEAKY.leak_Ohm;
  const capacitor = new Capacitor(LEAKY, constant(2e-3), 3.6);
  const full_J = capacitor.e_J;
  assert.equal(capacitor.run(7, 0.4e-3), true);
  assert.equal(capacitor.e_J, full_J);
  assert.equal(capacitor.v_V, 3.6);
  close(capacitor.clipped_J, 7 * (2e-3 - 0.4e-3 - leak_W), 1e-13, "clipped");
  close(capacitor.leaked_J, 7 * leak_W, 1e-13, "leaked while full");
  // More load than harvest: it leaves the clamp at once; less again: it comes back to it, and clips from then on.
  capacitor.run(7.001, 3e-3);
  assert.ok(capacitor.e_J < full_J, "it has left V_max");
  const clipped_J = capacitor.clipped_J;
  const gap_J = full_J - capacitor.e_J;
  capacitor.run(7.001 + 1e-9, 0);
  assert.equal(capacitor.clipped_J, clipped_J);
  const refilled_s = gap_J / (2e-3 - leak_W);
  capacitor.run(8, 0);
  assert.equal(capacitor.e_J, full_J);
  close(capacitor.clipped_J - clipped_J, (0.999 - refilled_s) * (2e-3 - leak_W), 1e-5, "clipped after the refill");
  assert.ok(capacitor.imbalance() < 1e-12, `imbalance ${capacitor.imbalance()}`);
});

test("V_max may be V_on: it charges to the clamp, and only then clips", () => {
  const capacitor = new Capacitor(TINY, constant(10e-6), 0);
  assert.equal(capacitor.charge(1), true);
  close(capacitor.t_s, 0.072, 1e-3, "0.72 uJ at 10 uW");
  assert.equal(capacitor.v_V, 1.2);
  assert.equal(capacitor.clipped_J, 0);
  assert.equal(capacitor.run(1, 1e-6), true);
  assert.equal(capacitor.v_V, 1.2);
  assert.ok(capacitor.clipped_J > 0, "more comes in than is used");
});

for (const [name, storage, load_W] of [
  ["leaky", LEAKY, 400e-6],
  ["10 uF", SMALL, 1.5e-3],
  ["1 uF", TINY, 100e-6],
] as const) {
  test(`${name}: deaths and wakes stand where a plain integrator puts them; halving its step moves none by 0.1 %`, () => {
    const peak_W = storage === TINY ? 80e-6 : 1.6e-3;
    const harvest = rough(seeded(name.length), 3e-3, peak_W);
    const [coarse, fine] = [4e-6, 2e-6].map((h_s) => bruteForce(storage, harvest, load_W, 2, h_s));
    const events_s: number[] = [];
    const capacitor = new Capacitor(storage, harvest, storage.vOn_V);
    for (let isOn = true; capacitor.t_s < 2; isOn = !isOn) {
      const crossed = isOn ? !capacitor.run(2, load_W) : capacitor.charge(2);
      if (crossed) events_s.push(capacitor.t_s);
    }
    assert.ok(events_s.length >= 6, `${events_s.length} events are too few to compare`);
    assert.equal(coarse.length, events_s.length);
    assert.equal(fine.length, events_s.length);
    for (const [i, t_s] of events_s.entries()) {
      close(fine[i], coarse[i], 1e-3, `event ${i}: the integrator has converged`);
      close(t_s, fine[i], 1e-3, `event ${i} at ${t_s} s`);
    }
  });
}

test("after a million random calls harvested = stored + spent + leaked + clipped to 1e-9, and so says a second ledger", () => {
  for (const [name, storage] of Object.entries(STORAGES)) {
    const random = seeded(name.length);
    const harvest = rough(random, 1e-3, storage === TINY ? 60e-6 : 3e-3);
    const capacitor = new Capacitor(storage, harvest, storage.vOn_V * random());
    let [isOn, spent_J, lowest_V, highest_V] = [false, 0, Number.POSITIVE_INFINITY, 0];
    for (let call = 0; call < 250_000; call++) {
      const from_s = capacitor.t_s;
      const until_s = from_s + 1e-6 * 10 ** (4 * random());
      if (isOn) {
        const load_W = storage === TINY ? 100e-6 * random() : 9e-3 * random() ** 2;
        isOn = capacitor.run(until_s, load_W);
        spent_J += load_W * (capacitor.t_s - from_s);
        lowest_V = Math.min(lowest_V, capacitor.v_V);
      } else isOn = capacitor.charge(until_s);
      highest_V = Math.max(highest_V, capacitor.v_V);
    }
    assert.ok(capacitor.imbalance() < 1e-9, `${name}: imbalance ${capacitor.imbalance()}`);
    close(capacitor.harvested_J, energyBetween_J(harvest, 0, capacitor.t_s), 1e-9, `${name}: harvested`);
    close(capacitor.spent_J, spent_J, 1e-9, `${name}: spent`);
    // V_off is never passed while it is on, V_max never at all: not by one bit.
    assert.equal(lowest_V, storage.vOff_V, `${name}: it has died, and not below V_off`);
    assert.ok(highest_V <= storage.vMax_V, `${name}: ${highest_V} V`);
    if (storage === TIGHT) assert.equal(capacitor.leaked_J, 0);
    else assert.ok(capacitor.leaked_J > 0, `${name}: it leaks`);
  }
});

test("one step of a nanosecond is in balance as well: nothing is lost in what is stored already", () => {
  const capacitor = new Capacitor(SMALL, constant(0), 3);
  capacitor.run(1e-9, 1e-6);
  assert.ok(capacitor.spent_J > 0 && capacitor.spent_J < 2e-15, `spent ${capacitor.spent_J} J`);
  assert.ok(capacitor.imbalance() < 1e-9, `imbalance ${capacitor.imbalance()}`);
});

test("pulses far smaller than the last digit of what is stored are refilled to the joule", () => {
  const capacitor = new Capacitor(TIGHT, constant(1e-6), 3.6);
  for (let pulse = 0; pulse < 5; pulse++) {
    capacitor.run(capacitor.t_s + 3e-12, 1.234e-3);
    capacitor.run(capacitor.t_s + 1e-8, 0);
  }
  assert.equal(capacitor.v_V, 3.6);
  assert.ok(capacitor.imbalance() < 1e-9, `imbalance ${capacitor.imbalance()}`);
});

test("what leaks is the integral of V^2 / R, summed in small steps", () => {
  const harvest = rough(seeded(8), 5e-3, 2e-3);
  const capacitor = new Capacitor(LEAKY, harvest, 3);
  let leaked_J = 0;
  for (let i = 1; i <= 100_000; i++) {
    const before_W = capacitor.v_V ** 2 / LEAKY.leak_Ohm;
    assert.equal(capacitor.run(i * 1e-5, 100e-6), true);
    leaked_J += ((before_W + capacitor.v_V ** 2 / LEAKY.leak_Ohm) / 2) * 1e-5;
  }
  const whole = new Capacitor(LEAKY, harvest, 3);
  whole.run(1, 100e-6);
  close(whole.leaked_J, leaked_J, 1e-6, "leaked");
});

test("lifetime_s is what run then takes, over many segments, and changes nothing", () => {
  for (const [name, storage] of Object.entries(STORAGES)) {
    const random = seeded(77);
    const harvest = rough(random, 1e-3, storage === TINY ? 20e-6 : storage === LEAKY ? 3e-3 : 0.5e-3);
    const capacitor = new Capacitor(storage, harvest, storage.vOn_V);
    for (let life = 0; life < 300; life++) {
      const load_W = (storage === TINY ? 1e-3 : 10e-3) * random() + 30e-6;
      const before = JSON.stringify([capacitor.t_s, capacitor.e_J, capacitor.leaked_J, capacitor.spent_J]);
      const lifetime_s = capacitor.lifetime_s(load_W, 2);
      assert.equal(capacitor.lifetime_s(load_W, lifetime_s / 2), lifetime_s / 2, `${name}: no more than the horizon`);
      assert.equal(JSON.stringify([capacitor.t_s, capacitor.e_J, capacitor.leaked_J, capacitor.spent_J]), before);
      const from_s = capacitor.t_s;
      // A part of the life on one load leaves the rest of it, and the last instant belongs to it.
      const survived = capacitor.run(from_s + lifetime_s * 0.37, load_W);
      assert.equal(survived, true, `${name}: 37 % of a life`);
      if (lifetime_s < 2)
        close(capacitor.lifetime_s(load_W, 2), lifetime_s * 0.63, 1e-6, `${name}: the rest of life ${life}`);
      assert.equal(capacitor.run(from_s + 2, load_W), lifetime_s === 2);
      if (lifetime_s < 2) close(capacitor.t_s - from_s, lifetime_s, 1e-9, `${name}: life ${life}`);
      assert.equal(capacitor.charge(capacitor.t_s + 60), true, `${name}: it recharges`);
    }
  }
});

test("lifetime_s knows the clamp: what is clipped on the way does not lengthen a life", () => {
  const burst: Harvest = {
    end_s: (i) => (i === 0 ? 1 : Number.POSITIVE_INFINITY),
    power_W: (i) => (i === 0 ? 1e-3 : 0),
  };
  const capacitor = new Capacitor(TIGHT, burst, 3.5);
  // 1 s on the harvest, then 3.6 V down to 1.8 V: 48.6 uJ at 100 uW.
  close(capacitor.lifetime_s(100e-6, 10), 1.486, 1e-12, "lifetime");
  assert.equal(capacitor.run(10, 100e-6), false);
  close(capacitor.t_s, 1.486, 1e-12, "death");
});

test("a run split in pieces ends where the whole one does, to 1e-12", () => {
  for (const [name, storage] of Object.entries(STORAGES)) {
    const random = seeded(11);
    for (let round = 0; round < 200; round++) {
      const harvest = rough(random, 2e-3, storage === TINY ? 60e-6 : 1e-3, 50);
      const load_W = (storage === TINY ? 40e-6 : 0.6e-3) * random();
      const whole = new Capacitor(storage, harvest, storage.vOn_V);
      const alive = whole.run(0.05, load_W);
      const split = new Capacitor(storage, harvest, storage.vOn_V);
      const cuts = Array.from({ length: 5 }, () => 0.05 * random()).sort((a, b) => a - b);
      const stillAlive = [...cuts, 0.05].every((cut_s) => split.run(cut_s, load_W));
      assert.equal(stillAlive, alive, `${name} ${round}`);
      for (const field of ["t_s", "e_J", "harvested_J", "spent_J", "leaked_J", "clipped_J"] as const) {
        close(split[field], whole[field], 1e-12, `${name} ${round}: ${field}`);
      }
    }
  }
});

test("at V_off it dies at once under a load, lives on under a surplus, and below it there is no life", () => {
  const atOff = (power_W: number): Capacitor => new Capacitor(TIGHT, constant(power_W), 1.8);
  const dying = atOff(1e-6);
  assert.equal(dying.run(1, 2e-6), false);
  assert.equal(dying.t_s, 0);
  assert.equal(dying.lifetime_s(2e-6, 1), 0);
  assert.equal(atOff(2e-6).run(1, 1e-6), true);
  assert.equal(atOff(1e-6).run(1, 1e-6), true);
  const below = new Capacitor(TIGHT, constant(1), 1.7);
  assert.equal(below.run(1, 0), false);
  assert.equal(below.t_s, 0);
  assert.equal(below.lifetime_s(0, 1), 0);
  const awake = new Capacitor(TIGHT, constant(0), 3.2);
  assert.equal(awake.charge(1), true);
  assert.equal(awake.t_s, 0);
});

test("v_V at a threshold reads as the threshold or, where no double between gives it, the next one above", () => {
  const random = seeded(5);
  let exact = 0;
  const reads = (capacitor: Capacitor, v_V: number): void => {
    assert.ok(capacitor.v_V >= v_V && capacitor.v_V <= v_V * (1 + Number.EPSILON), `${capacitor.v_V} V, not ${v_V} V`);
    if (capacitor.v_V === v_V) exact++;
  };
  for (let i = 0; i < 5000; i++) {
    const vOff_V = 0.1 + 4 * random();
    const vOn_V = vOff_V + 0.01 + random();
    const capacitance_F = 1e-9 * 10 ** (6 * random());
    const storage = { capacitance_F, leak_Ohm: Number.POSITIVE_INFINITY, vOff_V, vOn_V, vMax_V: vOn_V + random() };
    const capacitor = new Capacitor(storage, constant(1e-3), vOff_V);
    reads(capacitor, vOff_V);
    assert.equal(capacitor.charge(1e6), true);
    reads(capacitor, vOn_V);
    assert.equal(capacitor.run(1e6, 0.5), false);
    reads(capacitor, vOff_V);
    capacitor.run(capacitor.t_s + 1e6, 0);
    assert.equal(capacitor.v_V, storage.vMax_V);
  }
  assert.ok(exact > 14_000, `only ${exact} of 15000 to the last bit`);
});

test("numbers that are none do not pass for balance", () => {
  const broken: Harvest = { end_s: () => Number.POSITIVE_INFINITY, power_W: () => Number.NaN };
  const capacitor = new Capacitor(SMALL, broken, 3);
  capacitor.run(1, 1e-6);
  assert.ok(!(capacitor.imbalance() < 1e-9), "NaN is no balance");
});

test("a storage that cannot be is refused in one sentence that names the number", () => {
  const bad: [Partial<Storage>, RegExp][] = [
    [{ capacitance_F: 0 }, /^storage: capacitance_F is 0, where a finite number above 0 is needed$/],
    [{ capacitance_F: -1e-6 }, /capacitance_F is -0.000001/],
    [{ capacitance_F: Number.NaN }, /capacitance_F is NaN/],
    [{ capacitance_F: Number.POSITIVE_INFINITY }, /capacitance_F is Infinity/],
    [{ leak_Ohm: 0 }, /leak_Ohm is 0, .*\(Infinity: it does not leak\)$/],
    [{ leak_Ohm: Number.NaN }, /leak_Ohm is NaN/],
    [{ vOff_V: 0 }, /vOff_V is 0/],
    [{ vOff_V: 3 }, /vOn_V is 3 V, where a number above vOff_V \(3 V\) is needed$/],
    [{ vOff_V: 3.2 }, /vOn_V is 3 V/],
    [{ vOn_V: Number.NaN }, /vOn_V is NaN/],
    [{ vMax_V: 2.9 }, /vMax_V is 2.9 V, where a finite number of at least vOn_V \(3 V\) is needed$/],
    [{ vMax_V: Number.POSITIVE_INFINITY }, /vMax_V is Infinity/],
  ];
  for (const [change, message] of bad) {
    assert.throws(
      () => new Capacitor({ ...SMALL, ...change }, constant(0), 0),
      (error) => {
        assert.ok(error instanceof EnergyError, "a mistake of the user's");
        assert.match(error.message, message);
        return true;
      },
    );
  }
  for (const v0_V of [-0.1, 3.7, Number.NaN]) {
    assert.throws(() => new Capacitor(SMALL, constant(0), v0_V), { name: "EnergyError", message: /cannot start at/ });
  }
});

test("usable energy and the least capacitor for an energy are each other's inverse", () => {
  close(usableEnergy_J(TINY), 0.315e-6, 1e-12, "the task group's 0.315 uJ");
  close(usableEnergy_J(SMALL), 28.8e-6, 1e-12, "10 uF, 3.0 V to 1.8 V");
  close(usableEnergy_J({ ...SMALL, capacitance_F: 17e-6, vOff_V: 2.4 }), 27.5e-6, 2e-3, "17 uF, 3.0 V to 2.4 V");
  for (const storage of Object.values(STORAGES)) {
    close(capacitanceFor_F(usableEnergy_J(storage), storage), storage.capacitance_F, 1e-14, "C");
  }
});
