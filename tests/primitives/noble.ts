/** @noble/hashes, which has no AES and no CRC: those, and what stands on them, are the readable twin's. */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { kdfSha256 } from "../../host/crypto/kdf.ts";
import { concat } from "../support/hex.ts";
import { cipher, keyExpansion } from "../twin/aes128.ts";
import { ccmDecrypt, ccmEncrypt } from "../twin/ccm.ts";
import { aesCmac } from "../twin/cmac.ts";
import { crc16, crc32 } from "../twin/crc.ts";
import type { Primitives } from "./primitives.ts";

/** SP 800-38C A.2.2: longer AAD has a length of more than two octets, which the twin leaves out. */
const AAD_END = 0xff00;

const nobleHmac = (key: Uint8Array, text: Uint8Array): Uint8Array => hmac(sha256, key, text);

export const noblePrimitives: Primitives = {
  name: "@noble/hashes and the twin",
  reach: {
    kdf: () => true,
    cmac: () => true,
    ccm: (nonce, aad) => nonce >= 7 && nonce <= 13 && aad < AAD_END,
  },
  sha256: (message) => sha256(message),
  hmac: nobleHmac,
  kdf256: (key, label, context) => kdfSha256(nobleHmac, key, label, context, 256),
  aes128: (key, block) => cipher(keyExpansion(key), block),
  cmac: aesCmac,
  ccmSeal(key, nonce, aad, payload, micLength) {
    const { ciphertext, tag } = ccmEncrypt(key, nonce, aad, payload, micLength);
    return concat(ciphertext, tag);
  },
  ccmOpen(key, nonce, aad, sealed, micLength) {
    const end = sealed.length - micLength;
    return end < 0 ? null : ccmDecrypt(key, nonce, aad, sealed.subarray(0, end), sealed.subarray(end));
  },
  crc16,
  crc32,
};
