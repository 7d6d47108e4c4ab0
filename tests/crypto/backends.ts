/** The backends of the Crypto interface, for suites that ask all of them the same. */
import { builtModule } from "../../host/build/build.ts";
import type { Crypto } from "../../host/crypto/crypto.ts";
import { aes128, nodeCrypto } from "../../host/crypto/node.ts";
import { encryptOctets, expandKey, ROUND_KEY_WORDS } from "../../host/crypto/portable/aes128.ts";
import { createPortableCrypto } from "../../host/crypto/portable.ts";
import { createWasmCrypto } from "../../host/crypto/wasm.ts";
import { devicePrimitives } from "../primitives/device.ts";

interface Backend {
  readonly name: string;
  readonly crypto: Crypto;
  /** AES-128 forward (FIPS 197) of one block: not of the interface, but what its CMAC and CCM stand on. */
  readonly aes128: (key: Uint8Array, block: Uint8Array) => Uint8Array;
}

export const portableCrypto = createPortableCrypto();

/** build/backend.wasm. */
export const coreModule = await builtModule("backend");
/** The instance behind wasmCrypto. */
export const core = new WebAssembly.Instance(new WebAssembly.Module(coreModule));
export const wasmCrypto = createWasmCrypto(core, nodeCrypto);
const device = await devicePrimitives("release");

export const BACKENDS: readonly Backend[] = [
  { name: "node:crypto", crypto: nodeCrypto, aes128 },
  { name: "portable", crypto: portableCrypto, aes128: portableAes128 },
  // The backend exports no bare AES: this one is of the same source, out of another module.
  { name: "WASM core", crypto: wasmCrypto, aes128: (key, block) => device.aes128(key, block) },
];

function portableAes128(key: Uint8Array, block: Uint8Array): Uint8Array {
  const roundKeys = new Int32Array(ROUND_KEY_WORDS);
  expandKey(key, roundKeys);
  const enciphered = new Uint8Array(block);
  encryptOctets(roundKeys, enciphered);
  return enciphered;
}
