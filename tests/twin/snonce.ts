/** R2 of PROTOCOL 4a: entropy, drawn and tested once per power cycle, the counter raised, then one SNonce per M1. */
import type { Profile } from "./frames.ts";
import type { TwinHost } from "./host.ts";
import { sNonceOf } from "./keys.ts";
import { raiseCounter, readCells } from "./record.ts";

const ENTROPY_octets = 32;
/** n is two octets: after 65535 there is no SNonce until the next power cycle. */
const N_MAX = 0xffff;

/** SP 800-90B 4.4.1: 1 + ceil(20 / 4) for alpha 2^-20 and H = 4 bits an octet. */
const REPETITION_CUTOFF = 6;
/** SP 800-90B 4.4.2 with W = 32 (Deviation: W = 512 there): smallest count of probability below 2^-20. */
const PROPORTION_CUTOFF = 12;

/** Longest run of one octet value. */
function longestRun(octets: Uint8Array): number {
  let longest = 0;
  let run = 0;
  for (const [i, octet] of octets.entries()) {
    run = i > 0 && octet === octets[i - 1] ? run + 1 : 1;
    longest = Math.max(longest, run);
  }
  return longest;
}

/** Both tests over the 32 octets; a test fails when its count reaches the cut-off. */
export function isHealthy(entropy: Uint8Array): boolean {
  const occurrences = entropy.filter((octet) => octet === entropy[0]).length;
  return longestRun(entropy) < REPETITION_CUTOFF && occurrences < PROPORTION_CUTOFF;
}

/** The source of one power cycle: what it keeps is lost with the power. */
export class SNonceSource {
  readonly #host: TwinHost;
  readonly #spa: Uint8Array;
  #seed: { readonly entropy: Uint8Array; readonly bootCounter: number } | null = null;
  /** SNonces drawn in this power cycle. */
  #n = 0;

  constructor(host: TwinHost, spa: Uint8Array) {
    this.#host = host;
    this.#spa = spa;
  }

  get isExhausted(): boolean {
    return this.#n > N_MAX;
  }

  /**
   * Entropy and counter, if this cycle has them not yet; what it answers is why there is no SNonce, null that there is.
   * Cells that cannot be read must not be taken for not valid: the counter would start again, and with a dead entropy
   * source an SNonce would repeat.
   */
  prepare(): "NVM failed" | "entropy failed" | null {
    if (this.#seed !== null) return null;
    const cells = readCells(this.#host);
    if (cells === null) return "NVM failed";
    const entropy = this.#host.entropy(ENTROPY_octets);
    if (entropy === null || !isHealthy(entropy)) return "entropy failed";
    this.#seed = { entropy, bootCounter: raiseCounter(this.#host, cells) };
    return null;
  }

  /** The next SNonce; prepare() was true and isExhausted is false. */
  draw(profile: Profile): Uint8Array {
    if (this.#seed === null || this.isExhausted) throw new Error("SNonce drawn before it may be");
    return sNonceOf(profile, this.#seed.entropy, this.#spa, this.#seed.bootCounter, this.#n++);
  }
}
