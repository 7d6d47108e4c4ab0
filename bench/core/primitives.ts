/*
 * What a primitive costs, from the test module that is made of the station's own sources.
 */
import { counter } from "../../host/device/count.ts";
import type { PrimitivesExports } from "../../tests/primitives/devicememory.ts";

export interface PrimitiveCosts {
  /** One SHA-256 compression, the schedule of its message included. */
  readonly sha256Block: number;
  /** KDF-256 of the PTK of the compact profile (55 octets) under stored midstates; the test export's byte swaps included. */
  readonly kdf256: number;
  /** Two AES blocks at once under round keys that are there. */
  readonly aesTwoBlocks: number;
  /** One AES block while the key schedule rides in the other lane. */
  readonly aesBlockAndKey: number;
  /** AES-CCM of 16 octets, key schedule included, with the AAD of an M2 (12 octets) and with one of 22 octets. */
  readonly ccm16: number;
  readonly ccm16Aad22: number;
  /** AES-CMAC of the MIC input of an M2 with 16 octets of reading (43 octets), key schedule included. */
  readonly cmac: number;
}

const PTK_INPUT = 55;
const M2_AAD = 12;
const LABEL = 7;
const BLOCK = 16;
/** nonce(13) ‖ LE16(len AAD) ‖ AAD ‖ payload(16). */
const M2_MIC_INPUT = 13 + 2 + M2_AAD + 16;
/** Longest message of one SHA-256 block, and of two. */
const ONE_BLOCK = 55;
const TWO_BLOCKS = 119;

export function primitiveCosts(octets: Uint8Array): PrimitiveCosts {
  const gauge = counter(octets);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(gauge.wasm as Uint8Array<ArrayBuffer>));
  const device = exports as unknown as PrimitivesExports;
  const at = (name: "input" | "key" | "blocks" | "midstates"): number => device[name].value;
  const counts = (call: () => void) => {
    gauge.reset(exports);
    call();
    return gauge.read(exports);
  };
  const total = (call: () => void): number => counts(call).total;
  // The payload stands behind B0 and the AAD with its two octets of length, in whole blocks.
  const ccm16 = (aad: number): number => {
    const payload = at("blocks") + BLOCK + BLOCK * Math.ceil((2 + aad) / BLOCK);
    return total(() => device.ccm(at("key"), payload, BLOCK, 0));
  };
  return {
    sha256Block: compressionOf(
      (length) => counts(() => device.hash(at("midstates"), at("input"), length, 0)).functions,
    ),
    // The two octets in front of the label and behind the context are the function's own.
    kdf256: total(() => device.kdf(at("input"), LABEL, PTK_INPUT - 4)),
    aesTwoBlocks: total(() => device.encrypt(0)),
    aesBlockAndKey: total(() => device.encrypt(1)),
    ccm16: ccm16(M2_AAD),
    ccm16Aad22: ccm16(22),
    cmac: total(() => device.cmac(at("key"), at("blocks"), M2_MIC_INPUT)),
  };
}

/**
 * The compression is the costliest function of a hash, and of a hash of two blocks it is exactly half.
 * @throws Error when it is not: then the compiler has taken it apart.
 */
function compressionOf(hashed: (length: number) => readonly { index: number; instructions: number }[]): number {
  const [one] = hashed(ONE_BLOCK);
  const [two] = hashed(TWO_BLOCKS);
  if (one.index !== two.index || two.instructions !== 2 * one.instructions) {
    throw new Error(`a block of SHA-256 costs ${one.instructions}, two cost ${two.instructions}`);
  }
  return one.instructions;
}
