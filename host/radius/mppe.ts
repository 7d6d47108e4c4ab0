/**
 * The MSK in RADIUS: MS-MPPE-Recv-Key is its first half, MS-MPPE-Send-Key the second (RFC 2548, 2.4.2 and 2.4.3; RFC 3748, 7.10).
 *
 *     attribute = 26 ‖ Length ‖ 311(4, BE) ‖ 16 or 17 ‖ Length ‖ Salt(2) ‖ c(1) ‖ c(2) ...
 *     P         = Key-Length(1) ‖ Key ‖ 0..., a multiple of 16 octets = p(1) ‖ p(2) ...
 *     c(1)      = p(1) xor MD5(Secret ‖ Request Authenticator ‖ Salt)
 *     c(i)      = p(i) xor MD5(Secret ‖ c(i - 1))
 */

import { be16, checkOctets, concat } from "../wire/octets.ts";
import type { RadiusCrypto } from "./crypto.ts";
import { ATTRIBUTE, type Attribute } from "./packet.ts";

/** RFC 2548, section 2: Microsoft. */
const VENDOR = Uint8Array.of(0, 0, 0x01, 0x37);
const MPPE_SEND_KEY = 16;
const MPPE_RECV_KEY = 17;
const BLOCK_OCTETS = 16;
/** Vendor, type, length, and the salt. */
const VALUE_HEAD_OCTETS = 8;
/** 2.4.2: the first bit of a Salt is set. */
const SALT_BIT = 0x8000;
export const MSK_OCTETS = 64;
const HALF_OCTETS = MSK_OCTETS / 2;

/** Both attributes of an MSK of 64 octets, for the response to that request. */
export function mppeKeys(
  crypto: RadiusCrypto,
  secret: Uint8Array,
  requestAuthenticator: Uint8Array,
  msk: Uint8Array,
): Attribute[] {
  checkOctets("msk", msk, MSK_OCTETS);
  const [high, low] = crypto.randomBytes(2);
  // Two salts of one packet have to differ.
  const salt = SALT_BIT | (((high << 8) | low) & ~(SALT_BIT | 1));
  return [
    { type: MPPE_RECV_KEY, key: msk.slice(0, HALF_OCTETS), salt: be16(salt) },
    { type: MPPE_SEND_KEY, key: msk.slice(HALF_OCTETS), salt: be16(salt | 1) },
  ].map(({ type, key, salt }) => {
    const plain = new Uint8Array(Math.ceil((1 + key.length) / BLOCK_OCTETS) * BLOCK_OCTETS);
    plain[0] = key.length;
    plain.set(key, 1);
    const string = concat(salt, sealed(crypto, secret, concat(requestAuthenticator, salt), plain));
    return {
      type: ATTRIBUTE.vendorSpecific,
      value: concat(VENDOR, Uint8Array.of(type, 2 + string.length), string),
    };
  });
}

/** MS-MPPE-Recv-Key ‖ MS-MPPE-Send-Key of a response to that request; undefined unless both are there, of 32 octets each. */
export function mskOf(
  crypto: RadiusCrypto,
  secret: Uint8Array,
  requestAuthenticator: Uint8Array,
  attributes: readonly Attribute[],
): Uint8Array | undefined {
  const keyOf = (type: number): Uint8Array | undefined => {
    const found = attributes.find((attribute) => isMppe(attribute, type));
    return found && opened(crypto, secret, requestAuthenticator, found.value);
  };
  const receive = keyOf(MPPE_RECV_KEY);
  const send = keyOf(MPPE_SEND_KEY);
  return receive && send && concat(receive, send);
}

/** One vendor attribute a Vendor-Specific attribute, as everybody sends it. */
function isMppe({ type, value }: Attribute, wanted: number): boolean {
  const isMicrosoft = type === ATTRIBUTE.vendorSpecific && VENDOR.every((octet, i) => value[i] === octet);
  return isMicrosoft && value[4] === wanted && value[5] === value.length - VENDOR.length;
}

/** A key of 32 octets, or undefined. */
function opened(
  crypto: RadiusCrypto,
  secret: Uint8Array,
  requestAuthenticator: Uint8Array,
  value: Uint8Array,
): Uint8Array | undefined {
  const salt = value.slice(6, VALUE_HEAD_OCTETS);
  const cipher = value.slice(VALUE_HEAD_OCTETS);
  if (cipher.length <= HALF_OCTETS || cipher.length % BLOCK_OCTETS !== 0) return undefined;
  const plain = new Uint8Array(cipher.length);
  let before = concat(requestAuthenticator, salt);
  for (let start = 0; start < cipher.length; start += BLOCK_OCTETS) {
    const block = cipher.slice(start, start + BLOCK_OCTETS);
    plain.set(masked(crypto, secret, before, block), start);
    before = block;
  }
  return plain[0] === HALF_OCTETS ? plain.slice(1, 1 + HALF_OCTETS) : undefined;
}

function sealed(crypto: RadiusCrypto, secret: Uint8Array, first: Uint8Array, plain: Uint8Array): Uint8Array {
  const cipher = new Uint8Array(plain.length);
  let before = first;
  for (let start = 0; start < plain.length; start += BLOCK_OCTETS) {
    before = masked(crypto, secret, before, plain.slice(start, start + BLOCK_OCTETS));
    cipher.set(before, start);
  }
  return cipher;
}

function masked(crypto: RadiusCrypto, secret: Uint8Array, before: Uint8Array, block: Uint8Array): Uint8Array {
  const mask = crypto.md5(concat(secret, before));
  return block.map((octet, i) => octet ^ mask[i]);
}
