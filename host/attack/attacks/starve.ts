/*
 * How many forged triggers a second starve a station, by what it harvests: found by simulating, on a constant harvest.
 *
 * A stranger's trigger that would fall into a round of the AP's does not come (docs/SIMULATOR.md): what is measured is
 * the drain alone, without the collisions that any jammer can have.
 */
import { slotStart_us } from "../../channel/slots.ts";
import { OVERHEAD_OCTETS } from "../../wire/mac.ts";
import { triggerMinOctets } from "../../wire/trigger.ts";
import { type Attack, check, counted, derived, type Figure, simulated } from "../attack.ts";
import { triggerAirtime_s } from "../attacker.ts";
import { hunted, perSecond, radiated_W, slotsNeeded, violationsIn } from "../flooding.ts";
import type { Kit } from "../kit.ts";

const us = 1e-6;
const HARVESTS_uW = [20, 50, 100] as const;
/** So few leave a station on any of these harvests in peace. */
const LEAST_Hz = 0.25;

export const starve: Attack = {
  name: "starve",
  title: "forged triggers, as many a second as it takes until readings stop",
  needs: "a transmitter",

  run(kit) {
    const duration_s = kit.times(120, 20);
    const harvests = kit.isShort ? HARVESTS_uW.slice(0, 1) : HARVESTS_uW;
    const slots = slotsNeeded(kit);
    const octets = OVERHEAD_OCTETS + triggerMinOctets(kit.plan.profile, kit.scenario.ap.modifier);
    const most_Hz = Math.floor(1 / roundOf_s(kit, octets, slots));
    const hunts = harvests.map((harvest_uW) =>
      hunted(kit, { harvest_uW, duration_s, slots, most_Hz, least_Hz: LEAST_Hz }),
    );
    const runs = hunts.flatMap((hunt) => hunt.runs);
    return {
      happens: hunts.map(({ harvest_uW, quiet, half, tenth }) => {
        const alone = `On ${harvest_uW} uW a station brings ${perSecond(quiet)} readings a second`;
        const all = `${most_Hz} a second, as many as fit between the AP's rounds`;
        if (!half) return `${alone}, and still more than half of them at ${all}.`;
        const rest = tenth ? `one in ten at ${tenth.rate_Hz.toPrecision(3)}` : `more than one in ten at ${all}`;
        return `${alone}; half as many at ${half.rate_Hz.toPrecision(3)} forged triggers a second, ${rest}.`;
      }),
      verdict: "open",
      stops:
        "nothing: availability is not claimed (section 1). A trigger code makes each forgery cheaper for the station: see trigger-code. When it ends, the next trigger is answered as ever: see rogue-ap",
      figures: [
        ...hunts.flatMap(({ harvest_uW, quiet, half, tenth }): Figure[] => [
          simulated(`${harvest_uW} uW: readings left alone`, quiet.confirmed / duration_s, "Hz"),
          ...(half ? [simulated(`${harvest_uW} uW: forged triggers that leave half`, half.rate_Hz, "Hz")] : []),
          ...(half
            ? [derived(`${harvest_uW} uW: the attacker radiates for that`, radiated_W(kit, half.rate_Hz, octets), "W")]
            : []),
          ...(tenth ? [simulated(`${harvest_uW} uW: forged triggers that leave one in ten`, tenth.rate_Hz, "Hz")] : []),
        ]),
        counted("rules broken in all these runs", violationsIn(runs), "violations"),
        counted("simulations", runs.length, "runs"),
      ],
      checks: [
        check("no rule is broken under the flood", violationsIn(runs) === 0),
        check("a flood halves the readings of the poorest station", hunts[0].half !== undefined),
      ],
    };
  },
};

function roundOf_s({ plan }: Kit, octets: number, slots: number): number {
  return triggerAirtime_s(plan, octets) + slotStart_us(slots, plan.info) * us;
}
