/* Fleets one after the other, with how far they are and how long it still takes. */
import { FleetError } from "../../fleet/crew.ts";
import { type FleetRun, fleet } from "../../fleet/fleet.ts";
import type { FleetWish } from "../../fleet/plan.ts";
import { type FleetResult, fleetResult } from "../../fleet/result.ts";
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

/** @throws UsageError, Failure */
export async function runFleets(
  wishes: readonly FleetWish[],
  { materials, traceHash }: Gathered,
  { workers, isQuiet }: { readonly workers: number; readonly isQuiet: boolean },
): Promise<Ran[]> {
  const ran: Ran[] = [];
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
    const run = await asVerb(() => fleet(wish, materials, { workers, onProgress }));
    ran.push({ run, result: fleetResult(wish, run, materials, { version: version(), traceHash }) });
  }
  teller.end();
  return ran;
}

async function asVerb<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isMisfit(error)) throw new UsageError(error.message);
    if (error instanceof FleetError) throw new Failure(error.message);
    throw error;
  }
}
