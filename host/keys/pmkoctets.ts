/** PMKs of one device as octets, on a disk and between processes: generation(1) ‖ PMK(32), up to 2 times, the newest last. */

import { concat } from "../wire/octets.ts";
import type { Pmk } from "./link.ts";
import { KEY_OCTETS } from "./roots.ts";
import type { RecordReader } from "./store/reader.ts";

const PMKS_MAX = 2;

export function emitPmks(pmks: readonly Pmk[]): Uint8Array {
  return concat(...pmks.flatMap(({ generation, pmk }) => [Uint8Array.of(generation), pmk]));
}

/** All that is left there. @throws RangeError for none, and for more than there may be. */
export function readPmks(reader: RecordReader): Pmk[] {
  const pmks: Pmk[] = [];
  while (reader.left > 0) {
    if (pmks.length === PMKS_MAX) {
      throw new RangeError(`PMKs before this one is ${PMKS_MAX}, where less than ${PMKS_MAX} is expected`);
    }
    pmks.push({ generation: reader.octet(), pmk: reader.take(KEY_OCTETS) });
  }
  if (pmks.length === 0) throw new RangeError("no PMK");
  return pmks;
}
