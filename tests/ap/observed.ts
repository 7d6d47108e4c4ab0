/** A Crypto that remembers what an AP did with it: R1, R3 and R5 are claims about calls that leave no other trace. */
import assert from "node:assert/strict";
import type { Crypto } from "../../host/crypto/crypto.ts";
import { hex, isZero } from "../twin/bytes.ts";
import { labelled } from "../vectors/world.ts";
import { apBackend } from "./backend.ts";

/** One derivation of a PTK; `ptk` is the very array that was handed out, so it shows whether it was wiped. */
interface Ptk {
  readonly inputs: string;
  readonly ptk: Uint8Array;
}

/** A nonce(13) of PROTOCOL section 3 begins the input of each CMAC. */
const NONCE_OCTETS = 13;

export class ObservedCrypto implements Crypto {
  readonly ptks: Ptk[] = [];
  /** (key, nonce) of every frame sealed with CCM, and of every CMAC whose nonce has the AP's address as A2. */
  readonly sealed: string[] = [];
  /** What the next randomBytes calls answer, before the seeded stream goes on. */
  readonly planned: Uint8Array[] = [];
  readonly #aa: string;
  readonly #label: string;
  #draws = 0;

  /** The same label gives the same random octets. */
  constructor(aa: Uint8Array, label = "AP") {
    this.#aa = hex(aa);
    this.#label = label;
  }

  readonly sha256 = apBackend().sha256;
  readonly hmac = apBackend().hmac;
  readonly ccmOpen = apBackend().ccmOpen;
  readonly equal = apBackend().equal;

  kdf256(key: Uint8Array, label: string, context: Uint8Array): Uint8Array {
    const output = apBackend().kdf256(key, label, context);
    if (label === "AMP PTK") this.ptks.push({ inputs: `${hex(key)} ${hex(context)}`, ptk: output });
    return output;
  }

  cmac(key: Uint8Array, message: Uint8Array): Uint8Array {
    const nonce = hex(message.subarray(0, NONCE_OCTETS));
    if (nonce.slice(2, 14) === this.#aa) this.sealed.push(`KCK ${hex(key)} ${nonce}`);
    return apBackend().cmac(key, message);
  }

  ccmSeal(...call: Parameters<Crypto["ccmSeal"]>): Uint8Array {
    const [key, nonce] = call;
    this.sealed.push(`TK ${hex(key)} ${hex(nonce)}`);
    return apBackend().ccmSeal(...call);
  }

  randomBytes(length: number): Uint8Array {
    const planned = this.planned.shift();
    return planned ?? labelled(`${this.#label}, draw ${this.#draws++}`, length);
  }

  /** R1: no (key, A2, PN) was used twice, and all of them with the AP's own address. */
  assertSealedOnce(): void {
    assert.equal(new Set(this.sealed).size, this.sealed.length, "AMP-R1: a (key, A2, PN) was used twice");
    for (const use of this.sealed) assert.ok(use.includes(` 00${this.#aa}`), `A2 is the AA in ${use}`);
  }

  /** R5: of all PTKs derived so far, those that are not zeros. */
  livePtks(): number {
    return this.ptks.filter(({ ptk }) => !isZero(ptk)).length;
  }
}
