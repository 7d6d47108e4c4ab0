/* Fleets one after the other, with how far they are and how long it still takes. */
import { FleetError } from "../../fleet/crew.ts";
import { type FleetRun, fleet } from "../../fleet/fleet.ts";
import type { FleetWish } from "../../fleet/plan.ts";
import { type FleetResult, fleetResult, type Misfit } from "../../fleet/result.ts";
import { isMisfit } from "../../sim/scenario/misfit.ts";
import { percent } from "../../text/units.ts";
import type { Gathered } from "../run/materials.ts";
import { Teller } from "../run/progress.ts";
import { Failure, UsageError } from "../verb.ts";
import { version } from "../version.ts";

export interface Ran {
  readonly result: FleetResult;
  readonly run: FleetRun;
}

/**
 * In a table, what does not fit is told in its place; the others run.
 * @throws UsageError when none fits, Failure
 */
export async function runFleets(
  wishes: readonly FleetWish[],
  { materials, traceHash }: Gathered,
  { workers, isQuiet }: { readonly workers: number; readonly isQuiet: boolean },
): Promise<(Ran | Misfit)[]> {
  const ran: (Ran | Misfit)[] = [];
  const teller = new Teller(isQuiet);
  const began_ms = Date.now();
  for (const wish of wishes) {
    const onProgress = (share: number): void => {
      const done = (ran.length + share) / wishes.length;
      const left_s = ((Date.now() - began_ms) * (1 - done)) / done / 1000;
      teller.tell(
        () =>
          `${percent(done)} of ${wishes.length === 1 ? "the fleet" : `${wishes.length} fleets`}, about ${Math.ceil(left_s)} s left`,
      );
    };
    const run = await fitting(() => fleet(wish, materials, { workers, onProgress }));
    const { slots, trigger_period_s } = wish.scenario.ap;
    if (typeof run === "string") ran.push({ slots, triggerPeriod_s: trigger_period_s, misfit: run });
    else ran.push({ run, result: fleetResult(wish, run, materials, { version: version(), traceHash }) });
  }
  teller.end();
  const [first] = ran;
  if ("misfit" in first && ran.every((one) => "misfit" in one)) throw new UsageError(first.misfit);
  return ran;
}

/** What it gives, or why the wish does not fit together. */
async function fitting<T extends object>(work: () => Promise<T>): Promise<T | string> {
  try {
    return await work();
  } catch (error) {
    if (isMisfit(error)) return error.message;
    if (error instanceof FleetError) throw new Failure(error.message);
    throw error;
  }
}
