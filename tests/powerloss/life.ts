/**
 * A device's life across deaths: exchanges and root updates with an AP that is its own key service. The AP never
 * forgets; the station has its NVM and a noise source that always says the same, so only the boot counter keeps SNonces
 * apart. Whatever happened before, `recover` has to get the two of them to where every life ends.
 */
import assert from "node:assert/strict";
import { PowerFailure } from "../../host/device/nvm.ts";
import { DeviceScene, type DeviceSceneOptions } from "../support/devicescene.ts";
import { type ApSession, isProof } from "../twin/ap.ts";
import { bigEndian, equal, hex, isZero } from "../twin/bytes.ts";
import { midstates } from "../twin/hmac.ts";
import { nextGeneration } from "../twin/keys.ts";
import { CACHE, SLOTS, slotOctets } from "../twin/record.ts";
import { entropyOf, SPA } from "../vectors/world.ts";

/** More sessions than any recovery needs. */
const TRIES = 6;

export interface LifeOptions extends DeviceSceneOptions {
  /** The key service has made the generation after `newest` and waits for its proof. */
  readonly isUpdating?: boolean;
  /** The newest generation that was proven. */
  readonly newest?: number;
}

export class Life {
  readonly scene: DeviceScene;
  #newest: number;
  #isUpdating: boolean;
  /** The M2 that each SNonce came in. */
  readonly #m2s = new Map<string, string>();

  constructor(module: WebAssembly.Module, options: LifeOptions = {}) {
    this.scene = new DeviceScene(module, { entropy: () => entropyOf(0), ...options });
    this.#newest = options.newest ?? 0;
    this.#isUpdating = options.isUpdating ?? false;
    if (this.#isUpdating) this.scene.ap.enrolUpdate(SPA, this.#newest, this.#modifierPrime());
  }

  /** One exchange: UPDATE or PROVE if the key service waits for a proof, else an M3 without payload. */
  exchange(): void {
    const taken = this.#answered();
    if (!this.#isUpdating) {
      this.scene.takes(taken.confirm().frame);
      return;
    }
    const next = nextGeneration(this.#newest);
    const m3 = taken.session.generation === next ? taken.prove() : taken.update(this.#modifierPrime());
    const payload = taken.receive(this.scene.answer(m3.frame));
    assert.ok(payload !== null && isProof(payload, this.scene.ap.rootOf(SPA, next), next, SPA), "the root is proven");
    this.scene.ap.drop(SPA, this.#newest);
    this.#newest = next;
    this.#isUpdating = false;
  }

  /** Runs `deed`, whose power fails: true if it did. */
  dies(deed: () => void): boolean {
    try {
      deed();
      return false;
    } catch (error) {
      if (error instanceof PowerFailure) return true;
      throw error;
    }
  }

  /** Power is back: the record boots and writes nothing at it, and both ends agree on where they are within a few M1. */
  recover(): void {
    const before = this.scene.nvm.octets.slice();
    this.scene.powerCycle();
    assert.ok(equal(this.scene.nvm.octets, before), "amp_boot writes nothing");
    for (let tries = 0; this.#isUpdating; tries++) {
      assert.ok(tries < TRIES, "the update gets done");
      this.exchange();
    }
    this.exchange();
    if (this.scene.ap.modifier !== null) {
      // The cache is written once in a power cycle, which may have been for the generation before.
      this.scene.powerCycle();
      this.exchange();
    }
    this.#assertSettled();
  }

  /** A new M1 is answered with an SNonce that never was, under a generation that both ends have. */
  #answered(): ApSession {
    const m2 = this.scene.answer(this.scene.m1());
    const sNonce = hex(m2.slice(5, 5 + this.scene.profile.N));
    assert.ok(!this.#m2s.has(sNonce), "AMP-R2: no SNonce repeats");
    this.#m2s.set(sNonce, hex(m2));
    return this.scene.taken(m2);
  }

  /** The record in the end: one root, the one that was proven, and a cache entry of its generation. */
  #assertSettled(): void {
    const { nvm, ap } = this.scene;
    const root = slotOctets({ generation: this.#newest, key: midstates(ap.rootOf(SPA, this.#newest)) });
    const slots = SLOTS.map(({ offset, length }) => nvm.octets.slice(offset, offset + length));
    assert.ok(
      slots.some((slot) => equal(slot, root)),
      "the proven root is there",
    );
    assert.ok(slots.some(isZero), "and no other");
    const cache = nvm.octets.slice(CACHE.offset, CACHE.offset + CACHE.length);
    if (ap.modifier === null) assert.ok(isZero(cache), "direct mode leaves no cache entry");
    else assert.deepEqual([cache[0], hex(cache.slice(8, 16))], [this.#newest, hex(ap.modifier)]);
  }

  #modifierPrime(): Uint8Array {
    return bigEndian(nextGeneration(this.#newest) + 1, 16);
  }
}
