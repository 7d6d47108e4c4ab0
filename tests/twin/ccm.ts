/**
 * CCM as NIST SP 800-38C (May 2004) writes it, over AES-128, with the formatting of its appendix A.
 * Nonces of any length 7..13 (q = 15 - n octets of payload length), tags of 4..16 octets.
 */
import { BLOCK_octets, cipher, keyExpansion } from "./aes128.ts";
import { bigEndian, concat, equal, xor } from "./bytes.ts";

/** What one CCM run makes: the ciphertext, the tag, and on the way B0 and S0. */
interface CcmResult {
  readonly b0: Uint8Array;
  readonly s0: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly tag: Uint8Array;
}

const padToBlock = (octets: Uint8Array): Uint8Array =>
  concat(octets, new Uint8Array((BLOCK_octets - (octets.length % BLOCK_octets)) % BLOCK_octets));

/** B0 = [64 (AAD present) + 8 (t-2)/2 + (q-1)] ‖ N ‖ Q. SP 800-38C A.2.1. */
function formatB0(nonce: Uint8Array, aadLength: number, payloadLength: number, t: number): Uint8Array {
  const q = 15 - nonce.length;
  const flags = (aadLength > 0 ? 64 : 0) + 8 * ((t - 2) / 2) + (q - 1);
  return concat(flags, nonce, bigEndian(payloadLength, q));
}

/** a ‖ A with a in two octets, padded with zeros to whole blocks; empty for no A. SP 800-38C A.2.2, a < 2^16 - 2^8. */
function formatAad(aad: Uint8Array): Uint8Array {
  return aad.length === 0 ? aad : padToBlock(concat(bigEndian(aad.length, 2), aad));
}

/** Ctr_i = [q-1] ‖ N ‖ i. SP 800-38C A.3. */
function counterBlock(nonce: Uint8Array, i: number): Uint8Array {
  const q = 15 - nonce.length;
  return concat(q - 1, nonce, bigEndian(i, q));
}

/** Y_r of the CBC-MAC over B0 ‖ AAD blocks ‖ payload blocks. SP 800-38C 6.1 steps 1 to 4. */
function cbcMac(roundKeys: Uint8Array[], blocks: Uint8Array): Uint8Array {
  let Y: Uint8Array = new Uint8Array(BLOCK_octets);
  for (let at = 0; at < blocks.length; at += BLOCK_octets) {
    Y = cipher(roundKeys, xor(blocks.subarray(at, at + BLOCK_octets), Y));
  }
  return Y;
}

/** The payload XOR S1 ‖ S2 ‖ ... SP 800-38C 6.1 steps 5 to 8. */
function counterMode(roundKeys: Uint8Array[], nonce: Uint8Array, payload: Uint8Array): Uint8Array {
  return payload.map((octet, at) => {
    const S = cipher(roundKeys, counterBlock(nonce, 1 + Math.floor(at / BLOCK_octets)));
    return octet ^ S[at % BLOCK_octets];
  });
}

/** Generation-encryption. SP 800-38C 6.1. `t` is the length of the tag in octets. */
export function ccmEncrypt(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  payload: Uint8Array,
  t: number,
): CcmResult {
  const roundKeys = keyExpansion(key);
  const b0 = formatB0(nonce, aad.length, payload.length, t);
  const T = cbcMac(roundKeys, concat(b0, formatAad(aad), padToBlock(payload)));
  const s0 = cipher(roundKeys, counterBlock(nonce, 0));
  return { b0, s0, ciphertext: counterMode(roundKeys, nonce, payload), tag: xor(T, s0).slice(0, t) };
}

/** Decryption-verification: the payload, or null if the tag does not fit. SP 800-38C 6.2. */
export function ccmDecrypt(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  ciphertext: Uint8Array,
  tag: Uint8Array,
): Uint8Array | null {
  const payload = counterMode(keyExpansion(key), nonce, ciphertext);
  return equal(ccmEncrypt(key, nonce, aad, payload, tag.length).tag, tag) ? payload : null;
}
