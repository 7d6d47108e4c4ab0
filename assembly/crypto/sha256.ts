/*
 * SHA-256 compression, FIPS 180-4 (August 2015), 6.2.2.
 *
 * In the release build chaining values and blocks are words of the machine's own order, so that midstates and digests
 * that are hashed again pay for no byte swap; message.ts swaps what is an octet string. In the small build they are
 * octets as the standard has them, and swapped here. Nothing but values depends on the data.
 */
import { SMALL } from "../build";
import { SCHEDULE } from "../layout";

/** K, FIPS 180-4 4.2.2; last word first in the small build, whose schedule lies that way. */
// biome-ignore format: the table as the standard prints it
const K: usize = SMALL
  ? memory.data<u32>([
      0xc67178f2, 0xbef9a3f7, 0xa4506ceb, 0x90befffa, 0x8cc70208, 0x84c87814, 0x78a5636f, 0x748f82ee,
      0x682e6ff3, 0x5b9cca4f, 0x4ed8aa4a, 0x391c0cb3, 0x34b0bcb5, 0x2748774c, 0x1e376c08, 0x19a4c116,
      0x106aa070, 0xf40e3585, 0xd6990624, 0xd192e819, 0xc76c51a3, 0xc24b8b70, 0xa81a664b, 0xa2bfe8a1,
      0x92722c85, 0x81c2c92e, 0x766a0abb, 0x650a7354, 0x53380d13, 0x4d2c6dfc, 0x2e1b2138, 0x27b70a85,
      0x14292967, 0x06ca6351, 0xd5a79147, 0xc6e00bf3, 0xbf597fc7, 0xb00327c8, 0xa831c66d, 0x983e5152,
      0x76f988da, 0x5cb0a9dc, 0x4a7484aa, 0x2de92c6f, 0x240ca1cc, 0x0fc19dc6, 0xefbe4786, 0xe49b69c1,
      0xc19bf174, 0x9bdc06a7, 0x80deb1fe, 0x72be5d74, 0x550c7dc3, 0x243185be, 0x12835b01, 0xd807aa98,
      0xab1c5ed5, 0x923f82a4, 0x59f111f1, 0x3956c25b, 0xe9b5dba5, 0xb5c0fbcf, 0x71374491, 0x428a2f98,
    ])
  : memory.data<u32>([
      0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
      0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
      0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
      0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
      0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
      0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
      0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
      0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ]);

/** H(0), FIPS 180-4 5.3.3, in the order of the build. */
// biome-ignore format: the table as the standard prints it
export const INITIAL: usize = SMALL
  ? memory.data<u8>([
      0x6a, 0x09, 0xe6, 0x67, 0xbb, 0x67, 0xae, 0x85, 0x3c, 0x6e, 0xf3, 0x72, 0xa5, 0x4f, 0xf5, 0x3a,
      0x51, 0x0e, 0x52, 0x7f, 0x9b, 0x05, 0x68, 0x8c, 0x1f, 0x83, 0xd9, 0xab, 0x5b, 0xe0, 0xcd, 0x19,
    ])
  : memory.data<u32>([
      0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    ]);

/** The functions of FIPS 180-4 4.1.2, rotations nested so that each costs one operator less. */
class F {
  /** Σ0(x) = ROTR2(x) ^ ROTR13(x) ^ ROTR22(x) */
  // @ts-ignore: decorator
  @inline static S0(x: u32): u32 {
    return rotr<u32>(rotr<u32>(rotr<u32>(x, 9) ^ x, 11) ^ x, 2);
  }
  /** Σ1(x) = ROTR6(x) ^ ROTR11(x) ^ ROTR25(x) */
  // @ts-ignore: decorator
  @inline static S1(x: u32): u32 {
    return rotr<u32>(rotr<u32>(rotr<u32>(x, 14) ^ x, 5) ^ x, 6);
  }
  /** σ0(x) = ROTR7(x) ^ ROTR18(x) ^ SHR3(x) */
  // @ts-ignore: decorator
  @inline static s0(x: u32): u32 {
    return rotr<u32>(rotr<u32>(x, 11) ^ x, 7) ^ (x >>> 3);
  }
  /** σ1(x) = ROTR17(x) ^ ROTR19(x) ^ SHR10(x) */
  // @ts-ignore: decorator
  @inline static s1(x: u32): u32 {
    return rotr<u32>(rotr<u32>(x, 2) ^ x, 17) ^ (x >>> 10);
  }
  /** Ch(x, y, z) = (x & y) ^ (~x & z) */
  // @ts-ignore: decorator
  @inline static Ch(x: u32, y: u32, z: u32): u32 {
    return ((y ^ z) & x) ^ z;
  }
}

/**
 * The working variables are a window that slides down memory, a to h upwards, so that none is ever moved: a round makes
 * d the new e in place and puts the new a below. The schedule lies downwards, too, and a round's new a takes the place
 * of the word that the round has used:
 *
 *   SCHEDULE:  W[63] ... W[t+1] W[t] | a b c d e f g h | spent
 */
function compressSmall(source: usize, target: usize, block: usize): void {
  // W[t] for t < 16, upside down, and the chaining value above.
  let p: usize = 64;
  do {
    p -= 4;
    store<u32>(SCHEDULE + 252 - p, bswap<u32>(load<u32>(block + p)));
    if (p < 32) store<u32>(p, bswap<u32>(load<u32>(source + p)), SCHEDULE + 256);
  } while (p);
  // W[t] = σ1(W[t-2]) + W[t-7] + σ0(W[t-15]) + W[t-16]
  p = 192;
  do {
    p -= 4;
    store<u32>(
      p,
      F.s1(load<u32>(p, SCHEDULE + 8)) +
        load<u32>(p, SCHEDULE + 28) +
        F.s0(load<u32>(p, SCHEDULE + 60)) +
        load<u32>(p, SCHEDULE + 64),
      SCHEDULE,
    );
  } while (p);
  p = 256;
  do {
    p -= 4;
    const e = load<u32>(p, SCHEDULE + 20);
    const g = load<u32>(p, SCHEDULE + 28);
    const t1 =
      load<u32>(p, SCHEDULE + 32) +
      F.S1(e) +
      F.Ch(e, load<u32>(p, SCHEDULE + 24), g) +
      load<u32>(p, K) +
      load<u32>(p, SCHEDULE);
    store<u32>(p, load<u32>(p, SCHEDULE + 16) + t1, SCHEDULE + 16);
    const a = load<u32>(p, SCHEDULE + 4);
    const b = load<u32>(p, SCHEDULE + 8);
    store<u32>(p, t1 + F.S0(a) + (((load<u32>(p, SCHEDULE + 12) ^ b) & (a ^ b)) ^ b), SCHEDULE);
  } while (p);
  do {
    store<u32>(target + p, bswap<u32>(bswap<u32>(load<u32>(source + p)) + load<u32>(p, SCHEDULE)));
    p += 4;
  } while (p < 32);
}

/**
 * Eight rounds a turn, so that the working variables come back to their own names; the sixteen words of the schedule in
 * use live in locals, and the window moves on by eight.
 */
function compressFast(source: usize, target: usize, block: usize): void {
  let a = load<u32>(source);
  let b = load<u32>(source, 4);
  let c = load<u32>(source, 8);
  let d = load<u32>(source, 12);
  let e = load<u32>(source, 16);
  let f = load<u32>(source, 20);
  let g = load<u32>(source, 24);
  let h = load<u32>(source, 28);
  // Maj(a, b, c) = ((a ^ b) & (b ^ c)) ^ b, and this round's a ^ b is the next round's b ^ c: y and z take turns.
  let z = b ^ c;
  let y: u32;
  let w0 = load<u32>(block);
  let w1 = load<u32>(block, 4);
  let w2 = load<u32>(block, 8);
  let w3 = load<u32>(block, 12);
  let w4 = load<u32>(block, 16);
  let w5 = load<u32>(block, 20);
  let w6 = load<u32>(block, 24);
  let w7 = load<u32>(block, 28);
  let w8 = load<u32>(block, 32);
  let w9 = load<u32>(block, 36);
  let w10 = load<u32>(block, 40);
  let w11 = load<u32>(block, 44);
  let w12 = load<u32>(block, 48);
  let w13 = load<u32>(block, 52);
  let w14 = load<u32>(block, 56);
  let w15 = load<u32>(block, 60);
  for (let t: usize = 0; ; t += 32) {
    h += F.S1(e) + F.Ch(e, f, g) + load<u32>(t, K) + w0;
    d += h;
    y = a ^ b;
    h += F.S0(a) + ((y & z) ^ b);
    g += F.S1(d) + F.Ch(d, e, f) + load<u32>(t, K + 4) + w1;
    c += g;
    z = h ^ a;
    g += F.S0(h) + ((z & y) ^ a);
    f += F.S1(c) + F.Ch(c, d, e) + load<u32>(t, K + 8) + w2;
    b += f;
    y = g ^ h;
    f += F.S0(g) + ((y & z) ^ h);
    e += F.S1(b) + F.Ch(b, c, d) + load<u32>(t, K + 12) + w3;
    a += e;
    z = f ^ g;
    e += F.S0(f) + ((z & y) ^ g);
    d += F.S1(a) + F.Ch(a, b, c) + load<u32>(t, K + 16) + w4;
    h += d;
    y = e ^ f;
    d += F.S0(e) + ((y & z) ^ f);
    c += F.S1(h) + F.Ch(h, a, b) + load<u32>(t, K + 20) + w5;
    g += c;
    z = d ^ e;
    c += F.S0(d) + ((z & y) ^ e);
    b += F.S1(g) + F.Ch(g, h, a) + load<u32>(t, K + 24) + w6;
    f += b;
    y = c ^ d;
    b += F.S0(c) + ((y & z) ^ d);
    a += F.S1(f) + F.Ch(f, g, h) + load<u32>(t, K + 28) + w7;
    e += a;
    z = b ^ c;
    a += F.S0(b) + ((z & y) ^ c);
    if (t == 224) break;
    if (t < 192) {
      // W[t] = σ1(W[t-2]) + W[t-7] + σ0(W[t-15]) + W[t-16]
      w0 += F.s0(w1) + w9 + F.s1(w14);
      w1 += F.s0(w2) + w10 + F.s1(w15);
      w2 += F.s0(w3) + w11 + F.s1(w0);
      w3 += F.s0(w4) + w12 + F.s1(w1);
      w4 += F.s0(w5) + w13 + F.s1(w2);
      w5 += F.s0(w6) + w14 + F.s1(w3);
      w6 += F.s0(w7) + w15 + F.s1(w4);
      w7 += F.s0(w8) + w0 + F.s1(w5);
    }
    const x0 = w0;
    w0 = w8;
    w8 = x0;
    const x1 = w1;
    w1 = w9;
    w9 = x1;
    const x2 = w2;
    w2 = w10;
    w10 = x2;
    const x3 = w3;
    w3 = w11;
    w11 = x3;
    const x4 = w4;
    w4 = w12;
    w12 = x4;
    const x5 = w5;
    w5 = w13;
    w13 = x5;
    const x6 = w6;
    w6 = w14;
    w14 = x6;
    const x7 = w7;
    w7 = w15;
    w15 = x7;
  }
  store<u32>(target, a + load<u32>(source));
  store<u32>(target, b + load<u32>(source, 4), 4);
  store<u32>(target, c + load<u32>(source, 8), 8);
  store<u32>(target, d + load<u32>(source, 12), 12);
  store<u32>(target, e + load<u32>(source, 16), 16);
  store<u32>(target, f + load<u32>(source, 20), 20);
  store<u32>(target, g + load<u32>(source, 24), 24);
  store<u32>(target, h + load<u32>(source, 28), 28);
}

/**
 * target := compression of the chaining value at `source` with the block of 16 words at `block`.
 * `source` and `target` (eight words each) may be the same.
 */
export function compress(source: usize, target: usize, block: usize): void {
  if (SMALL) compressSmall(source, target, block);
  else compressFast(source, target, block);
}
