/*
 * Every kind of NVM record that a life leaves behind: what a station does at an M1 or an M3 depends on it.
 */
import { TwinAp } from "../../../tests/twin/ap.ts";
import { CACHE, CELLS } from "../../../tests/twin/record.ts";
import { SPA } from "../../../tests/vectors/world.ts";
import type { Bed } from "../bed.ts";
import { update } from "../jobs.ts";

export interface Image {
  readonly name: string;
  readonly octets: Uint8Array;
}

/** The records of lives, and two APs that know all their roots: one triggers with a Modifier, the other is direct. */
export interface Past {
  readonly records: readonly Image[];
  readonly aps: readonly TwinAp[];
}

/** Where the CRC-32 of the cache stands. */
const CACHE_CHECK = CACHE.offset + CACHE.length - 4;

/** What is left behind by the lives of this station with its AP. */
export function pastOf(bed: Bed): Past {
  const found: Image[] = [];
  const keep = (name: string): void => {
    found.push({ name, octets: bed.nvm.octets.slice() });
  };
  /** As it is, with the boot counter in the other cell, and with a cache whose last write was torn. */
  const keepVariants = (name: string): void => {
    keep(name);
    bed.powerUp().waiting();
    keep(`${name}, a power cycle later`);
    const torn = bed.nvm.octets.slice();
    torn.fill(0, CACHE_CHECK, CACHE_CHECK + 4);
    found.push({ name: `${name}, cache torn`, octets: torn });
    const blank = bed.nvm.octets.slice();
    for (const { offset, length } of CELLS) blank.fill(0, offset, offset + length);
    found.push({ name: `${name}, no counter cell valid`, octets: blank });
  };
  keepVariants("as provisioned");
  bed.powerUp().secure();
  keepVariants("full cache");
  bed.powerUp();
  update(bed);
  keepVariants("two slots, cache of the old root");
  bed.powerUp().secure();
  keepVariants("one slot, generation 1");
  const direct = new TwinAp(bed.ap.aa, null);
  for (const generation of [0, 1]) direct.enrol(SPA, generation, bed.ap.rootOf(SPA, generation));
  return { records: found, aps: [bed.ap, direct] };
}
