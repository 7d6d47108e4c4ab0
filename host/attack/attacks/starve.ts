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
import { TX_W, triggerAirtime_s } from "../attacker.ts";
import type { Kit } from "../kit.ts";

const us = 1e-6;
/** The AP leaves room for the attacker: two triggers a second, with as many slots as the MCU needs and no more. */
const PERIOD_s = 0.5;
const HARVESTS_uW = [20, 50, 100] as const;
/** The rate is found to this factor. */
const PRECISION = 1.05;

export const starve: Attack = {
  name: "starve",
  title: "forged triggers, as many a second as it takes until readings stop",
  needs: "a transmitter that is on all the time",

  run(kit) {
    const duration_s = kit.times(120, 20);
    const harvests = kit.isShort ? HARVESTS_uW.slice(0, 1) : HARVESTS_uW;
    const slots = slotsNeeded(kit);
    const octets = OVERHEAD_OCTETS + triggerMinOctets(kit.plan.profile, kit.scenario.ap.modifier);
    const most_Hz = Math.floor(1 / roundOf_s(kit, octets, slots));
    const hunts = harvests.map((harvest_uW) => hunted(kit, { harvest_uW, duration_s, slots, most_Hz }));
    const attacker_W = (rate_Hz: number): number => rate_Hz * TX_W.value * triggerAirtime_s(kit.plan, octets);
    const runs = hunts.flatMap((hunt) => hunt.runs);
    return {
      happens: [
        ...hunts.map(({ harvest_uW, quiet, half, tenth }) => {
          const alone = `On ${harvest_uW} uW a station brings ${perSecond(quiet)} readings a second`;
          if (!half)
            return `${alone}, and still more than half of them at ${most_Hz} forged triggers a second, all that fit.`;
          const rest = tenth ? `one in ten at ${tenth.rate_Hz.toPrecision(3)}` : "and never less than one in ten";
          return `${alone}; half as many at ${half.rate_Hz.toPrecision(3)} forged triggers a second, ${rest}.`;
        }),
        "When the attacker stops, the next trigger is answered as ever (R7): nothing but the charge is lost.",
      ],
      verdict: "open",
      stops:
        "nothing: availability is not claimed (section 1). A trigger code makes each forgery cheaper for the station: see trigger-code",
      figures: [
        ...hunts.flatMap(({ harvest_uW, quiet, half, tenth }): Figure[] => [
          simulated(`${harvest_uW} uW: readings left alone`, quiet.confirmed / duration_s, "Hz"),
          ...(half ? [simulated(`${harvest_uW} uW: forged triggers that leave half`, half.rate_Hz, "Hz")] : []),
          ...(half ? [derived(`${harvest_uW} uW: the attacker radiates for that`, attacker_W(half.rate_Hz), "W")] : []),
          ...(tenth ? [simulated(`${harvest_uW} uW: forged triggers that leave one in ten`, tenth.rate_Hz, "Hz")] : []),
        ]),
        counted(
          "rules broken in all these runs",
          sumOf(runs, ({ violations }) => violations),
          "violations",
        ),
        counted("simulations", runs.length, "runs"),
      ],
      checks: [
        check(
          "no rule is broken under the flood",
          runs.every(({ violations }) => violations === 0),
        ),
        check("a flood halves the readings of the poorest station", hunts[0].half !== undefined),
      ],
    };
  },
};

interface Run {
  readonly rate_Hz: number;
  readonly confirmed: number;
  readonly violations: number;
  readonly duration_s: number;
}

interface Setting {
  readonly harvest_uW: number;
  readonly duration_s: number;
  readonly slots: number;
  readonly most_Hz: number;
}

interface Hunt {
  readonly harvest_uW: number;
  readonly runs: readonly Run[];
  readonly quiet: Run;
  /** The least rate found that leaves no more than that part of the readings. */
  readonly half: Run | undefined;
  readonly tenth: Run | undefined;
}

function hunted(kit: Kit, setting: Setting): Hunt {
  const runs: Run[] = [];
  const runAt = (rate_Hz: number): Run => {
    const run = flooded(kit, setting, rate_Hz);
    runs.push(run);
    return run;
  };
  const quiet = runAt(0);
  const most = runAt(setting.most_Hz);
  const leastThatLeaves = (share: number): Run | undefined => {
    const leaves = ({ confirmed }: Run): boolean => confirmed <= share * quiet.confirmed;
    if (!leaves(most)) return undefined;
    let [low, found] = [0.25, most];
    while (found.rate_Hz / low > PRECISION) {
      const run = runAt(Math.sqrt(low * found.rate_Hz));
      if (leaves(run)) found = run;
      else low = run.rate_Hz;
    }
    return found;
  };
  const half = leastThatLeaves(0.5);
  return { harvest_uW: setting.harvest_uW, quiet, half, tenth: leastThatLeaves(0.1), runs };
}

function flooded(kit: Kit, { harvest_uW, duration_s, slots }: Setting, rate_Hz: number): Run {
  const simulation = kit.simulate({
    duration_s,
    "harvest.source": "constant",
    "harvest.constant.power_W": harvest_uW * us,
    "ap.trigger_period_s": PERIOD_s,
    "ap.slots": slots,
    "air.forged_trigger_period_s": rate_Hz === 0 ? 0 : 1 / rate_Hz,
  });
  const [{ tally }] = simulation.world.stations;
  return { rate_Hz, confirmed: tally.confirmed, violations: simulation.world.observer.violations, duration_s };
}

/** So many that a station can always meet one. */
function slotsNeeded({ plan }: Kit): number {
  return Math.min(255, 2 + Math.ceil((plan.ready_us * us) / plan.slot_s));
}

function roundOf_s({ plan }: Kit, octets: number, slots: number): number {
  return triggerAirtime_s(plan, octets) + slotStart_us(slots, plan.info) * us;
}

function perSecond({ confirmed, duration_s }: Run): string {
  return (confirmed / duration_s).toPrecision(3);
}

function sumOf(runs: readonly Run[], of: (run: Run) => number): number {
  return runs.reduce((all, run) => all + of(run), 0);
}
