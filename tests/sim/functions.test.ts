/** Energy by function of the module: all that the CPU drew, no more and no less, and the run is what it is without. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { functionsText } from "../../host/cli/run/functions.ts";
import { parse } from "../../host/device/rewrite/parse.ts";
import { regionsOf } from "../../host/device/rewrite/regions.ts";
import { costOf } from "../../host/device/weights.ts";
import { CUT_OFF } from "../../host/sim/functions.ts";
import type { FunctionEnergy } from "../../host/sim/result.ts";
import { FUEL_PER_CYCLE } from "../../host/sim/supply.ts";
import { AMPLE, builtIn, type Changes, changed, type Means, MODULES, simulated } from "../support/simulated.ts";

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

/** A run that tells, and the fuel that its stations were told of. */
function told(changes: Changes, means: Means = {}, from = builtIn("default")) {
  let fuel = 0;
  const run = simulated(changed(changes, from), {
    ...means,
    byFunction: true,
    prepare({ world }) {
      for (const { supply } of world.stations) {
        const ran = supply.ran.bind(supply);
        supply.ran = (by, phase) => {
          fuel += by;
          ran(by, phase);
        };
      }
    },
  });
  const rows = run.result.energy.byFunction as readonly FunctionEnergy[];
  const cpu_J = sum(run.simulation.world.stations.map(({ supply }) => supply.ledger.ofSource("cpu")));
  return { ...run, rows, fuel, cpu_J };
}

/** A slow MCU on little capacitors: power fails in the midst of computing. */
const DEATHS: Changes = {
  duration_s: 3,
  harvest: { source: "markov", scale: 10 },
  stations: { mcu: "msp430fr5994", count: 5, ram: "random" },
  override: { storage: { capacitance_F: 4e-6 } },
  ap: { trigger_period_s: 0.06, slots: 40 },
};

test("functions and what power failures cut off are all the cycles and all the joules of the CPU, in a run with deaths", () => {
  const { rows, fuel, cpu_J, lives, simulation, result } = told(DEATHS);
  const deaths = lives.filter(({ death }) => death?.call !== undefined).length;
  assert.ok(
    deaths > 20 && result.deaths.instants > 10,
    `${deaths} deaths within a call, at ${result.deaths.instants} instants`,
  );
  assert.equal(sum(rows.map(({ cycles }) => cycles * FUEL_PER_CYCLE)), fuel, "sixteenths of a cycle");
  const e_J = sum(rows.map((row) => row.e_J));
  assert.ok(Math.abs(e_J - cpu_J) < 1e-9 * cpu_J, `${e_J} J, where the ledger has ${cpu_J}`);
  assert.ok(Math.abs(sum(rows.map(({ share }) => share)) - 1) < 1e-9, "shares");
  const cutOff = rows.find((row) => row.function === CUT_OFF);
  assert.ok(cutOff && cutOff.cycles > 0, "some of it was cut off");
  const { clock_Hz, weights } = simulation.world.profiles.mcu;
  const costs = regionsOf(parse(MODULES.release.octets), "effect").map((region) =>
    costOf(region.instructions, weights),
  );
  const most = (deaths * Math.max(...costs)) / FUEL_PER_CYCLE;
  assert.ok(
    cutOff.cycles < most,
    `${cutOff.cycles}, where every death in a call leaves less than a straight line costs`,
  );
  const lastBits_s = sum(simulation.world.stations.map(({ supply }) => supply.lastBits_s));
  const unit_s = 1 / (clock_Hz.value * FUEL_PER_CYCLE);
  assert.ok(lastBits_s > 0 && lastBits_s < deaths * 2 * unit_s + 1e-9, `${lastBits_s / unit_s} sixteenths`);
});

test("behind a converter the rows are what the storage gave for the CPU", () => {
  const { rows, cpu_J, simulation } = told({ duration_s: 2 }, {}, builtIn("slow-supervisor"));
  const { profiles } = simulation.world;
  const cycles_J = sum(rows.map(({ cycles }) => cycles)) * profiles.mcu.cycle_J.value;
  assert.ok(cpu_J > 1.01 * cycles_J, `${cpu_J} J of the storage, ${cycles_J} J behind the converter`);
  assert.ok(Math.abs(sum(rows.map((row) => row.e_J)) - cpu_J) < 1e-9 * cpu_J, `${cpu_J} J in the ledger`);
});

test("the largest first, by name, and a run that is asked to tell is the run that it is without", () => {
  const scenario = changed({ duration_s: 2 }, builtIn("hostile"));
  const { result, rows } = told({ duration_s: 2 }, {}, builtIn("hostile"));
  const { energy, ...others } = simulated(scenario).result;
  assert.deepEqual({ ...others, energy }, { ...result, energy: { ...result.energy, byFunction: null } });
  assert.ok(rows.length > 30, `${rows.length} functions`);
  assert.ok(
    rows.every(({ e_J }, i) => e_J > 0 && (i === 0 || e_J <= rows[i - 1].e_J)),
    "the largest first",
  );
  assert.equal(rows[0].function, "crypto/sha256/compress");
  assert.ok(
    rows.some((row) => row.function === "amp_receive"),
    "exports by their names",
  );
});

test("two runs at once, and what a run tries beforehand, are not in each other's account", () => {
  const changes: Changes = { duration_s: 0.3, stations: { count: 1 }, harvest: AMPLE };
  const alone = told(changes).rows;
  let inner: readonly FunctionEnergy[] = [];
  const outer = simulated(changed(changes), {
    byFunction: true,
    prepare: () => {
      inner = told(changes).rows;
    },
  });
  assert.deepEqual(inner, alone);
  assert.deepEqual(outer.result.energy.byFunction, alone);
});

test("without a symbol map functions have their exports' names, or their number", () => {
  const { octets } = MODULES.release;
  const { rows } = told({ duration_s: 0.3, stations: { count: 1 }, harvest: AMPLE }, { module: { octets } });
  const names = rows.map((row) => row.function);
  assert.match(names[0], /^function \d+$/);
  assert.ok(names.includes("amp_receive") && names.includes("amp_boot"), "exports");
  assert.ok(
    names.every((name) => /^function \d+$|^amp_\w+$|^cut off/.test(name)),
    names.join(),
  );
});

test("the table of functions has the ten largest, the rest in one row, and the sum", () => {
  const { result, rows } = told({ duration_s: 1 });
  const lines = functionsText(result).trimEnd().split("\n");
  assert.match(lines[0], /^Energy of the CPU by function/);
  assert.equal(lines.length, 2 + 10 + 2, lines.join("\n"));
  assert.ok(lines[2].includes(rows[0].function), lines[2]);
  assert.match(lines[12], new RegExp(`^${rows.length - 10} others `));
  assert.match(lines[13], /^all .* 100\.0 %$/);
  assert.equal(
    functionsText(simulated(changed({ duration_s: 0.1 })).result),
    "",
    "nothing of a run that does not tell",
  );
});
