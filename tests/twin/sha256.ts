/**
 * SHA-256 as FIPS 180-4 (August 2015) writes it. The constants are computed from their definitions,
 * so that no table has to be believed. The chaining value is a public thing here: HMAC midstates need it.
 */
import { bigEndian, concat, fromBigEndian } from "./bytes.ts";

/** H(i): eight 32-bit words. FIPS 180-4 6.2. */
type Chaining = readonly number[];

/** Octets of one message block. FIPS 180-4 figure 1. */
export const BLOCK_octets = 64;

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate++) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  return primes;
}

/** First 32 bits of the fractional part of the k-th root of a prime = floor(root_k(prime * 2^32k)) mod 2^32. */
function rootFraction(prime: number, k: bigint): number {
  const radicand = BigInt(prime) << (32n * k);
  let low = 0n;
  let high = 1n << 48n;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle ** k <= radicand) low = middle;
    else high = middle;
  }
  return Number(low & 0xffffffffn);
}

/** K{256}: cube roots of the first 64 primes. FIPS 180-4 4.2.2. */
const K = firstPrimes(64).map((prime) => rootFraction(prime, 3n));
/** H(0): square roots of the first 8 primes. FIPS 180-4 5.3.3. */
export const H0: Chaining = firstPrimes(8).map((prime) => rootFraction(prime, 2n));

// FIPS 180-4 3.2 and 4.1.2, in its own letters.
const ROTR = (n: number, x: number): number => (x >>> n) | (x << (32 - n));
const SHR = (n: number, x: number): number => x >>> n;
const Ch = (x: number, y: number, z: number): number => (x & y) ^ (~x & z);
const Maj = (x: number, y: number, z: number): number => (x & y) ^ (x & z) ^ (y & z);
const Sigma0 = (x: number): number => ROTR(2, x) ^ ROTR(13, x) ^ ROTR(22, x);
const Sigma1 = (x: number): number => ROTR(6, x) ^ ROTR(11, x) ^ ROTR(25, x);
const sigma0 = (x: number): number => ROTR(7, x) ^ ROTR(18, x) ^ SHR(3, x);
const sigma1 = (x: number): number => ROTR(17, x) ^ ROTR(19, x) ^ SHR(10, x);
/** H(i) from H(i-1) and one block of 64 octets. FIPS 180-4 6.2.2. */
export function compress(previous: Chaining, block: Uint8Array): Chaining {
  // Sums are taken exactly and cut to 32 bits by >>> 0.
  const W: number[] = [];
  for (let t = 0; t < 16; t++) W.push(fromBigEndian(block.subarray(4 * t, 4 * t + 4)));
  for (let t = 16; t < 64; t++) W.push((sigma1(W[t - 2]) + W[t - 7] + sigma0(W[t - 15]) + W[t - 16]) >>> 0);
  let [a, b, c, d, e, f, g, h] = previous;
  for (let t = 0; t < 64; t++) {
    const T1 = h + Sigma1(e) + Ch(e, f, g) + K[t] + W[t];
    const T2 = Sigma0(a) + Maj(a, b, c);
    h = g;
    g = f;
    f = e;
    e = (d + T1) >>> 0;
    d = c;
    c = b;
    b = a;
    a = (T1 + T2) >>> 0;
  }
  return [a, b, c, d, e, f, g, h].map((word, i) => (word + previous[i]) >>> 0);
}

/** Eight words as 32 octets, each word most significant octet first. */
export function chainingOctets(chaining: Chaining): Uint8Array {
  return concat(...chaining.map((word) => bigEndian(word, 4)));
}

/** 32 octets as eight words. */
export function chainingWords(octets: Uint8Array): Chaining {
  return [0, 1, 2, 3, 4, 5, 6, 7].map((i) => fromBigEndian(octets.subarray(4 * i, 4 * i + 4)));
}

/**
 * The digest (32 octets) of a message of which `before_octets` octets, whole blocks, were already compressed into
 * `chaining`; `rest` is what follows them. Padding is that of FIPS 180-4 5.1.1.
 */
export function sha256From(chaining: Chaining, before_octets: number, rest: Uint8Array): Uint8Array {
  const length_bits = 8 * (before_octets + rest.length);
  const zeros = (2 * BLOCK_octets - 9 - (rest.length % BLOCK_octets)) % BLOCK_octets;
  const padded = concat(rest, 0x80, new Uint8Array(zeros), bigEndian(length_bits, 8));
  let h = chaining;
  for (let at = 0; at < padded.length; at += BLOCK_octets) h = compress(h, padded.subarray(at, at + BLOCK_octets));
  return chainingOctets(h);
}

/** SHA-256(message), 32 octets. */
export function sha256(message: Uint8Array): Uint8Array {
  return sha256From(H0, 0, message);
}
