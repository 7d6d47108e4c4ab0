/*
 * SHA-256 as a compression function (FIPS 180-4 6.2.2), for what a whole hash cannot give: the chaining values that the
 * NVM record keeps instead of a key. Runs at manufacture, on the provisioner's machine.
 */

/** Chaining value: eight 32-bit words H_0 ... H_7. */
type State = Uint32Array<ArrayBuffer>;

const BLOCK_LENGTH = 64;

/** 5.3.3: the first 32 bits of the fractional parts of the square roots of the first eight primes. */
const H_0: State = Uint32Array.from(firstPrimes(8), (prime) => fractionBits(Math.sqrt(prime)));

/** 4.2.2: the same of the cube roots of the first 64 primes. */
const K: State = Uint32Array.from(firstPrimes(64), (prime) => fractionBits(Math.cbrt(prime)));

/** RFC 2104 section 2. */
const IPAD = 0x36;
const OPAD = 0x5c;

/** The chaining values after the first block of HMAC's two hashes, 32 octets each (eight big-endian words). */
interface HmacMidstates {
  readonly inner: Uint8Array;
  readonly outer: Uint8Array;
}

/**
 * inner = compress(H_0, K_0 xor ipad), outer = compress(H_0, K_0 xor opad), where K_0 is the key, zero-filled to a block.
 * @throws RangeError for a key longer than a block, which HMAC would hash first: no root or PMK is.
 */
export function hmacMidstates(key: Uint8Array): HmacMidstates {
  if (key.length > BLOCK_LENGTH) throw new RangeError(`key: ${key.length} octets, where at most ${BLOCK_LENGTH} fit`);
  const block = new Uint8Array(BLOCK_LENGTH);
  const midstate = (pad: number): Uint8Array => {
    block.set(key);
    block.fill(0, key.length);
    for (let i = 0; i < BLOCK_LENGTH; i++) block[i] ^= pad;
    return bigEndian(compress(H_0, block));
  };
  const midstates = { inner: midstate(IPAD), outer: midstate(OPAD) };
  block.fill(0);
  return midstates;
}

/**
 * SHA-256 of a message that fits into one block with its padding, 0..55 octets.
 * @throws RangeError for a longer one.
 */
export function sha256OneBlock(message: Uint8Array): Uint8Array {
  const room = BLOCK_LENGTH - 1 - 8;
  if (message.length > room) throw new RangeError(`message: ${message.length} octets, where at most ${room} fit`);
  // 5.1.1: the message, a bit 1, zeros, and the length in bits as 64 bits
  const block = new Uint8Array(BLOCK_LENGTH);
  block.set(message);
  block[message.length] = 0x80;
  new DataView(block.buffer).setUint32(BLOCK_LENGTH - 4, message.length * 8);
  return bigEndian(compress(H_0, block));
}

/** 6.2.2: H_i from H_{i-1} and one message block. */
function compress(chain: State, block: Uint8Array): State {
  const words = schedule(block);
  let [a, b, c, d, e, f, g, h] = chain;
  for (let t = 0; t < 64; t++) {
    // T1 = h + Sigma1(e) + Ch(e, f, g) + K_t + W_t;  T2 = Sigma0(a) + Maj(a, b, c)
    const sigma1 = rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25);
    const t1 = h + sigma1 + ((e & f) ^ (~e & g)) + K[t] + words[t];
    const sigma0 = rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22);
    const t2 = sigma0 + ((a & b) ^ (a & c) ^ (b & c));
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
  }
  words.fill(0);
  return Uint32Array.from([a, b, c, d, e, f, g, h], (word, i) => chain[i] + word);
}

/** 6.2.2 step 1: W_t = sigma1(W_{t-2}) + W_{t-7} + sigma0(W_{t-15}) + W_{t-16}, after the block's own 16 words. */
function schedule(block: Uint8Array): State {
  const octets = new DataView(block.buffer, block.byteOffset, BLOCK_LENGTH);
  const words = new Uint32Array(64);
  for (let t = 0; t < 16; t++) words[t] = octets.getUint32(4 * t);
  for (let t = 16; t < 64; t++) {
    const sigma1 = rotr(words[t - 2], 17) ^ rotr(words[t - 2], 19) ^ (words[t - 2] >>> 10);
    const sigma0 = rotr(words[t - 15], 7) ^ rotr(words[t - 15], 18) ^ (words[t - 15] >>> 3);
    words[t] = sigma1 + words[t - 7] + sigma0 + words[t - 16];
  }
  return words;
}

function rotr(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

function bigEndian(state: State): Uint8Array {
  const octets = new Uint8Array(32);
  const fields = new DataView(octets.buffer);
  for (const [i, word] of state.entries()) fields.setUint32(4 * i, word);
  state.fill(0);
  return octets;
}

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes;
}

/** A double holds 53 bits, and these roots use at most 5 before the point: their first 32 fraction bits are exact. */
function fractionBits(root: number): number {
  return Math.floor((root % 1) * 2 ** 32);
}
