/*
 * Forged triggers against a station on a constant harvest, as many a second as are asked for: simulated. And the search
 * for the least rate that leaves a given part of the readings.
 */
import { TX_W, triggerAirtime_s } from "./attacker.ts";
import type { Kit } from "./kit.ts";

const us = 1e-6;
/** The AP leaves room for the attacker: two triggers a second. */
const PERIOD_s = 0.5;
/** The rate is found to this factor. */
const PRECISION = 1.05;

export interface Run {
  readonly rate_Hz: number;
  readonly confirmed: number;
  readonly violations: number;
  readonly duration_s: number;
}

export interface Setting {
  readonly harvest_uW: number;
  readonly duration_s: number;
  /** Of the AP's triggers: so many that a station can always meet one. */
  readonly slots: number;
  /** The greatest rate that is tried, and the least. */
  readonly most_Hz: number;
  readonly least_Hz: number;
  /** What else is not as in the scenario. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

export interface Hunt {
  readonly harvest_uW: number;
  readonly runs: readonly Run[];
  readonly quiet: Run;
  /** The least rate found that leaves no more than that part of the readings. */
  readonly half: Run | undefined;
  readonly tenth: Run | undefined;
}

/** Simulates at one rate after the other. */
export function hunted(kit: Kit, setting: Setting): Hunt {
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
    let [low, found] = [setting.least_Hz, most];
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

/** Simulates at that rate. */
export function flooded(kit: Kit, { harvest_uW, duration_s, slots, settings }: Setting, rate_Hz: number): Run {
  const simulation = kit.simulate({
    duration_s,
    "harvest.source": "constant",
    "harvest.constant.power_W": harvest_uW * us,
    "ap.trigger_period_s": PERIOD_s,
    "ap.slots": slots,
    "air.forged_trigger_period_s": rate_Hz === 0 ? 0 : 1 / rate_Hz,
    ...settings,
  });
  const [{ tally }] = simulation.world.stations;
  return { rate_Hz, confirmed: tally.confirmed, violations: simulation.world.observer.violations, duration_s };
}

/** Of the AP's triggers: so many that a station can always meet one. */
export function slotsNeeded({ plan }: Kit): number {
  return Math.min(255, 2 + Math.ceil((plan.ready_us * us) / plan.slot_s));
}

export function perSecond({ confirmed, duration_s }: Run): string {
  return (confirmed / duration_s).toPrecision(3);
}

/** What the attacker radiates on average with triggers of so many octets. */
export function radiated_W({ plan }: Kit, rate_Hz: number, octets: number): number {
  return rate_Hz * TX_W.value * triggerAirtime_s(plan, octets);
}

export function violationsIn(runs: readonly Run[]): number {
  return runs.reduce((all, { violations }) => all + violations, 0);
}
