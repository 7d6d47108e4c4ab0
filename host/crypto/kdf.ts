import { checkCount } from "./check.ts";

/** A PRF in the shape of HMAC-SHA-256: 32 octets from a key and a message, the caller's to wipe. */
type Hmac = (key: Uint8Array, message: Uint8Array) => Uint8Array;

const HASH_OCTETS = 32;

/**
 * KDF-SHA-256-Length of IEEE 802.11-2020 12.7.1.6.2 over any HMAC-SHA-256:
 *
 *     T(i) = HMAC-SHA-256(K, LE16(i) ‖ Label ‖ Context ‖ LE16(Length)),  i = 1, 2, ...
 *     KDF  = L(T(1) ‖ T(2) ‖ ..., 0, Length)
 *
 * lengthBits is a multiple of 8, 8..65,528; returns lengthBits / 8 octets. AMP itself only ever takes 256 bits, one T.
 * @throws RangeError naming the parameter: a label that is not ASCII, a length the counter fields cannot hold.
 */
export function kdfSha256(
  hmac: Hmac,
  key: Uint8Array,
  label: string,
  context: Uint8Array,
  lengthBits: number,
): Uint8Array {
  checkCount("lengthBits", lengthBits);
  if (lengthBits === 0 || lengthBits % 8 !== 0 || lengthBits > 0xffff) {
    throw new RangeError(`lengthBits: ${lengthBits} is not a multiple of 8 from 8 to 65528`);
  }
  const message = new Uint8Array(2 + label.length + context.length + 2);
  putAscii(message, 2, label);
  message.set(context, 2 + label.length);
  putLe16(message, message.length - 2, lengthBits);

  const derived = new Uint8Array(lengthBits / 8);
  for (let i = 1, at = 0; at < derived.length; i++, at += HASH_OCTETS) {
    putLe16(message, 0, i);
    const block = hmac(key, message);
    derived.set(block.subarray(0, derived.length - at), at);
    block.fill(0);
  }
  return derived;
}

/** Puts the label's octets. @throws RangeError for one that is not ASCII; what was put until then stays. */
export function putAscii(message: Uint8Array, start: number, label: string): void {
  for (let i = 0; i < label.length; i++) {
    const code = label.charCodeAt(i);
    if (code > 0x7f) throw new RangeError(`label: ${JSON.stringify(label)} is not ASCII`);
    message[start + i] = code;
  }
}

function putLe16(message: Uint8Array, start: number, value: number): void {
  message[start] = value;
  message[start + 1] = value >> 8;
}
