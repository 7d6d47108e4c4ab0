import { checkCount } from "./check.ts";

/** A PRF in the shape of HMAC-SHA-256: 32 octets from a key and a message. */
type Hmac = (key: Uint8Array, message: Uint8Array) => Uint8Array;

const HASH_BITS = 256;

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
  const labelOctets = ascii(label);
  const message = new Uint8Array(2 + labelOctets.length + context.length + 2);
  const fields = new DataView(message.buffer);
  message.set(labelOctets, 2);
  message.set(context, 2 + labelOctets.length);
  fields.setUint16(message.length - 2, lengthBits, true);

  const blocks = Math.ceil(lengthBits / HASH_BITS);
  const keyStream = new Uint8Array((blocks * HASH_BITS) / 8);
  for (let i = 1; i <= blocks; i++) {
    fields.setUint16(0, i, true);
    keyStream.set(hmac(key, message), ((i - 1) * HASH_BITS) / 8);
  }
  return keyStream.slice(0, lengthBits / 8);
}

function ascii(label: string): Uint8Array {
  return Uint8Array.from(label, (character) => {
    const code = character.charCodeAt(0);
    if (code > 0x7f) throw new RangeError(`label: ${JSON.stringify(label)} is not ASCII`);
    return code;
  });
}
