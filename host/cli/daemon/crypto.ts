import { builtModule } from "../../build/build.ts";
import type { Crypto } from "../../crypto/crypto.ts";
import { nodeCrypto } from "../../crypto/node.ts";
import { createWasmCrypto } from "../../crypto/wasm.ts";
import { built } from "../built.ts";

/**
 * What an AP's daemon computes exchanges with: the WASM core, which takes half of node:crypto's time and no table at a secret
 * address (bench/results/throughput.md). Random octets are node:crypto's. @throws Failure if it cannot be built
 */
export async function daemonCrypto(): Promise<Crypto> {
  await built();
  const module = new WebAssembly.Module(await builtModule("backend"));
  return createWasmCrypto(new WebAssembly.Instance(module), nodeCrypto);
}
