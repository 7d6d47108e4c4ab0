/**
 * A seeded stream of numbers in [0, 1), the same on every machine: mulberry32 (T. Ettinger). Tests of host/math and
 * host/energy draw from it; the simulator has named streams of its own.
 */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
}
