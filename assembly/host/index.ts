/*
 * The station's primitives for an access point: what host/crypto/wasm.ts calls, out of the very sources that the station is
 * made of, constant in time as there. The host lays out what a call works on and clears the RAM behind it: between two
 * calls all of it is zero.
 *
 *   RAM    0  LANES: what AES leaves, a MIC
 *        400  BLOCKS: what CCM and CMAC work on, 400 octets
 *        416  DIGEST (while hashing)
 *        800  KEY: of HMAC, 32 octets, or of AES, 16
 *        832  MIDSTATES, 64 octets
 *        896  INPUT: a message to hash, at most 119 octets, or the MIC that is expected
 */
import { differ, setBlock } from "../bytes";
import { ccm } from "../crypto/ccm";
import { cmac } from "../crypto/cmac";
import { hmac as macOf, prepare } from "../crypto/hmac";
import { begin, finish, put, reorder } from "../crypto/message";
import { INITIAL } from "../crypto/sha256";
import { BLOCKS, DIGEST, ENTRY, LANES, RAM_SIZE, RX } from "../layout";

/** Where a host finds its way from. */
export const ram: usize = LANES;
export const ramSize: usize = RAM_SIZE;
export const blocks: usize = BLOCKS;
export const digest: usize = DIGEST;
export const key: usize = ENTRY;
export const input: usize = RX;

const MIDSTATES: usize = ENTRY + 32;

/** DIGEST := SHA-256 of the `length` octets of INPUT. */
export function sha256(length: i32): void {
  begin();
  put(RX, length);
  finish(INITIAL, 0);
  reorder(DIGEST, 32);
}

/** DIGEST := HMAC-SHA-256 of the `length` octets of INPUT under the 32 of KEY. */
export function hmac(length: i32): void {
  setBlock(DIGEST, ENTRY);
  setBlock(DIGEST + 16, ENTRY + 16);
  reorder(DIGEST, 32);
  prepare(MIDSTATES);
  begin();
  put(RX, length);
  macOf(MIDSTATES);
  reorder(DIGEST, 32);
}

/** Seals the `length` octets at `payload` in place, under KEY; the MIC is left at LANES. */
export function ccmSeal(payload: usize, length: i32): void {
  ccm(ENTRY, payload, length, false);
}

/** Opens them, and answers 0 if the MIC is the `micLength` octets of INPUT. */
export function ccmOpen(payload: usize, length: i32, micLength: i32): u32 {
  ccm(ENTRY, payload, length, true);
  return differ(LANES, RX, micLength);
}

/** LANES := CMAC of the `length` octets (at least one) of BLOCKS under KEY. */
export function cmacOf(length: i32): void {
  cmac(ENTRY, BLOCKS, length);
}
