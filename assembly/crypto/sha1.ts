/*
 * SHA-1, FIPS 180-4 (August 2015) 6.1.2, as RSN's older AKMs take it: in HMAC, where its collisions do no harm.
 *
 * Chaining values are five words of the machine's own order; messages and digests are octets, and of any length.
 */
import { copy, swapWords } from "../bytes";
import { DIGEST, MESSAGE, SCHEDULE } from "../layout";

/** Octets of a chaining value and a digest. */
export const SHA1_SIZE: i32 = 20;

/** The functions of FIPS 180-4 4.1.1. */
class F {
  /** Ch(x, y, z) = (x & y) ^ (~x & z) */
  // @ts-ignore: decorator
  @inline static Ch(x: u32, y: u32, z: u32): u32 {
    return ((y ^ z) & x) ^ z;
  }
  /** Maj(x, y, z) = (x & y) ^ (x & z) ^ (y & z) */
  // @ts-ignore: decorator
  @inline static Maj(x: u32, y: u32, z: u32): u32 {
    return ((x ^ z) & (y ^ z)) ^ z;
  }
}

/** The chaining value at `target` := H(0), 5.3.1. */
export function initialSha1(target: usize): void {
  store<u32>(target, 0x67452301);
  store<u32>(target, 0xefcdab89, 4);
  store<u32>(target, 0x98badcfe, 8);
  store<u32>(target, 0x10325476, 12);
  store<u32>(target, 0xc3d2e1f0, 16);
}

/** target := compression of the chaining value at `source` (they may be the same) with the 64 octets at `block`. */
export function compressSha1(source: usize, target: usize, block: usize): void {
  let t: usize = 0;
  do {
    store<u32>(t, bswap<u32>(load<u32>(block + t)), SCHEDULE);
    t += 4;
  } while (t < 64);
  // W[t] = ROTL1(W[t-3] ^ W[t-8] ^ W[t-14] ^ W[t-16])
  t = 0;
  do {
    const far = load<u32>(t, SCHEDULE + 8) ^ load<u32>(t, SCHEDULE);
    const word = load<u32>(t, SCHEDULE + 52) ^ load<u32>(t, SCHEDULE + 32) ^ far;
    store<u32>(t, rotl<u32>(word, 1), SCHEDULE + 64);
    t += 4;
  } while (t < 256);

  let a = load<u32>(source);
  let b = load<u32>(source, 4);
  let c = load<u32>(source, 8);
  let d = load<u32>(source, 12);
  let e = load<u32>(source, 16);
  // A round is e += ROTL5(a) + f(b, c, d) + K + W[t], b = ROTL30(b), and every name becomes the next one: with five rounds
  // a turn the working variables come back to their own.
  for (t = 0; t < 80; t += 20) {
    e += rotl<u32>(a, 5) + load<u32>(t, SCHEDULE) + F.Ch(b, c, d) + 0x5a827999;
    b = rotl<u32>(b, 30);
    d += rotl<u32>(e, 5) + load<u32>(t, SCHEDULE + 4) + F.Ch(a, b, c) + 0x5a827999;
    a = rotl<u32>(a, 30);
    c += rotl<u32>(d, 5) + load<u32>(t, SCHEDULE + 8) + F.Ch(e, a, b) + 0x5a827999;
    e = rotl<u32>(e, 30);
    b += rotl<u32>(c, 5) + load<u32>(t, SCHEDULE + 12) + F.Ch(d, e, a) + 0x5a827999;
    d = rotl<u32>(d, 30);
    a += rotl<u32>(b, 5) + load<u32>(t, SCHEDULE + 16) + F.Ch(c, d, e) + 0x5a827999;
    c = rotl<u32>(c, 30);
  }
  for (; t < 160; t += 20) {
    e += rotl<u32>(a, 5) + load<u32>(t, SCHEDULE) + (b ^ c ^ d) + 0x6ed9eba1;
    b = rotl<u32>(b, 30);
    d += rotl<u32>(e, 5) + load<u32>(t, SCHEDULE + 4) + (a ^ b ^ c) + 0x6ed9eba1;
    a = rotl<u32>(a, 30);
    c += rotl<u32>(d, 5) + load<u32>(t, SCHEDULE + 8) + (e ^ a ^ b) + 0x6ed9eba1;
    e = rotl<u32>(e, 30);
    b += rotl<u32>(c, 5) + load<u32>(t, SCHEDULE + 12) + (d ^ e ^ a) + 0x6ed9eba1;
    d = rotl<u32>(d, 30);
    a += rotl<u32>(b, 5) + load<u32>(t, SCHEDULE + 16) + (c ^ d ^ e) + 0x6ed9eba1;
    c = rotl<u32>(c, 30);
  }
  for (; t < 240; t += 20) {
    e += rotl<u32>(a, 5) + load<u32>(t, SCHEDULE) + F.Maj(b, c, d) + 0x8f1bbcdc;
    b = rotl<u32>(b, 30);
    d += rotl<u32>(e, 5) + load<u32>(t, SCHEDULE + 4) + F.Maj(a, b, c) + 0x8f1bbcdc;
    a = rotl<u32>(a, 30);
    c += rotl<u32>(d, 5) + load<u32>(t, SCHEDULE + 8) + F.Maj(e, a, b) + 0x8f1bbcdc;
    e = rotl<u32>(e, 30);
    b += rotl<u32>(c, 5) + load<u32>(t, SCHEDULE + 12) + F.Maj(d, e, a) + 0x8f1bbcdc;
    d = rotl<u32>(d, 30);
    a += rotl<u32>(b, 5) + load<u32>(t, SCHEDULE + 16) + F.Maj(c, d, e) + 0x8f1bbcdc;
    c = rotl<u32>(c, 30);
  }
  for (; t < 320; t += 20) {
    e += rotl<u32>(a, 5) + load<u32>(t, SCHEDULE) + (b ^ c ^ d) + 0xca62c1d6;
    b = rotl<u32>(b, 30);
    d += rotl<u32>(e, 5) + load<u32>(t, SCHEDULE + 4) + (a ^ b ^ c) + 0xca62c1d6;
    a = rotl<u32>(a, 30);
    c += rotl<u32>(d, 5) + load<u32>(t, SCHEDULE + 8) + (e ^ a ^ b) + 0xca62c1d6;
    e = rotl<u32>(e, 30);
    b += rotl<u32>(c, 5) + load<u32>(t, SCHEDULE + 12) + (d ^ e ^ a) + 0xca62c1d6;
    d = rotl<u32>(d, 30);
    a += rotl<u32>(b, 5) + load<u32>(t, SCHEDULE + 16) + (c ^ d ^ e) + 0xca62c1d6;
    c = rotl<u32>(c, 30);
  }
  store<u32>(target, a + load<u32>(source));
  store<u32>(target, b + load<u32>(source, 4), 4);
  store<u32>(target, c + load<u32>(source, 8), 8);
  store<u32>(target, d + load<u32>(source, 12), 12);
  store<u32>(target, e + load<u32>(source, 16), 16);
}

/**
 * DIGEST := the digest, 20 octets, of the `length` octets at `source` behind `before` others (a multiple of 64) that the
 * chaining value at `start` has taken. The octets stay, unless they stand in DIGEST or in the first block of MESSAGE.
 */
export function sha1(start: usize, source: usize, length: i32, before: i32): void {
  const bits = (length + before) << 3;
  copy(DIGEST, start, SHA1_SIZE);
  while (length >= 64) {
    compressSha1(DIGEST, DIGEST, source);
    source += 64;
    length -= 64;
  }
  copy(MESSAGE, source, length);
  // 5.1.1: one bit, then zeros up to the length.
  let at: usize = MESSAGE + length;
  const last: usize = length > 55 ? MESSAGE + 64 : MESSAGE;
  let padding: u32 = 0x80;
  do {
    store<u32>(at, padding);
    at += 4;
    padding = 0;
  } while (at < last + 60);
  store<u32>(last, bswap<u32>(bits), 60);
  compressSha1(DIGEST, DIGEST, MESSAGE);
  if (last != MESSAGE) compressSha1(DIGEST, DIGEST, last);
  swapWords(DIGEST, SHA1_SIZE);
}
