/**
 * Suites of this folder once more, with the AP on the WASM core: the same verdicts, the same octets. Those in which the AP's
 * crypto is asked for something; a fuzzed AP and months of updates would say no more.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

// Read when backend.ts is loaded, so set before anything that loads it.
process.env.AMPCORE_AP_CRYPTO = "wasm";
const { apBackend } = await import("./backend.ts");
const { wasmCrypto } = await import("../crypto/backends.ts");

test("these suites run on the WASM core", () => {
  assert.equal(apBackend, wasmCrypto);
});

for (const suite of ["vectors", "rules", "data", "candidates"]) await import(`./${suite}.test.ts`);
