/**
 * What each way of preparing a handover costs and gives: one station on the parts of the default scenario, moved at an instant
 * that chance chooses, over seeds, capacitors and losses. The same moves for every way.
 */

import { valuesOf } from "../../../energy/profiles/profile.ts";
import { profilesOf } from "../../../sim/profiles.ts";
import { checkScenario } from "../../../sim/scenario/read.ts";
import type { Scenario } from "../../../sim/scenario/schema.ts";
import { streamsOf } from "../../../sim/streams.ts";
import type { Materials } from "../../../sim/world.ts";
import { si } from "../../../text/units.ts";
import { ampMove, type Times } from "./ampmove.ts";
import { type Moved, type Side, type Traffic, WAYS, type Way } from "./moved.ts";
import { rsnMove } from "./rsnmove.ts";
import { type Mean, meanOf, type Share, type Spread, shareOf, spreadOf } from "./statistics.ts";

export interface MoveMaterials {
  readonly crypto: Materials["crypto"];
  /** build/station.wasm: of a station that needs no 802.21. */
  readonly release: Materials["module"];
  /** build/station.roaming.wasm. */
  readonly roaming: Materials["module"];
  /** build/rsn.wasm. */
  readonly rsn: Uint8Array;
}

/** What the station lives on, and what the air does to frames, either way. */
export interface Condition {
  readonly capacitance_F: number;
  readonly loss: number;
  /** Of datagrams of 802.21, from the wish on. */
  readonly networkLoss: number;
  /** From the wish to the move: at least; up to a second is added by chance. */
  readonly lead_s: number;
}

export interface MeasureOptions {
  readonly seeds: readonly number[];
  readonly ways: readonly Way[];
  readonly conditions: readonly Condition[];
  /** Between two APs, and an AP and a group manager: one way. */
  readonly network_ms: number;
  /** From an AP to the key service and back. */
  readonly keyService_ms: number;
  /** After the first trigger of the next AP nobody waits longer. */
  readonly patience_s: number;
}

export const DEFAULT_MEASURE: MeasureOptions = {
  seeds: Array.from({ length: 60 }, (_, i) => i + 1),
  ways: WAYS,
  conditions: [
    { capacitance_F: 10e-6, loss: 0, networkLoss: 0, lead_s: 5 },
    { capacitance_F: 10e-6, loss: 0.1, networkLoss: 0, lead_s: 5 },
    { capacitance_F: 10e-6, loss: 0.3, networkLoss: 0, lead_s: 5 },
    { capacitance_F: 10e-6, loss: 0.3, networkLoss: 0.3, lead_s: 5 },
    { capacitance_F: 10e-6, loss: 0, networkLoss: 0, lead_s: 0 },
    { capacitance_F: 22e-6, loss: 0, networkLoss: 0, lead_s: 5 },
    { capacitance_F: 4.7e-6, loss: 0, networkLoss: 0, lead_s: 5 },
    { capacitance_F: 4.7e-6, loss: 0.3, networkLoss: 0, lead_s: 5 },
    { capacitance_F: 2.2e-6, loss: 0, networkLoss: 0, lead_s: 5 },
    { capacitance_F: 1.5e-6, loss: 0, networkLoss: 0, lead_s: 5 },
  ],
  network_ms: 5,
  keyService_ms: 10,
  patience_s: 60,
};

export interface SideFigures {
  readonly airMessages: Mean;
  readonly airOctets: Mean;
  readonly networkMessages: Mean;
  readonly networkOctets: Mean;
  readonly e_J: Mean;
  readonly nvm_octets: Mean;
}

export interface WayFigures {
  readonly way: Way;
  readonly moves: number;
  /** Of the moves: the station had answered before it was moved; null: nobody asked it for anything. */
  readonly prepared: Share | null;
  /** From the wish to the answer, in trigger periods; null: as above. */
  readonly preparation_periods: Spread | null;
  /** Came to a reading at the next AP in time. */
  readonly ended: Share;
  readonly delay_s: Spread;
  readonly before: SideFigures;
  readonly after: SideFigures & {
    /** Of the energy, what was not spent listening or asleep. */
    readonly active_J: Mean;
    readonly deaths: Mean;
  };
}

export interface ConditionFigures extends Condition {
  /** Between V_on and V_off. */
  readonly usable_J: number;
  readonly ways: readonly WayFigures[];
}

export interface MovesResult {
  readonly options: Omit<MeasureOptions, "seeds" | "ways" | "conditions"> & { readonly seeds: number };
  readonly parts: { readonly mcu: string; readonly nvm: string; readonly radio: string; readonly storage: string };
  readonly period_s: number;
  readonly reading_octets: number;
  readonly conditions: readonly ConditionFigures[];
  /**
   * What EAP-PSK costs a station with all the power it wants: a full association less one with a PMKSA. Pre-authentication
   * costs it no less, and the measured energy before that move has nothing of it, as the device has no peer for it.
   */
  readonly eap_J: number | null;
  /** The first seed under the first condition, by way. */
  readonly first: readonly Moved[];
}

/** For a person. */
export function conditionText({ capacitance_F, loss, networkLoss, lead_s }: Condition): string {
  const lost = loss > 0 ? `, ${Math.round(100 * loss)} % lost` : "";
  const between = networkLoss > 0 ? `, ${Math.round(100 * networkLoss)} % between APs, too` : "";
  return `${si(capacitance_F, "F")}${lost}${between}${lead_s === 0 ? ", hurried" : ""}`;
}

/** The slots of one station, so long that an M3 with HANDOVER WRAPPED and its answer fit into one. */
const AIR = { slots: 4, slot_us: 2800 } as const;
/** The station has had sessions with the first AP, and a PMK in its cache. */
const WARM_s = 3;
const AMPLE = { source: "constant", constant: { power_W: 0.01 } };

/** `onStep` hears of each condition. @throws ScenarioError or EnergyError for parts that do not fit. */
export async function measuredMoves(
  materials: MoveMaterials,
  options: MeasureOptions = DEFAULT_MEASURE,
  onStep: (step: string) => void = () => {},
): Promise<MovesResult> {
  const { seeds, ways, network_ms, keyService_ms, patience_s } = options;
  const plain = scenarioOf({ capacitance_F: 10e-6, loss: 0 }, 1);
  const { mcu, nvm, radio, storage, reading_octets } = plain.stations;
  const conditions: ConditionFigures[] = [];
  const first: Moved[] = [];
  for (const condition of options.conditions) {
    onStep(conditionText(condition));
    const figures: WayFigures[] = [];
    for (const way of ways) {
      const moves: Moved[] = [];
      for (const seed of seeds) moves.push(await moved(way, seed, condition, { materials, options }));
      if (conditions.length === 0) first.push(moves[0]);
      figures.push(figuresOf(way, moves, plain.ap.trigger_period_s));
    }
    conditions.push({ ...condition, usable_J: usable_J(condition), ways: figures });
  }
  return {
    options: { seeds: seeds.length, network_ms, keyService_ms, patience_s },
    parts: { mcu, nvm, radio, storage },
    period_s: plain.ap.trigger_period_s,
    reading_octets,
    conditions,
    eap_J: ways.includes("rsn-preauth") ? eapOf(materials) : null,
    first,
  };
}

function moved(
  way: Way,
  seed: number,
  condition: Condition,
  { materials, options }: { readonly materials: MoveMaterials; readonly options: MeasureOptions },
): Promise<Moved> | Moved {
  const { patience_s, network_ms, keyService_ms } = options;
  const { crypto, release, roaming, rsn } = materials;
  const { uniform } = streamsOf(crypto, seed)("moves");
  const wish_s = WARM_s + uniform();
  const times: Times = { wish_s, move_s: wish_s + condition.lead_s + uniform(), patience_s };
  const scenario = scenarioOf(condition, seed);
  if (way === "rsn-eap" || way === "rsn-preauth") return rsnMove({ scenario, module: rsn, way, times });
  const module = way === "nothing" || way === "modifier" ? release : roaming;
  const network = { network_ms, networkLoss: condition.networkLoss };
  return ampMove({ scenario, materials: { crypto, module }, way, times, ...network, keyService_ms });
}

function scenarioOf(
  { capacitance_F, loss }: Pick<Condition, "capacitance_F" | "loss">,
  seed: number,
  harvest: object = {},
): Scenario {
  const { vOn_V, leak_Ohm, ...part } = valuesOf(profilesOf(checkScenario({}, "the default parts")).storage);
  const stations = { count: 1, vStart_V: vOn_V };
  // Of one kind of capacitor leakage grows as its capacitance does: R C stays.
  const storage = { capacitance_F, leak_Ohm: (leak_Ohm * part.capacitance_F) / capacitance_F };
  const air = { loss_down: loss, loss_up: loss };
  return checkScenario({ seed, stations, ap: AIR, air, harvest, override: { storage } }, "a move");
}

/** E = C (V_on² - V_off²) / 2 */
function usable_J(condition: Condition): number {
  const { capacitance_F, vOn_V, vOff_V } = valuesOf(profilesOf(scenarioOf(condition, 1)).storage);
  return (capacitance_F * (vOn_V ** 2 - vOff_V ** 2)) / 2;
}

function eapOf({ rsn }: MoveMaterials): number {
  const times = { move_s: WARM_s, patience_s: 10 };
  const scenario = scenarioOf({ capacitance_F: 100e-6, loss: 0 }, 1, AMPLE);
  const [full, short] = (["rsn-eap", "rsn-preauth"] as const).map((way) => {
    const { delay_s, after } = rsnMove({ scenario, module: rsn, way, times });
    if (delay_s === null) throw new Error("with all the power it wants a station did not come to a reading");
    return after.active_J;
  });
  return full - short;
}

/** @throws RangeError for no moves. */
export function figuresOf(way: Way, moves: readonly Moved[], period_s: number): WayFigures {
  const isTold = way === "xor" || way === "21a" || way === "21d";
  const preparations = moves.map(({ preparation_s }) => (preparation_s === null ? null : preparation_s / period_s));
  return {
    way,
    moves: moves.length,
    prepared: isTold ? shareOf(preparations.filter((one) => one !== null).length, moves.length) : null,
    preparation_periods: isTold ? spreadOf(preparations) : null,
    ended: shareOf(moves.filter(({ delay_s }) => delay_s !== null).length, moves.length),
    delay_s: spreadOf(moves.map(({ delay_s }) => delay_s)),
    before: sideOf(moves.map(({ before }) => before)),
    after: {
      ...sideOf(moves.map(({ after }) => after)),
      active_J: meanOf(moves.map(({ after }) => after.active_J)),
      deaths: meanOf(moves.map(({ after }) => after.deaths)),
    },
  };
}

function sideOf(sides: readonly Side[]): SideFigures {
  const messages = (of: (side: Side) => Traffic): Mean => meanOf(sides.map((side) => of(side).messages));
  const octets = (of: (side: Side) => Traffic): Mean => meanOf(sides.map((side) => of(side).octets));
  return {
    airMessages: messages(({ air }) => air),
    airOctets: octets(({ air }) => air),
    networkMessages: messages(({ network }) => network),
    networkOctets: octets(({ network }) => network),
    e_J: meanOf(sides.map(({ e_J }) => e_J)),
    nvm_octets: meanOf(sides.map(({ nvm_octets }) => nvm_octets)),
  };
}
