/*
 * Work for a comparison with other implementations of the same primitives (bench/peers): each export is nothing but
 * cryptography, made of the station's functions as the station's build makes them. Who calls it puts inputs into IO and
 * finds results there:
 *
 *     0  SEED, to be hashed      48  CONTEXT of a KDF       128  KEY of 32            160  NONCE of 13
 *   176  AAD of 22              200  AES_KEY of 16          216  PLAIN, up to 64      288  MIDSTATES, 64
 *   352  OUT: what a job makes, up to 80 octets
 */
import { copy, setBlock, wipe } from "../bytes";
import { ccm } from "../crypto/ccm";
import { prepare } from "../crypto/hmac";
import { derive, iterate, iteration, open } from "../crypto/kdf";
import { begin, finish, put, reorder } from "../crypto/message";
import { INITIAL } from "../crypto/sha256";
import { BLOCKS, DIGEST, LANES } from "../layout";

// @ts-ignore: the compiler defines both.
export { __data_end, __heap_base };

const IO: usize = memory.data(448, 16);
const SEED: usize = IO;
const CONTEXT: usize = IO + 48;
const KEY: usize = IO + 128;
const NONCE: usize = IO + 160;
const AAD: usize = IO + 176;
const AES_KEY: usize = IO + 200;
const PLAIN: usize = IO + 216;
const MIDSTATES: usize = IO + 288;
const OUT: usize = IO + 352;

const AAD_LENGTH: i32 = 22;

/** "AMP PTK", the first octet lowest. */
const LABEL: u64 = 0x4b5450_20504d41;
/** "Pairwise key expansion", IEEE Std 802.11-2020 12.7.1.3. */
// biome-ignore format: a word a column
const RSN_LABEL: usize = memory.data<u8>([
  0x50, 0x61, 0x69, 0x72, 0x77, 0x69, 0x73, 0x65, 0x20, 0x6b, 0x65, 0x79,
  0x20, 0x65, 0x78, 0x70, 0x61, 0x6e, 0x73, 0x69, 0x6f, 0x6e, 0, 0,
]);

/** Address of IO. */
export function io(): usize {
  return IO;
}

/** SHA-256 of the first `length` octets of SEED. */
export function hash(length: i32): void {
  begin();
  put(SEED, length);
  finish(INITIAL, 0);
  handOut(OUT);
}

/** MIDSTATES := those of KEY. */
export function midstates(): void {
  copy(DIGEST, KEY, 32);
  reorder(DIGEST, 32);
  prepare(MIDSTATES);
}

/** KDF-256 of the first `length` octets of CONTEXT, under MIDSTATES. */
export function kdf(length: i32): void {
  open(LABEL, 7);
  put(CONTEXT, length);
  derive(MIDSTATES);
  handOut(OUT);
}

/** KDF-384 of the 76 octets of CONTEXT, under MIDSTATES: two iterations, RSN's PTK. */
export function kdf384(): void {
  for (let i = 1; i <= 2; ++i) {
    iteration(i);
    put(RSN_LABEL, 22);
    put(CONTEXT, 76);
    iterate(MIDSTATES, 384);
    handOut(OUT + 32 * (i - 1));
  }
}

/** CCM over the first `length` octets of PLAIN under AES_KEY: to OUT, the tag behind them. */
export function seal(length: i32, isOpening: bool): void {
  const text = BLOCKS + 48;
  wipe(BLOCKS, 128);
  copy(BLOCKS + 1, NONCE, 13);
  // Adata, M = 8, L = 2.
  store<u8>(BLOCKS, 0x59);
  store<u16>(BLOCKS, length << 8, 14);
  store<u16>(BLOCKS, AAD_LENGTH << 8, 16);
  copy(BLOCKS + 18, AAD, AAD_LENGTH);
  copy(text, PLAIN, length);
  ccm(AES_KEY, text, length, isOpening);
  copy(OUT, text, length);
  setBlock(OUT + length, LANES);
}

function handOut(target: usize): void {
  reorder(DIGEST, 32);
  copy(target, DIGEST, 32);
}
