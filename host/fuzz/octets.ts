/* Octet strings and texts, changed without knowing what they mean; and words that mean something put in. */
import type { Stream } from "../sim/streams.ts";
import { concat } from "../wire/octets.ts";

const EDGES: readonly number[] = [0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff, 0x0a, 0x20, 0x2c, 0x2d];

export interface OctetRules {
  /** Never longer than this. */
  readonly max: number;
  /** What the reader of the octets knows: column names, keys, numbers at the edge. */
  readonly words: readonly Uint8Array[];
}

type Change = (octets: Uint8Array, other: Uint8Array, random: Stream, rules: OctetRules) => Uint8Array;

const joined = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);
const at = (octets: Uint8Array, random: Stream): number => random.whole(octets.length + 1);

const CHANGES: readonly Change[] = [
  (octets, _, random) => (octets.length === 0 ? octets : octets.with(random.whole(octets.length), random.whole(256))),
  (octets, _, random) =>
    octets.length === 0 ? octets : octets.with(random.whole(octets.length), EDGES[random.whole(EDGES.length)]),
  (octets, _, random) => {
    if (octets.length === 0) return octets;
    const i = random.whole(octets.length);
    return octets.with(i, octets[i] ^ (1 << random.whole(8)));
  },
  // a run taken out, doubled, or moved
  (octets, _, random) => {
    const from = at(octets, random);
    return joined(octets.subarray(0, from), octets.subarray(from + 1 + random.whole(8)));
  },
  (octets, _, random) => {
    const from = at(octets, random);
    const run = octets.subarray(from, from + 1 + random.whole(32));
    return joined(octets.subarray(0, from), run, octets.subarray(from));
  },
  (octets, _, random) => octets.subarray(0, at(octets, random)),
  (octets, _, random) => {
    const from = at(octets, random);
    return joined(octets.subarray(0, from), random.fill(new Uint8Array(1 + random.whole(4))), octets.subarray(from));
  },
  (octets, other, random) => joined(octets.subarray(0, at(octets, random)), other.subarray(at(other, random))),
  (octets, _, random, { words }) => {
    if (words.length === 0) return octets;
    const from = at(octets, random);
    const over = random.whole(2) === 0 ? 0 : random.whole(8);
    return joined(octets.subarray(0, from), words[random.whole(words.length)], octets.subarray(from + over));
  },
];

/** A changed copy, one to four changes of it. */
export function changedOctets(octets: Uint8Array, other: Uint8Array, random: Stream, rules: OctetRules): Uint8Array {
  let changed = octets;
  for (let n = 1 + random.whole(4); n > 0; n--) {
    changed = CHANGES[random.whole(CHANGES.length)](changed, other, random, rules);
  }
  return Uint8Array.from(changed.subarray(0, rules.max));
}

/** Shorter ones first, then the same length with a plain octet in one place. */
export function* smallerOctets(octets: Uint8Array, plain: number): Generator<Uint8Array> {
  for (let size = octets.length; size >= 1; size >>= 1) {
    for (let from = 0; from < octets.length; from += size) {
      yield Uint8Array.from(joined(octets.subarray(0, from), octets.subarray(from + size)));
    }
  }
  for (let i = 0; i < octets.length; i++) if (octets[i] !== plain) yield octets.with(i, plain);
}

/** Each pair of octets: where, as a share of the length, and what is flipped, 0 to cut there; where 0xff: the rest is appended. */
export function struckBy(octets: Uint8Array, pairs: Uint8Array): Uint8Array {
  let struck: Uint8Array = octets.slice();
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    const at = (pairs[i] * struck.length) >>> 8;
    if (pairs[i + 1] === 0) struck = struck.slice(0, at);
    else if (pairs[i] === 0xff) struck = concat(struck, pairs.slice(i + 1));
    else struck[at] ^= pairs[i + 1];
  }
  return struck;
}
