/*
 * What a way costs on given parts: energy by phase with its band, time, the capacitor that it takes.
 */
import { AMP_SIFS, dlTail_us } from "../channel/airtime.ts";
import { PHASES, type Phase } from "../device/phase.ts";
import { Capacitor } from "../energy/capacitor.ts";
import { constant } from "../energy/harvest.ts";
import { valuesOf } from "../energy/profiles/profile.ts";
import { type Storage, usableEnergy_J } from "../energy/storage.ts";
import { Ledger } from "../sim/ledger.ts";
import { loadsOf } from "../sim/loads.ts";
import type { Profiles } from "../sim/profiles.ts";
import { Supply } from "../sim/supply.ts";
import { type Energy, type Mover, moverOf, withBand } from "../sim/tolerance.ts";
import { type Air, airtime_s, played } from "./step.ts";
import type { Way } from "./way.ts";

const us = 1e-6;
/** More than any way takes. */
const ENDLESS_F = 1e3;
export const FUEL_MAX = 2 ** 30;

export interface Price extends Energy {
  readonly byPhase: Readonly<Partial<Record<Phase, number>>>;
  /** The same with their bands. */
  readonly phases: Readonly<Partial<Record<Phase, Energy>>>;
  /** The number that moves it most. */
  readonly mover: Mover | undefined;
  /** From power-on to the last step, without waiting for a slot. */
  readonly t_s: number;
  /** On the air, both ways. */
  readonly airtime_s: number;
  /** The first slot that the answer is ready for, from 0; null where there are none. */
  readonly earliestSlot: number | null;
}

export function priced(way: Way, profiles: Profiles, air: Air): Price {
  const supply = endless(profiles);
  const steps = way.steps(profiles.mcu.weights);
  if (!played(steps, supply, air)) throw new Error(`${way.name} takes more than there is`);
  const { ledger } = supply;
  const spent = (Object.keys(PHASES) as Phase[])
    .map((phase) => [phase, withBand((source) => ledger.of(phase, source), profiles)] as const)
    .filter(([, { e_J }]) => e_J > 0);
  return {
    ...withBand((source) => ledger.ofSource(source), profiles),
    byPhase: Object.fromEntries(spent.map(([phase, { e_J }]) => [phase, e_J])),
    phases: Object.fromEntries(spent),
    mover: moverOf((source) => ledger.ofSource(source), profiles),
    t_s: supply.t_s,
    airtime_s: steps.reduce(
      (sum, step) => sum + (step.kind === "rx" || step.kind === "tx" ? airtime_s(step, air) : 0),
      0,
    ),
    earliestSlot: readyOf(way, profiles, air)?.slot ?? null,
  };
}

/** When an answer is ready, from the end of M1 with its padding, and the first slot that it can meet. */
export interface Ready {
  readonly ready_s: number;
  readonly slot: number;
}

/**
 * Slot k begins a SIFS and k slots after the end of M1, whose padding is time to compute in (PROTOCOL.md 4.2); undefined
 * where there are no slots.
 */
export function readyOf(way: Way, profiles: Profiles, air: Air): Ready | undefined {
  if (way.slot_s === null) return undefined;
  const supply = endless(profiles);
  played(way.answer(profiles.mcu.weights), supply, air);
  const ready_s = supply.t_s - dlTail_us(air.padding_us) * us;
  return { ready_s, slot: Math.max(0, Math.ceil((ready_s - AMP_SIFS.value * us) / way.slot_s)) };
}

/**
 * The least capacitance between these voltages on which the way is lived through from V_on without harvest, to a
 * thousandth: found by trying, leakage and all.
 */
export function leastCapacitance_F(way: Way, profiles: Profiles, air: Air): number {
  const values = valuesOf(profiles.storage);
  const steps = way.steps(profiles.mcu.weights);
  const rc_s = values.leak_Ohm * values.capacitance_F;
  const lives = (capacitance_F: number): boolean =>
    played(steps, supplied(profiles, { ...values, capacitance_F, leak_Ohm: rc_s / capacitance_F }), air);
  let [low, high] = [1e-9, 1];
  while (high / low > 1.001) {
    const middle = Math.sqrt(low * high);
    if (lives(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Charges of that capacitor, from V_on to V_off, that the way takes. Below 1 it is done in one life. */
export function charges(price: Energy, profiles: Profiles, capacitance_F: number): number {
  return price.e_J / usableEnergy_J({ ...valuesOf(profiles.storage), capacitance_F });
}

/** Power without end, from V_on. */
export function endless(profiles: Profiles): Supply {
  return supplied(profiles, { ...valuesOf(profiles.storage), capacitance_F: ENDLESS_F, leak_Ohm: Infinity });
}

function supplied(profiles: Profiles, storage: Storage): Supply {
  return new Supply(
    new Capacitor(storage, constant(0), storage.vOn_V),
    new Ledger(),
    loadsOf(profiles),
    profiles,
    FUEL_MAX,
  );
}
