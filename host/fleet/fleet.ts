/* A fleet from its wish to what its cells told: from mark to mark, and at each mark who moves is carried from cell to cell. */
import type { Crypto } from "../crypto/crypto.ts";
import type { Materials } from "../sim/world.ts";
import { Crew } from "./crew.ts";
import { marksOf } from "./itinerary.ts";
import { checkFleet, type FleetWish } from "./plan.ts";
import type { CellTold } from "./told.ts";

export interface FleetRun {
  /** In their order. */
  readonly cells: readonly CellTold[];
  /** From one access point to another, begun and ended. */
  readonly moves: { readonly left: number; readonly came: number };
}

export interface FleetOptions {
  readonly workers: number;
  /** 0 to 1. */
  readonly onProgress?: (done: number) => void;
}

/** @throws ScenarioError, EnergyError, FleetError, each one sentence. */
export async function fleet(
  wish: FleetWish,
  { crypto, ...materials }: Pick<Materials, "crypto" | "module" | "trace" | "recording" | "converter" | "isRoaming">,
  { workers, onProgress }: FleetOptions,
): Promise<FleetRun> {
  checkFleet(wish);
  const marks = marksOf(wish, crypto as Crypto);
  const { duration_s } = wish.scenario;
  const crew = new Crew(wish, materials, workers);
  const cells: CellTold[] = [];
  const moves = { left: 0, came: 0 };
  /** Records of those that are on their way. */
  const carried = new Map<number, Uint8Array>();
  let [from_s, steps] = [0, 0];
  const progressTo = (until_s: number) => (told: CellTold | undefined) => {
    if (told) cells.push(told);
    steps++;
    onProgress?.((from_s + ((until_s - from_s) * steps) / wish.aps) / duration_s);
  };
  try {
    for (const { at_s, leaving, coming } of marks) {
      const own = (worker: number) => leaving.filter(({ from }) => crew.workerOf(from) === worker);
      const images = await crew.all((worker) => ({ kind: "until", at_s, leaving: own(worker) }), progressTo(at_s));
      for (const [worker, records] of images.entries()) {
        for (const [i, { station }] of own(worker).entries()) carried.set(station, records[i]);
      }
      const arrivals = coming.map(({ station, to }) => ({ station, to, image: carried.get(station) as Uint8Array }));
      for (const { station } of coming) carried.delete(station);
      await crew.all(
        (worker) => ({ kind: "comes", at_s, coming: arrivals.filter(({ to }) => crew.workerOf(to) === worker) }),
        () => {},
      );
      moves.left += leaving.length;
      moves.came += coming.length;
      [from_s, steps] = [at_s, 0];
    }
    await crew.all(() => ({ kind: "end" }), progressTo(duration_s));
  } finally {
    await crew.close();
  }
  cells.sort((a, b) => a.cell - b.cell);
  return { cells, moves };
}
