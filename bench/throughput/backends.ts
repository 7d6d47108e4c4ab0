/* The backends of host/crypto's interface that an AP could run on. */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { builtModule } from "../../host/build/build.ts";
import type { Crypto } from "../../host/crypto/crypto.ts";
import { kdfSha256 } from "../../host/crypto/kdf.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { createPortableCrypto } from "../../host/crypto/portable.ts";
import { createWasmCrypto } from "../../host/crypto/wasm.ts";

export interface Backend {
  readonly name: string;
  readonly crypto: Crypto;
  /** What keeps its time from depending on keys; null: nothing does. */
  readonly constantTime: string | null;
}

/** The first is what the others are compared with. */
export async function backends(): Promise<Backend[]> {
  const portable = createPortableCrypto();
  const nobleHmac = (key: Uint8Array, message: Uint8Array): Uint8Array => hmac(sha256, key, message);
  const noble: Crypto = {
    ...portable,
    sha256: (message) => sha256(message),
    hmac: nobleHmac,
    kdf256: (key, label, context) => kdfSha256(nobleHmac, key, label, context, 256),
  };
  const core = new WebAssembly.Instance(new WebAssembly.Module(await builtModule("backend")));
  return [
    { name: "node:crypto", crypto: nodeCrypto, constantTime: "OpenSSL's, on a CPU with AES instructions" },
    { name: "portable (TypeScript)", crypto: portable, constantTime: null },
    { name: "@noble/hashes, portable's AES", crypto: noble, constantTime: null },
    { name: "WASM core", crypto: createWasmCrypto(core, nodeCrypto), constantTime: "no branch or address is secret" },
  ];
}
