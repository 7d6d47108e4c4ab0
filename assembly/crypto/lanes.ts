/*
 * Blocks into and out of the two lanes of the cipher (aes.ts): a block's four columns stand eight octets apart there.
 * By convention lane 0 chains a MAC and lane 1 takes the key, then counters.
 */
import { LANES } from "../layout";

/** Lane 1 := the block at `source`. */
export function setLane1(source: usize): void {
  store<u32>(LANES + 4, load<u32>(source));
  store<u32>(LANES + 12, load<u32>(source, 4));
  store<u32>(LANES + 20, load<u32>(source, 8));
  store<u32>(LANES + 28, load<u32>(source, 12));
}

/** Lane 0 := lane 0 ^ the block at `source`: one step of CBC-MAC, ahead of the cipher. */
export function addLane0(source: usize): void {
  store<u32>(LANES, load<u32>(LANES) ^ load<u32>(source));
  store<u32>(LANES + 8, load<u32>(LANES + 8) ^ load<u32>(source, 4));
  store<u32>(LANES + 16, load<u32>(LANES + 16) ^ load<u32>(source, 8));
  store<u32>(LANES + 24, load<u32>(LANES + 24) ^ load<u32>(source, 12));
}

/** The block at `target` := itself ^ the lane at `lane` (LANES or LANES + 4). */
export function addFrom(lane: usize, target: usize): void {
  for (let i: usize = 0; i < 16; i += 4) store<u32>(target + i, load<u32>(target + i) ^ load<u32>(lane + (i << 1)));
}
