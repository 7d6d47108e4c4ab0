/** NVM records that a walk may start from: fresh ones, and what updates, torn writes and other APs leave behind. */
import { bigEndian, concat } from "../twin/bytes.ts";
import { midstates } from "../twin/hmac.ts";
import { CACHE, CELLS, COUNTER_MAX, cacheOctets, cellOctets, provision, SLOTS, slotOctets } from "../twin/record.ts";
import { AA_HIGH, labelled, MODIFIER, PSK, SPA } from "../vectors/world.ts";

interface StartingRecord {
  readonly nvm: Uint8Array;
  /** The newest root, and the generation that it is. */
  readonly generation: number;
  readonly root: Uint8Array;
}

const GENERATIONS = [0, 0, 0, 2, 254, 255];
const COUNTERS = [0, 6, 7, 255, 65535, COUNTER_MAX - 1, COUNTER_MAX];

/** One of them; `below(n)` draws a number of 0 .. n - 1. */
export function startingRecord(below: (n: number) => number): StartingRecord {
  const generation = GENERATIONS[below(GENERATIONS.length)];
  const root = generation === 0 ? PSK : labelled(`conformance, root ${generation}`, 32);
  const nvm = provision(SPA, midstates(PSK));
  const slot = below(2);
  nvm.fill(0, SLOTS[0].offset, CACHE.offset);
  nvm.set(slotOctets({ generation, key: midstates(root) }), SLOTS[slot].offset);
  nvm.set(otherSlot(below, generation), SLOTS[1 - slot].offset);
  nvm.set(cellOctets(COUNTERS[below(COUNTERS.length)]), CELLS[below(2)].offset);
  if (below(3) === 0) nvm.set(cellOctets(COUNTERS[below(COUNTERS.length)]), CELLS[below(2)].offset);
  nvm.set(cache(below, generation), CACHE.offset);
  return { nvm, generation, root };
}

/** Empty, the root before, or what a torn write of the next one leaves. */
function otherSlot(below: (n: number) => number, generation: number): Uint8Array {
  const before = slotOctets({ generation: (generation + 255) % 256, key: midstates(bigEndian(1, 32)) });
  const torn = concat(labelled("conformance, torn slot", 68).slice(0, below(68)), new Uint8Array(72)).slice(0, 72);
  return [new Uint8Array(72), before, torn][below(3)];
}

/** Empty, another AP's entry, one of another generation, or half an entry. */
function cache(below: (n: number) => number, generation: number): Uint8Array {
  const pmk = midstates(bigEndian(2, 32));
  const entry = cacheOctets(generation, AA_HIGH, MODIFIER, pmk);
  const old = cacheOctets((generation + 255) % 256, AA_HIGH, MODIFIER, pmk);
  const half = concat(entry.slice(0, 40), new Uint8Array(52));
  return [new Uint8Array(92), entry, old, half][below(4)];
}
