/** SNonce (docs/RSN.md section 4): SHA-256("AMP SNonce" ‖ entropy(32) ‖ SPA ‖ BE32(boot counter) ‖ BE16(n)), all 32 octets. */

import { ascii, bigEndian, concat } from "../../twin/bytes.ts";
import type { TwinHost } from "../../twin/host.ts";
import { sha256 } from "../../twin/sha256.ts";
import { isHealthy } from "../../twin/snonce.ts";
import { raiseBootCounter } from "./record.ts";

const ENTROPY_octets = 32;
const N_MAX = 0xffff;

export type NonceFailure = "entropy failed" | "NVM failed" | "PN exhausted";

/** The source of one power cycle. */
export class NonceSource {
  readonly #host: TwinHost;
  readonly #spa: Uint8Array;
  #seed: Uint8Array | null = null;
  #n = 0;

  constructor(host: TwinHost, spa: Uint8Array) {
    this.#host = host;
    this.#spa = spa;
  }

  draw(): Uint8Array | NonceFailure {
    if (this.#seed === null) {
      const entropy = this.#host.entropy(ENTROPY_octets);
      if (entropy === null || !isHealthy(entropy)) return "entropy failed";
      const counter = raiseBootCounter(this.#host);
      if (counter === null) return "NVM failed";
      this.#seed = concat(ascii("AMP SNonce"), entropy, this.#spa, bigEndian(counter, 4));
    }
    if (this.#n > N_MAX) return "PN exhausted";
    return sha256(concat(this.#seed, bigEndian(this.#n++, 2)));
  }
}
