/*
 * The costliest input of each kind that a search has seen.
 */
import type { FUNCTIONS } from "../../../host/device/abi.ts";

/** Exports, and for amp_receive what sort of frame: any M1; M3 and Data with a MIC that does not fit, that fits; the rest. */
export type Kind = "trigger" | "forged" | "genuine" | "refused" | keyof typeof FUNCTIONS;

export interface Worst {
  readonly instructions: number;
  /** Which input it was, for a reader. */
  readonly input: string;
}

export class WorstOf {
  readonly #worst = new Map<Kind, Worst>();
  /** Calls that were made. */
  tried = 0;

  see(kind: Kind, instructions: number, input: () => string): void {
    this.tried++;
    const worst = this.#worst.get(kind);
    if (!worst || instructions > worst.instructions) this.#worst.set(kind, { instructions, input: input() });
  }

  /** Throws when nothing of that kind was tried: a search that did not look has found nothing. */
  get(kind: Kind): Worst {
    const worst = this.#worst.get(kind);
    if (!worst) throw new Error(`no ${kind} was tried`);
    return worst;
  }
}
