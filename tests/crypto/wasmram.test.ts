/** The WASM core as a backend, when a call ends and however it ends: nothing is left in its RAM, and the next call is right. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Crypto } from "../../host/crypto/crypto.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { createWasmCrypto } from "../../host/crypto/wasm.ts";
import { core, coreModule, wasmCrypto } from "./backends.ts";

interface CoreExports {
  readonly memory: WebAssembly.Memory;
  readonly ram: WebAssembly.Global;
  readonly ramSize: WebAssembly.Global;
}

function ramOf({ exports }: WebAssembly.Instance): Uint8Array {
  const { memory, ram, ramSize } = exports as unknown as CoreExports;
  return new Uint8Array(memory.buffer, ram.value, ramSize.value);
}

/** What is no Uint8Array, though octets could be read out of it, or a length taken from it. */
const NO_OCTETS: readonly unknown[] = [
  ...[new BigUint64Array(16), new Uint16Array(16), new Int8Array(16), new DataView(new ArrayBuffer(16))],
  ...[new ArrayBuffer(16), new Array(16).fill(7), "sixteen octets..", 16, null, undefined, { length: 16 }],
];
const SECRET = (length: number): Uint8Array => new Uint8Array(length).fill(7);
/** Right arguments of every function, by parameter. */
const ARGUMENTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  sha256: { message: SECRET(60) },
  hmac: { key: SECRET(32), message: SECRET(119) },
  kdf256: { key: SECRET(32), label: "AMP PTK", context: SECRET(44) },
  cmac: { key: SECRET(16), message: SECRET(200) },
  ccmSeal: { key: SECRET(16), nonce: SECRET(13), aad: SECRET(200), plaintext: SECRET(16), micLength: 8 },
  ccmOpen: {
    ...{ key: SECRET(16), nonce: SECRET(13), aad: SECRET(200) },
    ...{ sealed: nodeCrypto.ccmSeal(SECRET(16), SECRET(13), SECRET(200), SECRET(16), 8), micLength: 8 },
  },
};

type Callable = Readonly<Record<string, (...args: unknown[]) => Uint8Array>>;
const callable = (crypto: Crypto): Callable => crypto as unknown as Callable;

/** Nothing is left, and every function still says what node:crypto says. */
function assertSound(crypto: Crypto, instance: WebAssembly.Instance, after: string): void {
  const left = ramOf(instance).findIndex((octet) => octet !== 0);
  assert.equal(left, -1, `${after}: octet ${left} of the RAM is not zero`);
  for (const [name, given] of Object.entries(ARGUMENTS)) {
    const [ours, wanted] = [crypto, nodeCrypto].map((one) => callable(one)[name](...Object.values(given)));
    assert.deepEqual(ours, wanted, `${name} after ${after}`);
  }
}

for (const [name, given] of Object.entries(ARGUMENTS)) {
  test(`AMP-R5: ${name} refuses what is no Uint8Array by its name; its RAM stays zero, and the next call is right`, () => {
    for (const parameter of Object.keys(given).filter((one) => one !== "micLength")) {
      for (const wrong of NO_OCTETS) {
        if (parameter === "label" && typeof wrong === "string") continue;
        const args = Object.values({ ...given, [parameter]: wrong });
        assert.throws(
          () => callable(wasmCrypto)[name](...args),
          (error) => error instanceof TypeError && error.message.startsWith(`${parameter}: `),
          `${parameter} as ${Object.prototype.toString.call(wrong)}`,
        );
        assertSound(wasmCrypto, core, `${name} without ${parameter}`);
      }
    }
    const buffers = Object.values(given).map((each) => (each instanceof Uint8Array ? Buffer.from(each) : each));
    assert.deepEqual(callable(wasmCrypto)[name](...buffers), callable(nodeCrypto)[name](...buffers), "Buffers");
  });

  test(`AMP-R5: ${name} leaves nothing in its RAM when the core itself fails, before its work or behind it`, () => {
    for (const isBehind of [false, true]) {
      let fails = true;
      const instance = new WebAssembly.Instance(new WebAssembly.Module(coreModule));
      const failing = Object.entries(instance.exports).map(([key, value]) => [
        key,
        typeof value !== "function"
          ? value
          : (...args: unknown[]) => {
              if (fails && !isBehind) throw new WebAssembly.RuntimeError("planted");
              const answer = value(...args);
              if (fails) throw new WebAssembly.RuntimeError("planted");
              return answer;
            },
      ]);
      const crypto = createWasmCrypto({ exports: Object.fromEntries(failing) }, nodeCrypto);
      assert.throws(() => callable(crypto)[name](...Object.values(given)), /planted/);
      fails = false;
      assertSound(crypto, instance, `${name}, failed`);
    }
  });
}

test("AMP-R5: the array of eight-octet elements that cannot be copied leaves no key, and the next MICs are right", () => {
  const wide = new BigUint64Array(16) as unknown as Uint8Array;
  assert.throws(() => wasmCrypto.ccmSeal(SECRET(16), SECRET(13), SECRET(200), wide, 8), {
    name: "TypeError",
    message: "plaintext: a BigUint64Array, where a Uint8Array is expected",
  });
  assertSound(wasmCrypto, core, "ccmSeal");
});

test("AMP-R5: every call leaves its RAM as it found it, all zero: also one whose label is refused halfway", () => {
  for (const [name, given] of Object.entries(ARGUMENTS)) {
    callable(wasmCrypto)[name](...Object.values(given));
    assertSound(wasmCrypto, core, name);
  }
  const [forged, aad] = [SECRET(24), SECRET(12)];
  assert.equal(wasmCrypto.ccmOpen(SECRET(16), SECRET(13), aad, forged, 8), null);
  assertSound(wasmCrypto, core, "ccmOpen of a forgery");
  assert.throws(() => wasmCrypto.kdf256(SECRET(32), "AMP \u00e9", SECRET(44)), RangeError);
  assertSound(wasmCrypto, core, "kdf256 with a label that is not ASCII");
});
