/*
 * A trigger that announces 255 slots of a quarter of a second each: whoever takes it waits for one of them, and is away
 * from the AP until the last is over.
 */
import { OVERHEAD_OCTETS } from "../../wire/mac.ts";
import { triggerMinOctets } from "../../wire/trigger.ts";
import { SLOT_UNIT_us } from "../../wire/triggerinfo.ts";
import { type Attack, check, counted, derived, simulated } from "../attack.ts";
import { flooded, hunted, perSecond, radiated_W, type Setting, slotsNeeded, violationsIn } from "../flooding.ts";

const us = 1e-6;
/** The most that TriggerInfo can say (PROTOCOL.md section 2). */
const LONGEST = { slots: 255, slotDuration_4us: 0xffff } as const;
const HARVEST_uW = 50;
/** A bound of the radio side's own: longer than any AP's round needs to be. */
const BOUND_s = 0.1;
const LEAST_Hz = 1e-3;
const MOST_Hz = 2;

export const silence: Attack = {
  name: "silence",
  title: "one trigger with very long slots keeps every station in range away from its AP",
  needs: "a transmitter, for a fraction of a millisecond a minute",

  run(kit) {
    const span_s = LONGEST.slots * LONGEST.slotDuration_4us * SLOT_UNIT_us * us;
    const duration_s = kit.times(1800, 300);
    const settings = {
      "air.forged_trigger_slots": LONGEST.slots,
      "air.forged_trigger_slot_us": LONGEST.slotDuration_4us * SLOT_UNIT_us,
    };
    const setting: Setting = {
      ...{ harvest_uW: HARVEST_uW, duration_s, slots: slotsNeeded(kit), settings },
      ...{ least_Hz: LEAST_Hz, most_Hz: MOST_Hz },
    };
    const { quiet, half, tenth, runs } = hunted(kit, setting);
    const octets = OVERHEAD_OCTETS + triggerMinOctets(kit.plan.profile, kit.scenario.ap.modifier);
    const bounded = { ...setting, settings: { ...settings, "stations.wait_max_s": BOUND_s } };
    const defended = flooded(kit, bounded, tenth?.rate_Hz ?? MOST_Hz);
    const power_W = radiated_W(kit, tenth?.rate_Hz ?? MOST_Hz, octets);
    return {
      happens: [
        `TriggerInfo can announce ${span_s.toFixed(1)} s of slots. A station that takes such a trigger waits for one of them asleep, says its M2 to an AP that has no key for it, and hears no trigger of its AP until they are over.`,
        `On ${HARVEST_uW} uW a station brings ${perSecond(quiet)} readings a second; half as many with one such trigger each ${every(half?.rate_Hz)}, one in ten with one each ${every(tenth?.rate_Hz)}: ${(power_W * 1e6).toPrecision(2)} uW radiated on average, for all stations in range.`,
        `With a bound of ${BOUND_s} s on the slots that it waits for, the same station brings ${perSecond(defended)} at that rate.`,
      ],
      verdict: "open",
      stops:
        "nothing in the profile: which triggers a station answers is its radio side's choice (4.2). The candidate that is measured, to answer none whose slots last longer than its APs need, costs nothing and stops it",
      figures: [
        derived("the longest span of slots", span_s, "s"),
        simulated("readings left alone", quiet.confirmed / duration_s, "Hz"),
        simulated("such triggers that leave half", half?.rate_Hz ?? 0, "Hz"),
        simulated("such triggers that leave one in ten", tenth?.rate_Hz ?? 0, "Hz"),
        derived("the attacker radiates for that", power_W, "W"),
        simulated(`readings at that rate with a bound of ${BOUND_s} s`, defended.confirmed / duration_s, "Hz"),
        counted("rules broken in all these runs", violationsIn([...runs, defended]), "violations"),
      ],
      checks: [
        check("no rule is broken", violationsIn([...runs, defended]) === 0),
        check("a few such triggers a minute leave one reading in ten", tenth !== undefined && tenth.rate_Hz < 0.5),
        check("the bound gives back nine readings in ten", defended.confirmed > 0.9 * quiet.confirmed),
      ],
    };
  },
};

function every(rate_Hz: number | undefined): string {
  return rate_Hz === undefined ? "never found" : `${(1 / rate_Hz).toPrecision(3)} s`;
}
