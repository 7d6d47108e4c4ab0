/*
 * Joules by phase and by source: the one account of what was spent, from which every table of energy is made.
 */
import { PHASES, type Phase } from "../device/phase.ts";
import { type Load, SOURCE_NAMES, type Source } from "./loads.ts";

const PHASE_NAMES = Object.keys(PHASES) as readonly Phase[];
const ROW = indexOf(PHASE_NAMES);
const COLUMN = indexOf(SOURCE_NAMES);

export class Ledger {
  readonly #cells = new Float64Array(PHASE_NAMES.length * SOURCE_NAMES.length);

  /** `load` drew for `dt_s` seconds in `phase`. */
  add(phase: Phase, { parts }: Load, dt_s: number): void {
    const row = ROW[phase] * SOURCE_NAMES.length;
    for (const { column, power_W } of parts) this.#cells[row + column] += power_W * dt_s;
  }

  /** Takes in another account. */
  addAll(other: Ledger): void {
    for (const [at, e_J] of other.#cells.entries()) this.#cells[at] += e_J;
  }

  of(phase: Phase, source: Source): number {
    return this.#cells[ROW[phase] * SOURCE_NAMES.length + COLUMN[source]];
  }

  ofPhase(phase: Phase): number {
    return SOURCE_NAMES.reduce((sum, source) => sum + this.of(phase, source), 0);
  }

  ofSource(source: Source): number {
    return PHASE_NAMES.reduce((sum, phase) => sum + this.of(phase, source), 0);
  }

  total_J(): number {
    return this.#cells.reduce((sum, e_J) => sum + e_J, 0);
  }
}

function indexOf<Name extends string>(names: readonly Name[]): Readonly<Record<Name, number>> {
  return Object.fromEntries(names.map((name, index) => [name, index])) as Record<Name, number>;
}
