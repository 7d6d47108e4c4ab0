/** What of the module a refused frame may not change: its session in memory, its globals, the record. */
import { globalsIn, globalsOf, type Peeked, withGlobals } from "../../support/deviceglobals.ts";
import { type Bed, OCTETS } from "./bed.ts";

/** The shipped module, its globals within reach. */
export const PEEKED = new WebAssembly.Module(withGlobals(OCTETS));

export interface Kept {
  readonly state: number;
  /** Memory behind the buffers, where the station keeps what it knows, constants included. */
  readonly memory: Uint8Array;
  readonly globals: readonly (number | bigint)[];
  readonly record: Uint8Array;
}

/** Octets of the payload buffer, behind which the station's own memory starts. */
const PAYLOAD_OCTETS = 112;

export function keptBy({ station, record, exports }: Bed): Kept {
  const start = exports.rsn_payload_buffer() + PAYLOAD_OCTETS;
  return {
    state: station.state,
    memory: station.memory.slice(start, exports.__heap_base.value),
    globals: globalsOf(exports),
    record,
  };
}

/** Positions at which the globals differ. */
export function changed(before: Kept, after: Kept): number[] {
  return after.globals.flatMap((value, i) => (value === before.globals[i] ? [] : [i]));
}

/** The one global that went through these values, one after each step. */
export function globalThat(bed: Bed, steps: readonly [step: () => void, value: number | bigint][]): Peeked {
  let candidates = globalsIn(bed.exports);
  for (const [step, value] of steps) {
    step();
    candidates = candidates.filter((global) => global.value === value);
  }
  if (candidates.length !== 1) throw new Error(`${candidates.length} globals went through these values`);
  return candidates[0];
}
