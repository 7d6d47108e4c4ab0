/**
 * What the AP of these tests computes with: node:crypto, which checks the device. No environment moves it, only a test file
 * does: wasm.test.ts, for the sake of that backend.
 */
import type { Crypto } from "../../host/crypto/crypto.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { wasmCrypto } from "../crypto/backends.ts";

let chosen: Crypto = nodeCrypto;

export function apBackend(): Crypto {
  return chosen;
}

/** For the rest of this process. @param running its script @throws Error in a process of any other file */
export function moveToWasm(running: string): void {
  if (!/(^|[\\/])tests[\\/]ap[\\/]wasm\.test\.ts$/.test(running)) {
    throw new Error(`${running}: only tests/ap/wasm.test.ts takes the AP off node:crypto`);
  }
  chosen = wasmCrypto;
}
