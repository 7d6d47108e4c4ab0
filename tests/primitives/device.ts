/**
 * The device's own primitives, out of a module that is compiled like the station's: build/primitives.wasm and
 * build/primitives.small.wasm, both from tests/unit/primitives.ts. What the station does around a primitive (blocks of
 * a long message, B0, the comparison of a MIC) is done here, in TypeScript.
 */
import { primitivesModule } from "../../bench/core/builds.ts";
import { concat } from "../support/hex.ts";
import { ccmBlocks, ccmPayloadOffset } from "./ccmblocks.ts";
import { DeviceMemory, type PrimitivesExports } from "./devicememory.ts";
import type { Primitives, Reach } from "./primitives.ts";

const HASH_BLOCK = 64;
const AES_BLOCK = 16;
/** Octets that the device hashes behind a chaining value: two blocks with their padding. */
const HASH_MAX = 119;
/** Octets of a KDF's label that the device takes as one number. */
const LABEL_MAX = 8;
/** Octets that the device has for the blocks of CCM and CMAC. */
const BLOCKS_SIZE = 144;

export type Flavour = "release" | "small";

/** The module of a flavour: the station's compiler options and passes, on the entry that exports the primitives. */
export async function devicePrimitives(flavour: Flavour): Promise<Primitives> {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(await primitivesModule(flavour)));
  return new Device(`device, ${flavour}`, exports as unknown as PrimitivesExports);
}

class Device implements Primitives {
  readonly name: string;
  readonly #memory: DeviceMemory;

  readonly reach: Reach = {
    kdf: (labelAndContext) => labelAndContext >= LABEL_MAX && 2 + labelAndContext + 2 <= HASH_MAX,
    cmac: (message) => message > 0 && message <= BLOCKS_SIZE,
    // L is 2; and every frame of the profile has AAD, so the device knows no B0 that the payload follows at once.
    ccm: (nonce, aad, payload) =>
      nonce === 13 && aad > 0 && ccmPayloadOffset(aad) + AES_BLOCK * Math.ceil(payload / AES_BLOCK) <= BLOCKS_SIZE,
  };

  constructor(name: string, exports: PrimitivesExports) {
    this.name = name;
    this.#memory = new DeviceMemory(exports);
  }

  sha256(message: Uint8Array): Uint8Array {
    const memory = this.#memory;
    memory.soil();
    memory.call("setInitial", memory.at("midstates"));
    return this.#digest(0, 0, message);
  }

  hmac(key: Uint8Array, text: Uint8Array): Uint8Array {
    const memory = this.#memory;
    memory.soil();
    this.#setKey(key);
    if (text.length > HASH_MAX) return this.#digest(32, HASH_BLOCK, this.#digest(0, HASH_BLOCK, text));
    memory.write(memory.at("input"), text);
    memory.call("mac", memory.at("input"), text.length);
    return memory.read(memory.at("digest"), 32);
  }

  kdf256(key: Uint8Array, label: string, context: Uint8Array): Uint8Array {
    const memory = this.#memory;
    memory.soil();
    this.#setKey(key);
    const octets = concat(new TextEncoder().encode(label), context);
    memory.write(memory.at("input"), octets);
    memory.call("kdf", memory.at("input"), Math.min(label.length, LABEL_MAX), octets.length);
    return memory.read(memory.at("digest"), 32);
  }

  /** Twice: beside the key's schedule in the making, then with both lanes under the schedule that was made. */
  aes128(key: Uint8Array, block: Uint8Array): Uint8Array {
    const memory = this.#memory;
    const [lane0, lane1] = [memory.at("lane0"), memory.at("lane1")];
    memory.soil();
    memory.write(lane0, block);
    memory.write(lane1, key);
    memory.call("encrypt", 1);
    const first = memory.read(lane0, AES_BLOCK);
    memory.write(lane0, block);
    memory.write(lane1, block);
    memory.call("encrypt", 0);
    for (const lane of [lane0, lane1]) {
      if (!equal(memory.read(lane, AES_BLOCK), first)) throw new Error("the lanes of AES disagree");
    }
    return first;
  }

  cmac(key: Uint8Array, message: Uint8Array): Uint8Array {
    const memory = this.#memory;
    memory.soil();
    memory.write(memory.at("key"), key);
    memory.write(memory.at("blocks"), message, BLOCKS_SIZE);
    memory.call("cmac", memory.at("key"), memory.at("blocks"), message.length);
    return memory.read(memory.at("mic"), AES_BLOCK);
  }

  ccmSeal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, payload: Uint8Array, micLength: number): Uint8Array {
    const { text, mic } = this.#ccm(key, nonce, aad, payload, micLength, 0);
    return concat(text, mic);
  }

  ccmOpen(
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    sealed: Uint8Array,
    micLength: number,
  ): Uint8Array | null {
    const end = sealed.length - micLength;
    if (end < 0) return null;
    const { text, mic } = this.#ccm(key, nonce, aad, sealed.subarray(0, end), micLength, 1);
    return equal(mic, sealed.subarray(end)) ? text : null;
  }

  crc16(octets: Uint8Array): number {
    return this.#crc("crc16", octets);
  }

  crc32(octets: Uint8Array): number {
    return this.#crc("crc32", octets);
  }

  #crc(name: "crc16" | "crc32", octets: Uint8Array): number {
    const memory = this.#memory;
    memory.soil();
    memory.write(memory.at("input"), octets);
    return memory.call(name, memory.at("input"), octets.length) >>> 0;
  }

  #ccm(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, octets: Uint8Array, micLength: number, open: 0 | 1) {
    const memory = this.#memory;
    const payload = memory.at("blocks") + ccmPayloadOffset(aad.length);
    memory.soil();
    memory.write(memory.at("key"), key);
    memory.write(memory.at("blocks"), ccmBlocks(nonce, aad, octets, micLength), BLOCKS_SIZE);
    memory.call("ccm", memory.at("key"), payload, octets.length, open);
    return { text: memory.read(payload, octets.length), mic: memory.read(memory.at("mic"), micLength) };
  }

  /** The digest of octets behind `before` others, which half `offset` of the midstates has taken. */
  #digest(offset: 0 | 32, before: number, octets: Uint8Array): Uint8Array {
    const memory = this.#memory;
    const input = memory.at("input");
    const chaining = memory.at("midstates") + offset;
    const saved = memory.read(chaining, 32);
    let taken = 0;
    for (; octets.length - taken > HASH_MAX; taken += HASH_BLOCK) {
      memory.write(input, octets.subarray(taken, taken + HASH_BLOCK));
      memory.call("advance", chaining, chaining, input);
    }
    const rest = octets.subarray(taken);
    memory.write(input, rest);
    memory.call("hash", chaining, input, rest.length, before + taken);
    memory.write(chaining, saved);
    return memory.read(memory.at("digest"), 32);
  }

  /** Makes the key's midstates: of a key of 32 octets, the only one the station has, with the station's own function. */
  #setKey(key: Uint8Array): void {
    const memory = this.#memory;
    const [input, midstates] = [memory.at("input"), memory.at("midstates")];
    const short = key.length > HASH_BLOCK ? this.sha256(key) : key;
    if (short.length === 32) {
      memory.write(input, short);
      memory.call("setKey", input);
      return;
    }
    for (const [half, pad] of [0x36, 0x5c].entries()) {
      memory.write(
        input,
        Uint8Array.from({ length: HASH_BLOCK }, (_, i) => (short[i] ?? 0) ^ pad),
      );
      memory.call("setInitial", midstates + 32 * half);
      memory.call("advance", midstates + 32 * half, midstates + 32 * half, input);
    }
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.from(a).equals(b);
}
