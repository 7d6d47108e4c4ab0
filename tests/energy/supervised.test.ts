/** A supervisor that looks now and then: when it turns a station on and off, and what becomes of the MCU in between. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { EnergyError } from "../../host/energy/error.ts";
import { FedCapacitor } from "../../host/energy/fedcapacitor.ts";
import { steady } from "../../host/energy/feed.ts";
import { constant, type Harvest } from "../../host/energy/harvest.ts";
import type { Storage } from "../../host/energy/storage.ts";
import { Supervised, type Supervisor } from "../../host/energy/supervised.ts";
import { seeded } from "./random.ts";
import { rough, TIGHT } from "./world.ts";

/** V_on 3 V, the MCU's least supply 1.8 V. */
const LOOKS: Supervisor = { check_s: 64e-3, phase_s: 10e-3, vOff_V: 2.4, brownoutDrain_A: 0.5e-3 };

function supervised(harvest: Harvest, v0_V: number, given: Partial<Supervisor> = {}, storage: Storage = TIGHT) {
  return new Supervised(new FedCapacitor(storage, steady(harvest), v0_V), { ...LOOKS, ...given });
}

function near(got: number, wanted: number, relative: number, what: string): void {
  assert.ok(Math.abs(got - wanted) <= relative * Math.abs(wanted), `${what}: ${got}, not ${wanted}`);
}

test("it turns on at a look with V_on or more, and at no other instant", () => {
  // From 2 V to 3 V: 25 uJ at 100 uW, 0.25 s; looks at 10, 74, 138, 202, 266 ms.
  const store = supervised(constant(100e-6), 2);
  assert.equal(store.charge(0.26), false);
  assert.equal(store.t_s, 0.26);
  assert.equal(store.charge(1), true);
  near(store.t_s, 0.266, 1e-12, "the look after V_on");
  near(store.e_J, 20e-6 + 26.6e-6, 1e-12, "it went on charging until then");
  const ready = supervised(constant(0), 3.2);
  assert.equal(ready.run(1, 1e-6), false, "it is off until a look");
  assert.equal(ready.charge(1), true);
  assert.equal(ready.t_s, 0.01);
});

test("a look that finds less than V_off ends the life, an instant before it does not", () => {
  // From 3 V under 400 uW: 2.4 V after 40.5 ms, seen at the look 64 ms behind the one that turned it on.
  const store = supervised(constant(0), 3);
  store.charge(1);
  near(store.lifetime_s(400e-6, 1), 64e-3, 1e-12, "until the look");
  assert.equal(store.run(0.0739, 400e-6), true);
  assert.ok(store.v_V < 2.4, `${store.v_V} V, and on`);
  assert.equal(store.run(1, 400e-6), false);
  near(store.t_s, 0.074, 1e-12, "the look");
  assert.equal(store.cause, "supervisor");
  const left_J = store.e_J;
  assert.equal(store.charge(0.5), false);
  assert.equal(store.e_J, left_J, "disconnected, nothing drains it");
});

test("below its least supply the MCU browns out by itself, and drains the storage at its current until the next look", () => {
  // From 3 V under 2 mW: 1.8 V after 14.4 ms; 49.6 ms until the look, at 0.5 mA: I t / C = 2.48 V, more than there is.
  const store = supervised(constant(0), 3);
  store.charge(1);
  assert.equal(store.run(1, 2e-3), false);
  near(store.t_s, 10e-3 + 14.4e-3, 1e-9, "brown-out");
  assert.equal(store.cause, "brown-out");
  assert.equal(store.lifetime_s(2e-3, 1), 0);
  assert.equal(store.charge(0.05), false);
  near(store.v_V, 1.8 - (0.5e-3 * (0.05 - 0.0244)) / 10e-6, 4e-4, "V falls by I t / C");
  assert.equal(store.charge(0.5), false);
  assert.ok(store.v_V < 0.05, `${store.v_V} V are left`);
  near(store.leaked_J + store.e_J, 16.2e-6, 1e-9, "all of it is in the books: 10 uF from 1.8 V");
  assert.ok(store.imbalance() < 1e-12, `imbalance ${store.imbalance()}`);
});

test("what a dead MCU takes falls with the voltage, as a constant current makes it fall", () => {
  const storage = { ...TIGHT, capacitance_F: 100e-6 };
  for (const brownoutDrain_A of [0.1e-3, 0.5e-3]) {
    // 2.25 V: the brown-out at 1.8 V comes at once, and the next look 64 ms later.
    const store = supervised(constant(0), 3, { brownoutDrain_A }, storage);
    store.charge(1);
    store.run(1, 300e-6 / 64e-6);
    assert.equal(store.cause, "brown-out");
    const [died_s, look_s] = [store.t_s, 10e-3 + 64e-3];
    store.charge(look_s);
    near(store.v_V, 1.8 - (brownoutDrain_A * (look_s - died_s)) / 100e-6, 1e-4, `${brownoutDrain_A} A`);
  }
});

test("a storage that recovers before the next look is never disconnected, and the look starts the MCU anew", () => {
  const burst: Harvest = {
    end_s: (i) => (i === 0 ? 0.04 : Number.POSITIVE_INFINITY),
    power_W: (i) => (i === 0 ? 0 : 1.8e-3),
  };
  const store = supervised(burst, 3);
  store.charge(1);
  assert.equal(store.run(1, 2e-3), false);
  assert.equal(store.charge(1), true);
  near(store.t_s, 0.074, 1e-12, "at the next look");
  assert.ok(store.v_V >= 2.4 && store.v_V < 3, `${store.v_V} V: above V_off, below V_on`);
});

test("lifetime_s is what run then takes, whether a look or a brown-out ends it; a life in pieces ends there too", () => {
  const random = seeded(5);
  const causes = { "brown-out": 0, supervisor: 0 };
  for (let round = 0; round < 300; round++) {
    const given = { check_s: 5e-3 + 60e-3 * random(), phase_s: 0, brownoutDrain_A: 1e-3 * random() };
    const harvest = rough(random, 2e-3, 1.5e-3, 97);
    const [whole, pieces] = [supervised(harvest, 2.9, given), supervised(harvest, 2.9, given)];
    assert.equal(whole.charge(60), true);
    assert.equal(pieces.charge(60), true);
    const load_W = 0.3e-3 + 5e-3 * random() ** 2;
    const from_s = whole.t_s;
    const before = JSON.stringify([whole.t_s, whole.e_J]);
    const life_s = whole.lifetime_s(load_W, 0.5);
    assert.equal(whole.lifetime_s(load_W, life_s / 2), life_s / 2, "no more than the horizon");
    assert.equal(JSON.stringify([whole.t_s, whole.e_J]), before, "it changes nothing");
    assert.equal(whole.run(from_s + 0.5, load_W), life_s === 0.5);
    near(whole.t_s - from_s, life_s, 1e-9, `life ${round}`);
    let isAlive = true;
    while (isAlive && pieces.t_s < from_s + 0.5) {
      isAlive = pieces.run(Math.min(pieces.t_s + 1e-3 * random(), from_s + 0.5), load_W);
    }
    near(pieces.t_s, whole.t_s, 1e-9, `life ${round} in pieces`);
    assert.equal(pieces.cause, whole.cause);
    if (whole.cause) causes[whole.cause]++;
  }
  assert.ok(causes["brown-out"] > 30 && causes.supervisor > 30, JSON.stringify(causes));
});

test("looks are at their own instants whatever lies between them: every life begins and, unless it browns out, ends at one", () => {
  const store = supervised(rough(seeded(8), 3e-3, 2e-3), 0);
  const isLook = (t_s: number): boolean => {
    const looks = (t_s - LOOKS.phase_s) / LOOKS.check_s;
    return Math.abs(looks - Math.round(looks)) < 1e-6;
  };
  let lives = 0;
  const random = seeded(2);
  while (store.t_s < 60) {
    if (!store.charge(store.t_s + 0.3 * random())) continue;
    lives++;
    assert.ok(isLook(store.t_s), `a life begins at ${store.t_s} s`);
    assert.ok(store.v_V >= 2.4, `with ${store.v_V} V`);
    while (store.run(store.t_s + 0.02 * random(), 4e-3 * random())) if (store.t_s > 60) break;
    if (store.cause === "supervisor") assert.ok(isLook(store.t_s) || store.t_s > 60, `it ends at ${store.t_s} s`);
  }
  assert.ok(lives > 50, `${lives} lives`);
  assert.ok(store.imbalance() < 1e-9, `imbalance ${store.imbalance()}`);
});

test("a supervisor that cannot be is refused in one sentence", () => {
  const cases: readonly (readonly [Partial<Supervisor>, RegExp])[] = [
    [{ check_s: 0 }, /^supervisor: it looks each 0 s, where a finite number above 0 is needed$/],
    [{ phase_s: 64e-3 }, /^supervisor: its first look is at 0\.064 s, where 0 \.\. 0\.064 s is needed$/],
    [
      { vOff_V: 1.7 },
      /^supervisor: it turns off below 1\.7 V, where at least 1\.8 V, at which the MCU browns out, and /,
    ],
    [{ vOff_V: 3 }, /^supervisor: it turns off below 3 V, .* less than V_on \(3 V\) is needed$/],
    [{ brownoutDrain_A: -1 }, /^supervisor: a dead MCU draws -1 A, where a finite number of at least 0 is needed$/],
  ];
  for (const [given, message] of cases) {
    assert.throws(
      () => supervised(constant(0), 0, given),
      (error) => error instanceof EnergyError && message.test(error.message),
    );
  }
});
