/*
 * Where a station's noise comes from, good or bad. Every source is a function of the number of the draw, so that a call
 * can be run again with the same noise.
 */
import { nodeCrypto } from "../crypto/node.ts";

/** Fills `into` at the n-th draw of a device's life; false: the source failed. */
export type Noise = (draw: number, into: Uint8Array) => boolean;

const text = new TextEncoder();

/** Fresh at every draw. */
export function freshNoise(label: string): Noise {
  const drawn: Uint8Array[] = [];
  return (draw, into) => {
    drawn[draw] ??= nodeCrypto.sha256(text.encode(`explore, noise of ${label}, draw ${draw}`));
    into.set(drawn[draw].subarray(0, into.length));
    return true;
  };
}

/** The same octets at every draw: the health test of PROTOCOL.md R2 cannot see it. */
export function constantNoise(label: string): Noise {
  const fresh = freshNoise(label);
  return (_draw, into) => fresh(0, into);
}

/** Fresh for the first octets of a draw, then one value for ever. */
export function stuckNoise(label: string, after_octets: number): Noise {
  const fresh = freshNoise(label);
  return (draw, into) => {
    fresh(draw, into);
    into.fill(0xa5, after_octets);
    return true;
  };
}

/** It says that it failed. */
export const failingNoise: Noise = () => false;
