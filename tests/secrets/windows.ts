/**
 * Octet strings that must not stand in memory, looked for in parts: two words of one in a row are enough to be found,
 * at any address, in the order of the standards or with the octets of each word turned round.
 */
import { isZero } from "../twin/bytes.ts";

const WINDOW_octets = 8;
const STEP_octets = 4;

/** The octets of every word turned round, as a machine of the other order would hold them. */
export function turned(octets: Uint8Array): Uint8Array {
  const whole = octets.slice(0, octets.length & ~3);
  return whole.map((_, i) => whole[(i & ~3) + 3 - (i & 3)]);
}

const textOf = (octets: Uint8Array): string => String.fromCharCode(...octets);

export class Windows {
  readonly #names = new Map<string, string>();

  /** Forbids these octets; shorter ones than two words only as a whole. */
  forbid(name: string, octets: Uint8Array): void {
    for (const form of [octets, turned(octets)]) {
      for (let at = 0; at + WINDOW_octets <= form.length; at += STEP_octets) {
        const window = form.subarray(at, at + WINDOW_octets);
        // Nothing but zeros tells nothing.
        if (!isZero(window)) this.#names.set(textOf(window), name);
      }
    }
  }

  /** Takes another's into this one. */
  include(other: Windows): void {
    for (const [window, name] of other.#names) this.#names.set(window, name);
  }

  /** What of it stands in these octets: "TK of session 2 at 448" for each. */
  foundIn(octets: Uint8Array): string[] {
    const text = textOf(octets);
    const found: string[] = [];
    for (let at = 0; at + WINDOW_octets <= text.length; at++) {
      const name = this.#names.get(text.slice(at, at + WINDOW_octets));
      if (name !== undefined) found.push(`${name} at ${at}`);
    }
    return found;
  }
}
