/*
 * The attacker's side: what he sends, and what that costs him.
 */
import { dlAirtime_us, ulAirtime_us } from "../channel/airtime.ts";
import { assumed } from "../energy/quantity.ts";
import type { Plan } from "../sim/plan.ts";
import type { Stream } from "../sim/streams.ts";
import { BROADCAST_ID } from "../wire/mac.ts";
import type { Profile } from "../wire/profile.ts";
import { emitTrigger, MODIFIER_OCTETS, type Trigger } from "../wire/trigger.ts";
import { ACCESS } from "../wire/triggerinfo.ts";

const us = 1e-6;

/** What his transmitter radiates; the losses of its amplifier are his own affair and would only help the station. */
export const TX_W = assumed(0.1, "W", "20 dBm e.i.r.p., ETSI EN 300 328 V2.2.2 clause 4.3.2.2", [0.01, 10]);

/** The address of nobody's AP. */
export const STRANGE_AA = Uint8Array.of(0x06, 0xbd, 0, 0, 0, 0);

/** On the air, s. */
export function triggerAirtime_s({ dlRate_kbps, padding_us }: Plan, octets: number): number {
  return dlAirtime_us(octets, dlRate_kbps, padding_us) * us;
}

export function responseAirtime_s({ ulRate_kbps }: Plan, octets: number): number {
  return ulAirtime_us(octets, ulRate_kbps) * us;
}

export interface Forgery {
  readonly profile: Profile;
  readonly hasModifier: boolean;
  readonly aa?: Uint8Array;
  readonly dlData?: Uint8Array;
}

/** A trigger of his own making, to all, with a fresh ANonce and a fresh Modifier. */
export function forgedTrigger({ info }: Plan, random: Stream, wish: Forgery): Trigger {
  const { profile, hasModifier, aa = STRANGE_AA, dlData = new Uint8Array(0) } = wish;
  return {
    type: "Trigger",
    id: BROADCAST_ID,
    generation: 0,
    profile,
    info: { ...info, access: ACCESS.randomSlots, sessionId: random.whole(256) },
    aa,
    aNonce: random.fill(new Uint8Array(profile.N)),
    modifier: hasModifier ? random.fill(new Uint8Array(MODIFIER_OCTETS)) : undefined,
    dlData,
  };
}

/** The same as octets. */
export function forged(plan: Plan, random: Stream, wish: Forgery): Uint8Array {
  return emitTrigger(forgedTrigger(plan, random, wish));
}
