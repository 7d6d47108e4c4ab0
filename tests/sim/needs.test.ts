/** What one exchange takes, held against runs on exactly that much: a little more does it in one life, a little less never. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { MCUS } from "../../host/energy/profiles/mcus.ts";
import { type Need, needsOf } from "../../host/sim/needs.ts";
import { type Changes, changed, MODULES, type Simulated, simulated } from "../support/simulated.ts";

const MATERIALS = { crypto: nodeCrypto, module: MODULES.release };
const MCU_NAMES = Object.keys(MCUS) as (keyof typeof MCUS)[];

const needs = (changes: Changes = {}): Need[] => needsOf(changed(changes), MATERIALS);

/** A charge, no harvest, and a trigger as soon as the station has booted. */
function onOneCharge({ mcu }: Need, capacitance_F: number, changes: Changes = {}): Simulated {
  const boot_s = MCUS[mcu as keyof typeof MCUS].boot_s.value;
  // Channels that have no station push the first trigger of the one that has to the front of its period.
  const channels = Math.floor(1 / (boot_s + 2e-3));
  const base: Changes = {
    duration_s: 2,
    stations: { mcu, count: 1, vStart_V: 3 },
    harvest: { source: "constant", constant: { power_W: 0 } },
    override: { storage: { capacitance_F } },
    ap: { to: "each", trigger_period_s: 1, slots: 200 },
    air: { channels },
  };
  const scenario = changed(changes, changed(base));
  const { plan } = simulated({ ...scenario, duration_s: 0.01 }).simulation.world;
  // The last slot is the first that can be met, so that nothing is slept through behind it.
  const slots = 1 + Math.ceil((plan.ready_us * 1e-6) / plan.slot_s);
  return simulated({ ...scenario, ap: { ...scenario.ap, slots } });
}

const ALL = needs();

test("there is a need for each MCU profile, that of the scenario first", () => {
  assert.deepEqual(ALL.map(({ mcu }) => mcu).sort(), [...MCU_NAMES].sort());
  assert.equal(ALL[0].mcu, "nrf54l15");
  assert.equal(needs({ stations: { mcu: "apollo" } })[0].mcu, "apollo");
});

for (const need of ALL) {
  test(`${need.mcu}: 2 % more than the least capacitor does an exchange in one life, 2 % less never does`, () => {
    const enough = onOneCharge(need, 1.02 * need.capacitance_F);
    assert.equal(enough.result.readings, 1, "taken");
    assert.equal(enough.lives[0].confirmed, 1, "confirmed in the first life");
    const few = onOneCharge(need, 0.98 * need.capacitance_F);
    assert.equal(few.lives[0].m1Heard, 1, "it began");
    assert.equal(few.result.exchanges.confirmed, 0);
    assert.equal(few.result.deaths.total, 1);
  });

  test(`${need.mcu}: its figures fit each other, and its band holds them`, () => {
    const { cold, warm, charge_J, charges, capacitance_F, fitsInOneLife, time_s } = need;
    for (const { e_J, low_J, high_J } of [cold, warm]) assert.ok(0 < low_J && low_J < e_J && e_J < high_J, `${e_J}`);
    assert.ok(warm.e_J < cold.e_J, `a cached PMK is no dearer: ${warm.e_J} against ${cold.e_J}`);
    // 10 uF between 3.0 and 1.8 V: 28.8 uJ.
    assert.ok(Math.abs(charge_J - 28.8e-6) < 1e-15, `${charge_J}`);
    assert.ok(Math.abs(charges - cold.e_J / 28.8e-6) < 1e-12, `${charges}`);
    assert.ok(Math.abs(capacitance_F - (2 * cold.e_J) / (3 ** 2 - 1.8 ** 2)) < 1e-18, `${capacitance_F}`);
    assert.equal(fitsInOneLife, charges <= 1);
    assert.ok(time_s > MCUS[need.mcu as keyof typeof MCUS].boot_s.value && time_s < 0.2, `${time_s} s`);
  });
}

test("without a Modifier there is nothing to derive: cold and warm are all but the same, and less than with one", () => {
  for (const [i, { cold, warm }] of needs({ ap: { modifier: false } }).entries()) {
    // The later one finds both counter cells in use.
    assert.ok(Math.abs(cold.e_J / warm.e_J - 1) < 1e-2, `${cold.e_J} and ${warm.e_J}`);
    assert.ok(cold.e_J < ALL[i].cold.e_J, "direct mode is cheaper");
  }
});

test("the needs of the task group's storage: 0.315 uJ a charge is too little for every MCU of the profiles", () => {
  for (const need of needs({ stations: { storage: "tgbp" } })) {
    assert.ok(Math.abs(need.charge_J - 0.315e-6) < 1e-15, `${need.charge_J}`);
    assert.ok(!need.fitsInOneLife && need.charges > 1 && need.capacitance_F > 1e-6, need.mcu);
  }
});

test("needs do not depend on what the scenario's air, harvest and trigger make of it", () => {
  const loud: Changes = {
    harvest: AMPLE_MARKOV,
    air: { loss_down: 1, loss_up: 1, forged_trigger_period_s: 0.01, channels: 3 },
    ap: { repeats: 2, trigger_period_s: 0.5, root_update_every_s: 0.1, acwe: 9 },
    stations: { count: 9, data_frames: 3, vStart_V: 1 },
  };
  assert.deepEqual(needs(loud), ALL);
});

const AMPLE_MARKOV = { source: "markov", markov: { power_W: 1 } } as const;

/** Scenarios that a run takes: what it would need must be told, or left out, and never break the run. */
const SLOW: readonly (readonly [string, Changes])[] = [
  [
    "the slowest rates and the longest frames",
    {
      ap: { dl_rate_kbps: 250, ul_rate_kbps: 250, confirm_data_octets: 54, trigger_period_s: 0.2 },
      stations: { reading_octets: 40 },
    },
  ],
  ["a boot of two seconds", { override: { mcu: { boot_s: 2 } } }],
  ["a clock of 10 kHz", { override: { mcu: { clock_Hz: 1e4 } } }],
];
for (const [title, changes] of SLOW) {
  test(`${title}: the run has a result`, () => {
    assert.doesNotThrow(() => simulated(changed(changes, changed({ duration_s: 0.5 }))).result);
  });
}
