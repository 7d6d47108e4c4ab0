/**
 * Suites of this folder once more, with the AP on the WASM core: the same verdicts, the same octets. Those in which the AP's
 * crypto is asked for something; a fuzzed AP and months of updates would say no more.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { importable } from "../../host/build/typescript.mjs";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { wasmCrypto } from "../crypto/backends.ts";
import { apBackend, moveToWasm } from "./backend.ts";
import { ObservedCrypto } from "./observed.ts";

const AA = Uint8Array.of(2, 0, 0, 0, 0, 1);
const standing = { backend: apBackend(), observed: new ObservedCrypto(AA).hmac };

test("the AP of every other suite stays on node:crypto: no process of theirs can take it off", () => {
  assert.deepEqual(standing, { backend: nodeCrypto, observed: nodeCrypto.hmac });
  for (const file of [
    "tests/ap/rules.test.ts",
    "tests/ap/fuzz.test.ts",
    "tests/ap/swasm.test.ts",
    "wasm.test.ts",
    "",
  ]) {
    assert.throws(() => moveToWasm(file), /only tests\/ap\/wasm\.test\.ts takes the AP off node:crypto/, file);
  }
});

moveToWasm(fileURLToPath(import.meta.url));

test("these suites run on the WASM core", () => {
  assert.equal(apBackend(), wasmCrypto);
  assert.equal(new ObservedCrypto(AA).hmac, wasmCrypto.hmac);
});

for (const suite of ["vectors", "rules", "data", "candidates"]) {
  await import(importable(new URL(`${suite}.test.ts`, import.meta.url)).href);
}
