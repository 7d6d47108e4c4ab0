/** Every kind of exchange that writes NVM, each from a record that makes it write. */
import { concat } from "../twin/bytes.ts";
import { midstates } from "../twin/hmac.ts";
import { CACHE, CELLS, cacheOctets, cellOctets, SLOTS, slotOctets } from "../twin/record.ts";
import { AA_LOW, labelled, MODIFIER, PROVISIONED, PSK } from "../vectors/world.ts";
import type { LifeOptions } from "./life.ts";

/** An exchange that writes, and how often NVM is written and in how many octets when nothing fails. */
export interface Kind {
  readonly name: string;
  readonly options: LifeOptions;
  readonly written_octets: number;
}

const [SLOT_A, SLOT_B] = SLOTS;
const ROOT_1 = labelled("powerloss, root 1", 32);
const rootsOf = (...roots: [number, Uint8Array][]): ReadonlyMap<number, Uint8Array> => new Map(roots);
const slotOf = (generation: number, root: Uint8Array): Uint8Array => slotOctets({ generation, key: midstates(root) });
const ANOTHER_PMK = midstates(labelled("powerloss, PMK", 32));

/** The provisioned record with these octets at these offsets. */
function image(...changes: [offset: number, octets: Uint8Array][]): Uint8Array {
  const octets = PROVISIONED.slice();
  for (const [offset, change] of changes) octets.set(change, offset);
  return octets;
}

const entryOf = (generation: number, modifier = MODIFIER): Uint8Array =>
  cacheOctets(generation, AA_LOW, modifier, ANOTHER_PMK);
const OTHER_MODIFIER = labelled("powerloss, Modifier", 8);
const BOTH_CELLS = concat(cellOctets(6), cellOctets(7));
/** Root 1 in slot B, root 0 still in slot A and an entry of generation 0: what an UPDATE leaves. */
const UPDATED = image([SLOT_B.offset, slotOf(1, ROOT_1)], [CACHE.offset, entryOf(0)], [CELLS[0].offset, BOTH_CELLS]);

// A cell: 8 octets, 12 where its complement has to be cleared first. A slot 72, the cache 92, or 76 and 96. A wipe: as
// many octets as the object has, less its check field where that is 0 already.
export const KINDS: readonly Kind[] = [
  { name: "the first exchange: counter, cache", options: {}, written_octets: 8 + 92 },
  {
    name: "the counter's cell was written before, direct mode",
    options: { modifier: null, image: image([CELLS[0].offset, BOTH_CELLS]) },
    written_octets: 12,
  },
  {
    name: "the cache holds another Modifier's PMK",
    options: { image: image([CELLS[0].offset, BOTH_CELLS], [CACHE.offset, entryOf(0, OTHER_MODIFIER)]) },
    written_octets: 12 + 96,
  },
  {
    name: "half a cache entry and half a slot are wiped",
    options: { image: image([CACHE.offset, entryOf(0).slice(0, 50)], [SLOT_B.offset, slotOf(1, ROOT_1).slice(0, 40)]) },
    written_octets: 8 + 68 + 88 + 92,
  },
  { name: "UPDATE into an empty slot", options: { isUpdating: true }, written_octets: 8 + 92 + 72 },
  {
    name: "UPDATE over the root before",
    options: { image: UPDATED, roots: rootsOf([1, ROOT_1]), newest: 1, isUpdating: true },
    written_octets: 12 + 92 + 92 + 76,
  },
  {
    name: "UPDATE over half a slot, direct mode",
    options: { modifier: null, image: image([SLOT_B.offset, slotOf(1, ROOT_1).slice(0, 40)]), isUpdating: true },
    written_octets: 8 + 72,
  },
  {
    name: "the first M3 under a new root: old root and old cache wiped, cache written",
    options: { image: UPDATED, roots: rootsOf([0, PSK], [1, ROOT_1]), newest: 1 },
    written_octets: 12 + 72 + 92 + 92,
  },
  {
    name: "the first M3 under a new root, direct mode, the generation wraps",
    options: {
      modifier: null,
      image: image([SLOT_A.offset, slotOf(255, PSK)], [SLOT_B.offset, slotOf(0, ROOT_1)], [CACHE.offset, entryOf(255)]),
      roots: rootsOf([255, PSK], [0, ROOT_1]),
      newest: 0,
    },
    written_octets: 8 + 72 + 92,
  },
];
