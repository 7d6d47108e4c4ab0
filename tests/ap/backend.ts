/**
 * What the AP of these tests computes with: node:crypto, which checks the device; with AMPCORE_AP_CRYPTO=wasm, for the sake
 * of that backend, the WASM core (wasm.test.ts).
 */
import type { Crypto } from "../../host/crypto/crypto.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { wasmCrypto } from "../crypto/backends.ts";

export const apBackend: Crypto = process.env.AMPCORE_AP_CRYPTO === "wasm" ? wasmCrypto : nodeCrypto;
