/* A fleet from its wish to what its cells told: from mark to mark, and at each mark who moves is carried from cell to cell. */
import type { Crypto } from "../crypto/crypto.ts";
import type { Crew } from "./crew.ts";
import { marksOf } from "./itinerary.ts";
import { checkFleet, type FleetWish } from "./plan.ts";
import type { CellTold } from "./told.ts";

export interface FleetRun {
  /** In their order. */
  readonly cells: readonly CellTold[];
  /** From one access point to another, begun and ended. */
  readonly moves: { readonly left: number; readonly came: number };
}

/**
 * `onProgress`: 0 to 1. The crew may live another fleet behind this one, one that failed included.
 * @throws ScenarioError, EnergyError, FleetError, each one sentence.
 */
export async function fleet(
  wish: FleetWish,
  crew: Crew,
  crypto: Pick<Crypto, "sha256">,
  onProgress?: (done: number) => void,
): Promise<FleetRun> {
  checkFleet(wish);
  const { duration_s } = wish.scenario;
  const cells: CellTold[] = [];
  const moves = { left: 0, came: 0 };
  /** Records of those that are on their way. */
  const carried = new Map<number, Uint8Array>();
  let from_s = 0;
  const progressTo = (until_s: number): ((part: number) => void) => {
    let parts = 0;
    return (part) => {
      parts += part;
      onProgress?.((from_s + (until_s - from_s) * Math.min(1, parts / wish.aps)) / duration_s);
    };
  };
  await crew.begin(wish);
  for (const { at_s, leaving, coming } of marksOf(wish, crypto)) {
    const own = (worker: number) => leaving.filter(({ from }) => crew.workerOf(from) === worker);
    const onPart = progressTo(at_s);
    const images = await crew.all((worker) => ({ kind: "until", at_s, leaving: own(worker) }), { onPart });
    for (const [worker, records] of images.entries()) {
      for (const [i, { station }] of own(worker).entries()) carried.set(station, records[i]);
    }
    const arrivals = coming.map(({ station, to }) => ({ station, to, image: carried.get(station) as Uint8Array }));
    for (const { station } of coming) carried.delete(station);
    await crew.all((worker) => ({
      ...{ kind: "comes", at_s },
      coming: arrivals.filter(({ to }) => crew.workerOf(to) === worker),
    }));
    moves.left += leaving.length;
    moves.came += coming.length;
    from_s = at_s;
  }
  await crew.all(() => ({ kind: "end" }), { onPart: progressTo(duration_s), onTold: (told) => cells.push(told) });
  cells.sort((a, b) => a.cell - b.cell);
  return { cells, moves };
}
