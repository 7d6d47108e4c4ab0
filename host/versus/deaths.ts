/*
 * What a death costs: a station lives on just so much energy from power-on, dies of it, and is then given all it needs.
 *
 *     cost = spent before the death + spent from the next power-on to a reading at the AP - spent without a death
 *
 * by the real thing: the simulator of each, over the NVM that the first life left and the AP that it left behind.
 */

import { valuesOf } from "../energy/profiles/profile.ts";
import type { Trace } from "../energy/traces/trace.ts";
import { rsnRun } from "../rsn/sim/run.ts";
import type { RsnLife } from "../rsn/sim/tally.ts";
import { RSN_STATES } from "../rsn/station/abi.ts";
import { profilesOf } from "../sim/profiles.ts";
import { checkScenario, ScenarioError } from "../sim/scenario/read.ts";
import type { Scenario } from "../sim/scenario/schema.ts";
import { Simulation } from "../sim/simulation.ts";
import type { Station } from "../sim/station.ts";
import type { Life } from "../sim/tally.ts";
import { type Contender, isRsn, type RsnContender, type VersusMaterials } from "./contenders.ts";

/** Deaths of a contender in one stage of what it does. */
export interface DeathRow {
  readonly name: string;
  /** What had been reached. */
  readonly stage: string;
  /** Deaths that were tried there. */
  readonly points: number;
  /** Spent before the death: at least, at most. */
  readonly wastedLeast_J: number;
  readonly wastedMost_J: number;
  /** From the next power-on to a reading at the AP: at least, at most. */
  readonly nextLeast_J: number;
  readonly nextMost_J: number;
  /** Beyond what it takes without a death: at most. */
  readonly costMost_J: number;
}

export interface Deaths {
  readonly name: string;
  /** From power-on to a reading at the AP, without a death. */
  readonly undisturbed_J: number;
  readonly rows: readonly DeathRow[];
}

/** One death: where, what had been spent, and what the next life spent. */
interface Died {
  readonly stage: string;
  readonly wasted_J: number;
  readonly next_J: number;
}

/** Power comes back after so many of them, each a whole number of Beacon intervals; the time-outs of an AP are over. */
const RETURN_s = 64;
/** More than any load takes. */
const PLENTY_W = 1;

/** `points`: deaths, evenly over the energy of an undisturbed life. Only the parts, the AP and the seed of `scenario` count. */
export function deathsOf(contender: Contender, scenario: Scenario, materials: VersusMaterials, points: number): Deaths {
  const { name } = contender;
  const life = (one: OneLife): LivedOnce =>
    isRsn(contender) ? rsnLife(contender, one, materials) : ampLife(contender, one, materials);
  const whole = life(lifeOn(scenario, undefined));
  if (whole.died) throw new Error(`${name}: a life with all the power it wants ended with a death`);
  const deaths: Died[] = [];
  for (let point = 0; point < points; point++) {
    const { died, spent_J } = life(lifeOn(scenario, ((point + 0.5) / points) * whole.spent_J));
    // An AMP station sleeps to the end of its round once it has its M3: to die in that costs nothing.
    if (died) deaths.push({ ...died, next_J: spent_J - died.wasted_J });
  }
  const stages = [...new Set(deaths.map(({ stage }) => stage))];
  return {
    name,
    undisturbed_J: whole.spent_J,
    rows: stages.map((stage) => {
      const own = deaths.filter((one) => one.stage === stage);
      const wasted = own.map(({ wasted_J }) => wasted_J);
      const next = own.map(({ next_J }) => next_J);
      return {
        name,
        stage,
        points: own.length,
        wastedLeast_J: Math.min(...wasted),
        wastedMost_J: Math.max(...wasted),
        nextLeast_J: Math.min(...next),
        nextMost_J: Math.max(...next),
        costMost_J: Math.max(...own.map(({ wasted_J, next_J }) => wasted_J + next_J - whole.spent_J)),
      };
    }),
  };
}

interface LivedOnce {
  /** To the first reading that the AP took. */
  readonly spent_J: number;
  readonly died: Omit<Died, "next_J"> | undefined;
}

/** A scenario and its harvest: one station, at V_on now, on a capacitor without leakage that holds `e_J` above V_off. */
interface OneLife {
  readonly scenario: Scenario;
  readonly trace: Trace;
}

/** `e_J` undefined: there is plenty from the beginning. */
function lifeOn(scenario: Scenario, e_J: number | undefined): OneLife {
  const { vOn_V, vOff_V } = storageOf(scenario);
  // A trigger has to come in every life.
  const return_s = RETURN_s * Math.ceil((2 * scenario.ap.trigger_period_s) / RETURN_s);
  const usable_J = e_J ?? 1e-6;
  // E = C (V_on^2 - V_off^2) / 2
  const capacitance_F = (2 * usable_J) / (vOn_V ** 2 - vOff_V ** 2);
  const power_W = Float64Array.of(e_J === undefined ? PLENTY_W : 0, PLENTY_W);
  return {
    scenario: checkScenario(
      {
        ...scenario,
        duration_s: 2 * return_s,
        stations: { ...scenario.stations, count: 1, vStart_V: vOn_V, data_frames: 0 },
        override: { ...scenario.override, storage: { ...scenario.override.storage, capacitance_F, leak_Ohm: 1e30 } },
        harvest: { source: "trace", offset: "none", trace: { file: "plenty", loop: false } },
        air: {},
      },
      scenario.name,
    ),
    trace: { times_s: Float64Array.of(0, return_s), power_W, end_s: 1e6 },
  };
}

function storageOf(scenario: Scenario): { readonly vOn_V: number; readonly vOff_V: number } {
  return valuesOf(profilesOf(scenario).storage);
}

function ampLife({ isCached }: Contender, one: OneLife, materials: VersusMaterials): LivedOnce {
  const lives: Life[] = [];
  const images = isCached ? [afterOneExchange(one.scenario, materials)] : undefined;
  const simulation = new Simulation(one.scenario, {
    ...materials,
    images,
    trace: one.trace,
    onLife: (life) => lives.push(life),
  });
  const { tally, supply } = confirmedIn(simulation);
  const [first] = lives;
  const spent_J = supply.capacitor.spent_J;
  if (tally.deaths === 0 || first.confirmed > 0) return { spent_J, died: undefined };
  const stage = first.m2Sent > 0 ? "M2 sent, no M3 yet" : first.m1Heard > 0 ? "M1 heard, no M2 sent" : "no M1 heard";
  return { spent_J, died: { stage, wasted_J: first.spent_J } };
}

/** The NVM record of a station that has had one, so that it keeps a PMK. */
function afterOneExchange(scenario: Scenario, materials: VersusMaterials): Uint8Array {
  return confirmedIn(new Simulation(scenario, { ...materials, trace: lifeOn(scenario, undefined).trace })).nvm.octets;
}

/** Goes on until its one station has an M3. @throws Error when it never has. */
function confirmedIn(simulation: Simulation): Station {
  const { scenario, stations } = simulation.world;
  const [station] = stations;
  for (let turn = 1; station.tally.confirmed === 0; turn++) {
    if (!simulation.advance(turn * scenario.ap.trigger_period_s)) throw neverEnds("AMP", scenario);
  }
  return station;
}

function rsnLife({ name, akm, isCached }: RsnContender, one: OneLife, materials: VersusMaterials): LivedOnce {
  const lives: RsnLife[] = [];
  const { stations } = rsnRun({
    ...one,
    module: materials.baseline,
    akm,
    isCached,
    onLife: (life) => lives.push(life),
    done: ([{ tally }]) => tally.readings > 0,
  });
  const [{ tally, supply }] = stations;
  if (tally.readings === 0) throw neverEnds(name, one.scenario);
  const [first] = lives;
  const spent_J = supply.capacitor.spent_J;
  if (tally.deaths === 0) return { spent_J, died: undefined };
  return { spent_J, died: { stage: STAGES[first.state], wasted_J: first.spent_J } };
}

/** Parts that are too slow for the other end's patience. */
function neverEnds(name: string, { duration_s, stations }: Scenario): ScenarioError {
  return new ScenarioError(
    `stations.mcu is ${stations.mcu}, where ${name} would have to come to a reading within ${duration_s} s with all the power it wants`,
  );
}

/** What a station that dies in a state had reached. */
const STAGES: readonly string[] = RSN_STATES.map((state) =>
  ["off", "idle"].includes(state) ? "no Beacon heard" : state,
);
