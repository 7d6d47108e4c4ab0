/** Joules and seconds of a run: what went in is what came out, and every figure is the sum of its parts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AMPLE,
  BUILT_IN,
  builtIn,
  type Changes,
  changed,
  DEFAULTS,
  type Simulated,
  simulated,
} from "../support/simulated.ts";

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

function isNear(actual: number, expected: number, relative: number, what: string): void {
  const error = Math.abs(actual - expected) / Math.max(Math.abs(expected), Number.MIN_VALUE);
  assert.ok(error <= relative || actual === expected, `${what}: ${actual}, where ${expected} is right (${error})`);
}

/** Built-in scenarios for a while, and stations of other parts: flash, an MCU that never makes it, a hungry radio, 1 uF. */
const RUNS: readonly (readonly [name: string, run: () => Simulated])[] = [
  ...BUILT_IN.map((name) => {
    const scenario = builtIn(name);
    const duration_s = Math.min(scenario.duration_s, 20);
    return [name, () => simulated(changed({ duration_s }, scenario))] as const;
  }),
  ...Object.entries<Changes>({
    "markov, msp430, flash": {
      harvest: { source: "markov", scale: 10 },
      stations: { mcu: "msp430fr5994", nvm: "flash-with-adapter", storage: "mlcc-47uF" },
    },
    "near-threshold core on 1 uF": {
      harvest: { source: "markov", markov: { power_W: 1e-3, on_s: 0.02, off_s: 0.02 } },
      stations: { mcu: "near-threshold-10pJ", storage: "tgbp" },
      override: { storage: { capacitance_F: 3.5e-6 } },
    },
    "Bluetooth radio": { stations: { radio: "nrf54l15", count: 2, ram: "kept" }, harvest: { scale: 5 } },
    "everything in clear, three channels": {
      stations: { encrypt: false, data_frames: 2, count: 7 },
      ap: { modifier: false, root_update_every_s: 0.3, trigger_period_s: 0.2 },
      air: { channels: 3, loss_down: 0.1, loss_up: 0.1 },
    },
  }).map(([name, changes]) => [name, () => simulated(changed({ duration_s: 4, ...changes }))] as const),
];

for (const [name, run] of RUNS) {
  const { result, lives, simulation } = run();
  const { stations, profiles } = simulation.world;
  const { energy, deaths } = result;
  const { capacitance_F, vOff_V } = profiles.storage;
  const least_V = profiles.supervisor?.brownout_V ?? vOff_V;

  test(`${name}: energy balances to 1e-9`, () => {
    const { harvested_J, stored_J, spent_J, leaked_J, clipped_J, imbalance } = energy.harvest;
    assert.ok(imbalance < 1e-9, `${imbalance}`);
    // Once more, from what the result says.
    const start_J = (stations.length * capacitance_F.value * result.scenario.stations.vStart_V ** 2) / 2;
    isNear(stored_J - start_J + spent_J + leaked_J + clipped_J, harvested_J, 1e-9, "harvested");
    for (const part of [harvested_J, stored_J, spent_J, leaked_J, clipped_J]) assert.ok(part >= 0, `${part} J`);
    const atEnd_J = stations.map(({ supply }) => (capacitance_F.value * supply.capacitor.v_V ** 2) / 2);
    isNear(stored_J, sum(atEnd_J), 1e-12, "stored");
  });

  test(`${name}: what was spent is what phases, sources, lives and stations say`, () => {
    const { spent_J } = energy.harvest;
    assert.ok(spent_J > 0, "something was spent");
    for (const { supply, index } of stations) {
      isNear(supply.ledger.total_J(), supply.capacitor.spent_J, 1e-12, `the ledger of station ${index}`);
      const own = lives.filter(({ station }) => station === index);
      isNear(sum(own.map((life) => life.spent_J)), supply.capacitor.spent_J, 1e-11, `the lives of station ${index}`);
    }
    isNear(energy.total.e_J, spent_J, 1e-12, "the total");
    isNear(sum(energy.byPhase.map(({ e_J }) => e_J)), energy.total.e_J, 1e-12, "the phases");
    isNear(sum(energy.byPhase.map(({ share }) => share)), 1, 1e-12, "the shares");
    isNear(sum(result.stations.map((row) => row.spent_J)), spent_J, 1e-12, "the rows");
    isNear(sum(result.stations.map((row) => row.harvested_J)), energy.harvest.harvested_J, 1e-12, "the rows");
    assert.ok(energy.wasted.e_J <= spent_J * (1 + 1e-12), "no more is wasted than is spent");
  });

  test(`${name}: every energy lies within its band`, () => {
    for (const one of [...energy.byPhase, energy.total, ...(energy.perReading ? [energy.perReading] : [])]) {
      assert.ok(one.low_J <= one.e_J && one.e_J <= one.high_J, JSON.stringify(one));
      assert.ok(one.e_J === 0 || one.low_J < one.high_J, `nothing is known that well: ${JSON.stringify(one)}`);
    }
    isNear(sum(energy.byPhase.map(({ low_J }) => low_J)), energy.total.low_J, 1e-12, "the lows add up");
    isNear(sum(energy.byPhase.map(({ high_J }) => high_J)), energy.total.high_J, 1e-12, "the highs add up");
  });

  test(`${name}: a station dies at V_off and nowhere else, and its lives follow each other`, () => {
    assert.equal(lives.length, result.lives);
    const died = lives.filter(({ death }) => death !== undefined);
    assert.equal(died.length, deaths.total);
    assert.equal(sum(Object.values(deaths.byPhase) as number[]), deaths.total);
    assert.ok(deaths.instants <= deaths.total, `${deaths.instants} instants`);
    for (const { vDown_V } of died) {
      // A supervisor that looks now and then may see V_off late, but the MCU's own least supply is not passed.
      assert.ok(vDown_V > least_V.value - 1e-6 && vDown_V < vOff_V.value + 1e-6, `died at ${vDown_V} V`);
    }
    for (const { index, tally } of stations) {
      const own = lives.filter(({ station }) => station === index);
      assert.deepEqual(
        own.map(({ life }) => life),
        own.map((_, i) => i + 1),
      );
      for (const [i, { up_s, down_s, death }] of own.entries()) {
        assert.ok(up_s <= down_s && up_s >= (own[i - 1]?.down_s ?? 0), `life ${i + 1} of station ${index}`);
        assert.ok(death !== undefined || i === own.length - 1, "only the last life may go on");
      }
      isNear(sum(own.map(({ up_s, down_s }) => down_s - up_s)), tally.up_s, 1e-9, "time on");
    }
    const on_s = sum(lives.map(({ up_s, down_s }) => down_s - up_s));
    isNear(energy.availability, on_s / (result.scenario.duration_s * stations.length), 1e-9, "availability");
    const [longest] = own_s(simulation).sort((a, b) => b - a);
    assert.ok(longest < result.scenario.duration_s + 0.2, "nobody lives on far beyond the end");
  });

  test(`${name}: frames and exchanges are counted once, whichever way they are added`, () => {
    const { exchanges, air } = result;
    const { sent = 0, cut = 0, received = 0, lost = 0, changed: altered = 0, collided = 0 } = air.up;
    assert.equal(sent + cut, received + lost + altered + collided, "what goes up ends somewhere");
    assert.equal(sum(Object.values(exchanges.livesPerReading) as number[]), exchanges.confirmed);
    for (const key of ["m1Heard", "m2Sent", "taken", "confirmed", "lives"] as const) {
      const total = key === "lives" ? result.lives : exchanges[key];
      assert.equal(sum(result.stations.map((row) => row[key])), total, key);
    }
    for (const key of ["m1Heard", "m2Sent", "confirmed"] as const) {
      assert.equal(sum(lives.map((life) => life[key])), exchanges[key], `${key} by lives`);
    }
    assert.ok(exchanges.confirmed <= exchanges.taken && exchanges.taken <= exchanges.m2Sent, "M1 M2 reading M3");
    assert.equal(exchanges.m2Late, 0, "a station knows how long it computes");
    assert.equal(result.readings, exchanges.taken);
  });
}

function own_s({ world: { stations } }: Simulated["simulation"]): number[] {
  return stations.map(({ t_s }) => t_s);
}

/** A station that is never triggered: it boots, and listens until it dies. E' = P - E/tau, tau = R C / 2. */
test("a station that only listens lives and charges as long as the formula of its capacitor says", () => {
  const [harvest_W, listen_W] = [20e-6, 50e-6];
  const { lives } = simulated(
    changed({
      duration_s: 20,
      stations: { count: 1 },
      harvest: { source: "constant", constant: { power_W: harvest_W } },
      ap: { trigger_period_s: 100 },
      override: {
        mcu: { sleep_W: 0, boot_s: 1e-9, boot_J: 0, cycle_J: 0 },
        nvm: { readOctet_J: 0 },
        radio: { listen_W, idle_W: 0 },
      },
    }),
  );
  const tau_s = (9.78e6 * 10e-6) / 2;
  const [eOff_J, eOn_J] = [(10e-6 * 1.8 ** 2) / 2, (10e-6 * 3.0 ** 2) / 2];
  /** From e0 to e1 at a constant power. */
  const time_s = (e0: number, e1: number, power_W: number): number =>
    -tau_s * Math.log((e1 - power_W * tau_s) / (e0 - power_W * tau_s));
  const [first, second, third] = lives;
  assert.ok(third !== undefined, `${lives.length} lives`);
  isNear(first.up_s, time_s(0, eOn_J, harvest_W), 1e-9, "the first charge");
  isNear(second.up_s - first.down_s, time_s(eOff_J, eOn_J, harvest_W), 1e-9, "a recharge");
  // amp_boot draws nothing in this scenario, and takes some ten microseconds.
  isNear(second.down_s - second.up_s, time_s(eOn_J, eOff_J, harvest_W - listen_W), 2e-4, "a life");
});

/** PPDU of facts/tgbp.md section 3 at 1 Mb/s: 32 + 80 + 16 us and 8 us an octet down, 12 us and 8 us an octet up. */
test("rx and tx are the airtime of the frames that were heard and sent, times the power of the radio", () => {
  const { result, simulation } = simulated(
    changed({ duration_s: 2, stations: { count: 1 }, harvest: AMPLE, ap: { to: "each", confirm_data_octets: 5 } }),
  );
  const { exchanges, deaths } = result;
  assert.ok(deaths.total === 0 && exchanges.confirmed > 50, `${exchanges.confirmed} exchanges`);
  const m1_us = 32 + 80 + 16 + 8 * (7 + 6 + 6 + 16 + 8);
  const m3_us = 32 + 80 + 16 + 8 * (7 + 2 + 5 + 8);
  const m2_us = 12 + 8 * (7 + 16 + 16 + 8);
  const sleep_W = 9e-6;
  const joules = (phase: string): number | undefined => result.energy.byPhase.find((row) => row.phase === phase)?.e_J;
  const rx_s = 1e-6 * (m1_us * exchanges.m1Heard + m3_us * exchanges.confirmed);
  isNear(joules("rx") ?? 0, rx_s * (10e-6 + sleep_W), 1e-9, "rx");
  isNear(joules("tx") ?? 0, 1e-6 * m2_us * exchanges.m2Sent * (50e-6 + sleep_W), 1e-9, "tx");
  // One power cycle: noise once, 128 us and 32 times 122 us at 1.5 mW.
  const { ledger } = simulation.world.stations[0].supply;
  const entropy_J = ledger.of("snonce", "entropyStart") + ledger.of("snonce", "entropy");
  isNear(entropy_J, 1.5e-3 * (128e-6 + 32 * 122e-6), 1e-9, "entropy");
});

test("no part of the energy led to a confirmed reading where there was none", () => {
  const { result } = simulated(
    changed({ duration_s: 1, stations: { count: 1 }, harvest: AMPLE, air: { loss_down: 1 } }),
  );
  assert.equal(result.readings, 0);
  assert.ok(result.energy.total.e_J > 0, "it listened");
  assert.equal(result.energy.forwardProgress, 0);
});

test("a station is on for no more than all of the time", () => {
  const short = changed({ duration_s: 0.4e-3, stations: { count: 1, vStart_V: 3 }, harvest: AMPLE });
  const { availability } = simulated(short).result.energy;
  assert.ok(availability <= 1, `on for ${availability} of the time`);
});

test("energy that would take no time is refused: its power would have no bound", () => {
  for (const override of [{ nvm: { writeOctet_s: 0 } }, { mcu: { boot_s: 0 } }]) {
    const scenario = changed({ duration_s: 0.5, stations: { count: 1 }, override });
    assert.throws(() => simulated(scenario), /^EnergyError: .*_s is 0, where a number of s above 0 is needed$/);
  }
});

test("the defaults that the formulas here reckon with are the defaults", () => {
  const { stations, ap, override } = DEFAULTS;
  assert.deepEqual([stations.storage, stations.radio, stations.mcu], ["mlcc-10uF", "tgbp-active", "nrf54l15"]);
  assert.deepEqual([ap.dl_rate_kbps, ap.ul_rate_kbps, ap.profile, ap.modifier], [1000, 1000, "compact", true]);
  assert.deepEqual(override, { mcu: {}, nvm: {}, radio: {}, storage: {} });
});
