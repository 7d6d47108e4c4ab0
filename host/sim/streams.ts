/*
 * Named streams of random numbers: every use of chance in a run draws from a stream of its own, so that one more draw in
 * one place moves nothing anywhere else.
 *
 *     state of a stream = SHA-256("ampcore stream" ‖ seed ‖ 0 ‖ name), first four LE words
 *
 * and from there xoshiro128** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47(4),
 * 2021). Whole-number arithmetic only: the same numbers on every machine. For a simulation; no key of a real device may
 * come from here.
 */
import type { Crypto } from "../crypto/crypto.ts";

/** One stream. Its methods are bound: any of them can be handed on as a function. */
export interface Stream {
  /** Uniform in [0, 1), 53 bits. */
  readonly uniform: () => number;
  /** Uniform in 0 .. below - 1; below <= 2^32. */
  readonly whole: (below: number) => number;
  /** Fills `into` and returns it. */
  readonly fill: (into: Uint8Array) => Uint8Array;
}

/** Gives the stream of a name; the same name twice starts the same stream twice. */
export type Streams = (name: string) => Stream;

/** All streams of a seed. `seed`: as the scenario has it, a whole number. */
export function streamsOf(crypto: Pick<Crypto, "sha256">, seed: number): Streams {
  const text = new TextEncoder();
  return (name) => {
    const digest = crypto.sha256(text.encode(`ampcore stream${seed}\0${name}`));
    const words = new DataView(digest.buffer, digest.byteOffset);
    return streamFrom([0, 4, 8, 12].map((at) => words.getUint32(at, true)));
  };
}

/** The generator with its four words of state, not all of them 0. */
function streamFrom(state: readonly number[]): Stream {
  let [s0, s1, s2, s3] = state;

  const next = (): number => {
    const scrambled = Math.imul(rotated(Math.imul(s1, 5), 7), 9) >>> 0;
    const t = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = rotated(s3, 11);
    return scrambled;
  };

  return {
    uniform: () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53,

    whole(below) {
      // What lies above the last whole multiple would favour the small numbers: drawn again.
      const limit = 2 ** 32 - (2 ** 32 % below);
      for (;;) {
        const drawn = next();
        if (drawn < limit) return drawn % below;
      }
    },

    fill(into) {
      for (let at = 0; at < into.length; at += 4) {
        let word = next();
        for (let i = at; i < at + 4 && i < into.length; i++) {
          into[i] = word & 0xff;
          word >>>= 8;
        }
      }
      return into;
    },
  };
}

function rotated(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
