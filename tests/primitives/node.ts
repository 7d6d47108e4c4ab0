/** What the host has: its backend on node:crypto, and the CRCs of its provisioner. */
import { aes128, nodeCrypto } from "../../host/crypto/node.ts";
import { crc16, crc32 } from "../../host/keys/crc.ts";
import type { Primitives } from "./primitives.ts";

const { sha256, hmac, kdf256, cmac, ccmSeal, ccmOpen } = nodeCrypto;

export const nodePrimitives: Primitives = {
  name: "node:crypto",
  reach: {
    kdf: () => true,
    cmac: () => true,
    ccm: (nonce) => nonce === 13,
  },
  sha256,
  hmac,
  kdf256,
  aes128,
  cmac,
  ccmSeal,
  ccmOpen,
  crc16,
  crc32,
};
