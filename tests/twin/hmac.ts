/** HMAC-SHA-256 as RFC 2104 writes it, cut where a device cuts it: at the chaining values after the padded keys. */
import { concat } from "./bytes.ts";
import { BLOCK_octets, chainingOctets, chainingWords, compress, H0, sha256, sha256From } from "./sha256.ts";

/** The chaining values after `K XOR ipad` and after `K XOR opad`, 32 octets each: all that HMAC needs of its key. */
export interface Midstates {
  readonly inner: Uint8Array;
  readonly outer: Uint8Array;
}

/** RFC 2104 section 2. */
const IPAD = 0x36;
const OPAD = 0x5c;

/** The midstates of a key of any length (longer than a block: its hash is the key). RFC 2104 section 2. */
export function midstates(key: Uint8Array): Midstates {
  const short = key.length > BLOCK_octets ? sha256(key) : key;
  const K = concat(short, new Uint8Array(BLOCK_octets - short.length));
  const after = (pad: number): Uint8Array =>
    chainingOctets(
      compress(
        H0,
        K.map((octet) => octet ^ pad),
      ),
    );
  return { inner: after(IPAD), outer: after(OPAD) };
}

/** H(K XOR opad ‖ H(K XOR ipad ‖ text)), 32 octets. */
export function hmacSha256(key: Midstates, text: Uint8Array): Uint8Array {
  const inside = sha256From(chainingWords(key.inner), BLOCK_octets, text);
  return sha256From(chainingWords(key.outer), BLOCK_octets, inside);
}
