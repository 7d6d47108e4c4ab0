/*
 * SHA-256 (FIPS 180-4, August 2015) in place: nothing is allocated but a digest, and nothing of a message stays behind.
 *
 * Every addition of a round is cut to 32 bits by itself (| 0): V8 then keeps to integer registers, three times as fast.
 */

/** H(i): eight 32-bit words. */
export type Chain = Int32Array;

export const BLOCK_OCTETS = 64;
export const DIGEST_OCTETS = 32;
export const CHAIN_WORDS = 8;

/** 5.3.3: the first 32 bits of the fractional parts of the square roots of the first eight primes. */
const H_0: Chain = Int32Array.from([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]);

/** 4.2.2: the same of the cube roots of the first 64 primes. */
// biome-ignore format: the table as the standard prints it
const K = Int32Array.of(
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
);

/** 5.1.1: a last block has room for the message's end, one octet 0x80 and a length of eight octets. */
const LENGTH_AT = BLOCK_OCTETS - 8;

// Scratch, all zero between two calls.
const W = new Int32Array(64);
const CHAIN: Chain = new Int32Array(CHAIN_WORDS);
const TAIL = new Uint8Array(BLOCK_OCTETS);
const TAIL_FIELDS = new DataView(TAIL.buffer);

/** SHA-256 of any number of octets: 32 octets. */
export function sha256(message: Uint8Array): Uint8Array {
  begin(CHAIN);
  finish(CHAIN, 0, message);
  const digest = new Uint8Array(DIGEST_OCTETS);
  putChain(CHAIN, digest);
  CHAIN.fill(0);
  return digest;
}

/** chain := H(0). */
export function begin(chain: Chain): void {
  chain.set(H_0);
}

/**
 * Ends a hash: chain, in which `before` octets are compressed already (whole blocks), becomes the words of the digest
 * of those octets ‖ rest, padded as 5.1.1 says: a bit 1, zeros, and the length in bits as 64 bits.
 */
export function finish(chain: Chain, before: number, rest: Uint8Array): void {
  const left = rest.length % BLOCK_OCTETS;
  const whole = rest.length - left;
  for (let at = 0; at < whole; at += BLOCK_OCTETS) compress(chain, rest, at);

  for (let i = 0; i < left; i++) TAIL[i] = rest[whole + i];
  TAIL[left] = 0x80;
  if (left >= LENGTH_AT) {
    compress(chain, TAIL, 0);
    TAIL.fill(0);
  }
  const octets = before + rest.length;
  TAIL_FIELDS.setUint32(LENGTH_AT, Math.floor(octets / 2 ** 29));
  TAIL_FIELDS.setUint32(LENGTH_AT + 4, octets << 3);
  compress(chain, TAIL, 0);
  TAIL.fill(0);
}

/** 6.2.2: chain := H(i) from chain = H(i-1) and the block of 64 octets that starts at `at`. */
export function compress(chain: Chain, octets: Uint8Array, at: number): void {
  schedule(octets, at);
  let a = chain[0];
  let b = chain[1];
  let c = chain[2];
  let d = chain[3];
  let e = chain[4];
  let f = chain[5];
  let g = chain[6];
  let h = chain[7];
  for (let t = 0; t < 64; t++) {
    // T1 = h + Sigma1(e) + Ch(e, f, g) + K_t + W_t;  T2 = Sigma0(a) + Maj(a, b, c)
    const sigma1 = rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25);
    const sigma0 = rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22);
    const t1 = (((((h + sigma1) | 0) + (g ^ (e & (f ^ g)))) | 0) + ((K[t] + W[t]) | 0)) | 0;
    const t2 = (sigma0 + ((a & b) ^ (c & (a ^ b)))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  chain[0] += a;
  chain[1] += b;
  chain[2] += c;
  chain[3] += d;
  chain[4] += e;
  chain[5] += f;
  chain[6] += g;
  chain[7] += h;
  W.fill(0);
}

/** 6.2.2 step 1: W_t = sigma1(W_{t-2}) + W_{t-7} + sigma0(W_{t-15}) + W_{t-16}, after the block's own 16 words. */
function schedule(octets: Uint8Array, start: number): void {
  for (let t = 0, at = start; t < 16; t++, at += 4) {
    W[t] = (octets[at] << 24) | (octets[at + 1] << 16) | (octets[at + 2] << 8) | octets[at + 3];
  }
  for (let t = 16; t < 64; t++) {
    const x = W[t - 2];
    const y = W[t - 15];
    const sigma1 = rotr(x, 17) ^ rotr(x, 19) ^ (x >>> 10);
    const sigma0 = rotr(y, 7) ^ rotr(y, 18) ^ (y >>> 3);
    W[t] = (((W[t - 16] + W[t - 7]) | 0) + ((sigma1 + sigma0) | 0)) | 0;
  }
}

function rotr(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

/** into[0..31] := the words of chain, most significant octet first (3.1). */
export function putChain(chain: Chain, into: Uint8Array): void {
  for (let i = 0, at = 0; i < CHAIN_WORDS; i++, at += 4) {
    const word = chain[i];
    into[at] = word >>> 24;
    into[at + 1] = word >>> 16;
    into[at + 2] = word >>> 8;
    into[at + 3] = word;
  }
}
