/*
 * Fleets one after the other, with how far they are and how long it still takes. One that cannot be is refused by itself: the others
 * of its table are lived all the same.
 */
import { Crew, FleetError } from "../../fleet/crew.ts";
import { type FleetRun, fleet } from "../../fleet/fleet.ts";
import type { FleetWish } from "../../fleet/plan.ts";
import { type FleetOutcome, factsOf, fleetResult } from "../../fleet/result.ts";
import { isMisfit } from "../../sim/scenario/misfit.ts";
import { percent } from "../../text/units.ts";
import type { Gathered } from "../run/materials.ts";
import { Teller } from "../run/progress.ts";
import { Failure, UsageError } from "../verb.ts";
import { version } from "../version.ts";

export interface Ran {
  readonly outcome: FleetOutcome;
  /** undefined: it was refused. */
  readonly run?: FleetRun;
}

export interface RunOptions {
  readonly workers: number;
  readonly isQuiet: boolean;
  /** Hears of each that is done. */
  readonly onRan?: (ran: Ran) => void;
}

/** @throws UsageError where none of them can be, Failure */
export async function runFleets(
  wishes: readonly FleetWish[],
  { materials, traceHash }: Gathered,
  { workers, isQuiet, onRan }: RunOptions,
): Promise<Ran[]> {
  const ran: Ran[] = [];
  const teller = new Teller(isQuiet);
  const began_ms = Date.now();
  const { crypto, ...given } = materials;
  const crew = new Crew(given, workers);
  try {
    for (const wish of wishes) {
      const onProgress = (share: number): void => {
        const done = (ran.length + share) / wishes.length;
        const left_s = ((Date.now() - began_ms) * (1 - done)) / done / 1000;
        teller.tell(
          () =>
            `${percent(done)} of ${wishes.length === 1 ? "the fleet" : `${wishes.length} fleets`}, about ${Math.ceil(left_s)} s left`,
        );
      };
      const run = await livedOrRefused(() => fleet(wish, crew, crypto, onProgress));
      const one: Ran =
        typeof run === "string"
          ? { outcome: { fleet: factsOf(wish), refused: run } }
          : { run, outcome: fleetResult(wish, run, materials, { version: version(), traceHash }) };
      ran.push(one);
      onRan?.(one);
    }
  } finally {
    await crew.close();
    teller.end();
  }
  const [{ outcome }] = ran;
  if ("refused" in outcome && ran.every(({ run }) => run === undefined)) throw new UsageError(outcome.refused);
  return ran;
}

/** A sentence: why it cannot be. */
async function livedOrRefused(work: () => Promise<FleetRun>): Promise<FleetRun | string> {
  try {
    return await work();
  } catch (error) {
    if (isMisfit(error)) return error.message;
    if (error instanceof FleetError) throw new Failure(error.message);
    throw error;
  }
}
