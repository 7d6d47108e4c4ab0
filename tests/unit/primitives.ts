/*
 * The device's primitives, made by the station's own functions, for tests from outside. Here every chaining value, block
 * and digest is octets as the standards print them, whatever order of words a build hashes in.
 */
import { encrypt as encipher } from "../../assembly/crypto/aes";
import { ccm } from "../../assembly/crypto/ccm";
import { cmac } from "../../assembly/crypto/cmac";
import { hmac, prepare } from "../../assembly/crypto/hmac";
import { derive, open } from "../../assembly/crypto/kdf";
import { begin, finish, put, reorder } from "../../assembly/crypto/message";
import { compress, INITIAL } from "../../assembly/crypto/sha256";
import { crc16, crc32 } from "../../assembly/frame/crc";
import { BLOCKS, DIGEST, ENTRY, LANE_1, LANES, MESSAGE, RX, SCRATCH, SCRATCH_SIZE, TK } from "../../assembly/layout";

export { ccm, cmac, crc16, crc32 };

/** Room for what a function is given, 208 octets; for a pair of midstates, 64; and for a key of AES, 16. */
export const input: usize = RX;
export const midstates: usize = ENTRY;
export const key: usize = TK;
/** Where digests come, 32 octets. */
export const digest: usize = DIGEST;
/** The two blocks of the cipher; its key goes to lane 1. */
export const lane0: usize = LANES;
export const lane1: usize = LANE_1;
/** What CCM and CMAC work on, 144 octets, and where they leave the full MIC. */
export const blocks: usize = BLOCKS;
export const mic: usize = LANES;
/** Where a primitive may leave anything. */
export const scratch: usize = SCRATCH;
export const scratchSize: usize = SCRATCH_SIZE;

/** Enciphers both lanes: an instance of a generic function is not exported as it is. */
export function encrypt(schedule: bool): void {
  encipher(schedule);
}

/** The chaining value at `target` := H(0). */
export function setInitial(target: usize): void {
  memory.copy(target, INITIAL, 32);
  reorder(target, 32);
}

/** The chaining value at `chaining`, advanced by the block of 64 octets at `block`, to `target`. */
export function advance(chaining: usize, target: usize, block: usize): void {
  memory.copy(MESSAGE, block, 64);
  reorder(MESSAGE, 64);
  memory.copy(DIGEST, chaining, 32);
  reorder(DIGEST, 32);
  compress(DIGEST, DIGEST, MESSAGE);
  reorder(DIGEST, 32);
  memory.copy(target, DIGEST, 32);
}

/** Digest of the `length` octets (0 to 119) at `source`, behind `before` others that the chaining value has taken. */
export function hash(chaining: usize, source: usize, length: i32, before: i32): void {
  reorder(chaining, 32);
  begin();
  put(source, length);
  finish(chaining, before);
  reorder(chaining, 32);
  reorder(DIGEST, 32);
}

/** The midstates of the key of 32 octets at `source`. */
export function setKey(source: usize): void {
  memory.copy(DIGEST, source, 32);
  reorder(DIGEST, 32);
  prepare(midstates);
  reorder(midstates, 64);
}

/** HMAC of the `length` octets (0 to 119) at `source` under the midstates. */
export function mac(source: usize, length: i32): void {
  reorder(midstates, 64);
  begin();
  put(source, length);
  hmac(midstates);
  reorder(midstates, 64);
  reorder(DIGEST, 32);
}

/** KDF-256 under the midstates of a label of `size` octets (0 to 8) and a context, `length` octets (at least 8) at `source`. */
export function kdf(source: usize, size: i32, length: i32): void {
  reorder(midstates, 64);
  open(load<u64>(source), size);
  put(source + size, length - size);
  derive(midstates);
  reorder(midstates, 64);
  reorder(DIGEST, 32);
}
