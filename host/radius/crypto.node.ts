import { createHash, createHmac } from "node:crypto";
import { nodeCrypto } from "../crypto/node.ts";
import type { RadiusCrypto } from "./crypto.ts";

/** RadiusCrypto on node:crypto. */
export const nodeRadiusCrypto: RadiusCrypto = {
  md5: (message) => new Uint8Array(createHash("md5").update(message).digest()),
  hmacMd5: (key, message) => new Uint8Array(createHmac("md5", key).update(message).digest()),
  randomBytes: nodeCrypto.randomBytes,
  equal: nodeCrypto.equal,
};
