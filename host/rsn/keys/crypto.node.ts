import { createCipheriv, createDecipheriv, createHmac } from "node:crypto";
import { checkAesKey } from "../../crypto/check.ts";
import { aes128, nodeCrypto } from "../../crypto/node.ts";
import type { RsnCrypto } from "./crypto.ts";

const WRAP = "id-aes128-wrap";
/** RFC 3394, 2.2.3.1. */
const DEFAULT_IV = new Uint8Array(8).fill(0xa6);

/** RsnCrypto on node:crypto. */
export const nodeRsnCrypto: RsnCrypto = {
  ...nodeCrypto,

  hmacSha1: (key, message) => new Uint8Array(createHmac("sha1", key).update(message).digest()),

  aesWrap(kek, plain) {
    checkAesKey(kek);
    if (plain.length < 16 || plain.length % 8 !== 0) {
      throw new RangeError(`plain: ${plain.length} octets, where 16, 24, 32 ... are expected`);
    }
    const cipher = createCipheriv(WRAP, kek, DEFAULT_IV);
    return new Uint8Array(Buffer.concat([cipher.update(plain), cipher.final()]));
  },

  aesUnwrap(kek, wrapped) {
    checkAesKey(kek);
    if (wrapped.length < 24 || wrapped.length % 8 !== 0) return null;
    const decipher = createDecipheriv(WRAP, kek, DEFAULT_IV);
    try {
      return new Uint8Array(Buffer.concat([decipher.update(wrapped), decipher.final()]));
    } catch {
      // Lengths were checked above, so the one thing left that can fail is the integrity check.
      return null;
    }
  },

  aesBlock: aes128,
};
