/*
 * A way lived through on power that comes and goes: from V_on on its steps run until they are done or the power fails; what
 * was done then is lost, and the next life begins with the first step. Random are the harvest and, where the way has slots,
 * the slot; each from a stream of its own.
 *
 * Assumption: the trigger comes when the station has booted, so that no listening is in it; a scenario has that.
 */
import { AMP_SIFS } from "../channel/airtime.ts";
import type { Crypto } from "../crypto/crypto.ts";
import { Capacitor } from "../energy/capacitor.ts";
import { valuesOf } from "../energy/profiles/profile.ts";
import { harvestsOf } from "../sim/harvests.ts";
import { Ledger } from "../sim/ledger.ts";
import { loadsOf } from "../sim/loads.ts";
import type { Profiles } from "../sim/profiles.ts";
import type { Scenario } from "../sim/scenario/schema.ts";
import { streamsOf } from "../sim/streams.ts";
import { Supply } from "../sim/supply.ts";
import { endless, FUEL_MAX, readyOf } from "./price.ts";
import { type Air, played, type Step } from "./step.ts";
import type { Way } from "./way.ts";

const us = 1e-6;
/** A harvest that does not bring the capacitor to V_on in an hour never does. */
const CHARGE_MAX_s = 3600;

export interface Lived {
  /** Until one was lived to its end, that one included; null: none of `lives_max` was. */
  readonly lives: number | null;
  /** From an empty capacitor to the reading, or to the last death. */
  readonly t_s: number;
}

export interface Living {
  readonly scenario: Scenario;
  readonly profiles: Profiles;
  readonly air: Air;
  readonly crypto: Crypto;
  /** That a trigger announces. */
  readonly slots: number;
  readonly seed: number;
}

/** Lives on the scenario's harvest and a capacitor of so many farads that leaks as the profile's does for its size. */
export function lived(way: Way, living: Living, capacitance_F: number, lives_max: number): Lived {
  const { scenario, profiles, air, crypto, seed } = living;
  const streams = streamsOf(crypto, seed);
  const storage = valuesOf(profiles.storage);
  const leak_Ohm = (storage.leak_Ohm * storage.capacitance_F) / capacitance_F;
  const capacitor = new Capacitor({ ...storage, capacitance_F, leak_Ohm }, harvestsOf(scenario, streams)(0), 0);
  const supply = new Supply(capacitor, new Ledger(), loadsOf(profiles), profiles, FUEL_MAX);
  const steps = way.steps(profiles.mcu.weights);
  const slot = slotOf(way, living);
  const random = streams("slots").uniform;
  for (let lives = 1; lives <= lives_max; lives++) {
    if (!capacitor.charge(capacitor.t_s + CHARGE_MAX_s)) return { lives: null, t_s: capacitor.t_s };
    if (played(inSlot(steps, slot, random), supply, air)) return { lives, t_s: capacitor.t_s };
  }
  return { lives: null, t_s: capacitor.t_s };
}

/** From power-on to the end of the way with a random slot, on power without end, s. */
export function latency_s(way: Way, living: Living): number {
  const { profiles, air, crypto, seed } = living;
  const supply = endless(profiles);
  const random = streamsOf(crypto, seed)("slots").uniform;
  played(inSlot(way.steps(profiles.mcu.weights), slotOf(way, living), random), supply, air);
  return supply.t_s;
}

interface Slots {
  readonly first: number;
  readonly count: number;
  readonly slot_s: number;
  /** From the end of M1, its padding included, until the answer is ready. */
  readonly ready_s: number;
  /** Which frame sent waits for it. */
  readonly slotted: number;
}

/** The slots that a way can meet; undefined where it has none. @throws Error when it can meet none of them. */
function slotOf(way: Way, { profiles, air, slots }: Living): Slots | undefined {
  const { slot_s, slotted = 0 } = way;
  const ready = readyOf(way, profiles, air);
  if (slot_s === null || ready === undefined) return undefined;
  if (ready.slot >= slots) throw new Error(`${way.name} meets none of ${slots} slots`);
  return { first: ready.slot, count: slots, slot_s, ready_s: ready.ready_s, slotted };
}

/** The steps with the wait for a slot, uniform among those that it can meet, in front of the frame that goes into it. */
function inSlot(steps: readonly Step[], slots: Slots | undefined, random: () => number): readonly Step[] {
  if (!slots) return steps;
  const { first, count, slot_s, ready_s, slotted } = slots;
  const slot = first + Math.floor(random() * (count - first));
  const t_s = AMP_SIFS.value * us + slot * slot_s - Math.max(0, ready_s);
  const sent = steps.flatMap(({ kind }, i) => (kind === "tx" ? [i] : []));
  const at = sent[slotted];
  return [...steps.slice(0, at), { kind: "sleep", t_s }, ...steps.slice(at)];
}
