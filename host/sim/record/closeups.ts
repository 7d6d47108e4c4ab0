/*
 * Close-ups: what led to an exchange or to a death is known only when that has happened, so every station that is drawn
 * keeps the last pieces of its life.
 */
import type { Phase } from "../../device/phase.ts";
import { voltageOf_V } from "../../energy/storage.ts";
import type { CloseUp } from "./timeline.ts";

/** Pieces that a station keeps at least, if it had them: an exchange has some thirty. */
const KEPT = 128;
/** Of the waiting before a trigger so much is shown, and of a wait that no trigger ended. */
const LEAD_s = 0.2e-3;
const WAIT_s = 20e-3;

interface Piece {
  readonly phase: Phase;
  readonly from_s: number;
  readonly from_J: number;
  readonly to_s: number;
  readonly to_J: number;
}

export class LatePieces {
  readonly #capacitance_F: number;
  #pieces: Piece[] = [];

  constructor(capacitance_F: number) {
    this.#capacitance_F = capacitance_F;
  }

  clear(): void {
    this.#pieces = [];
  }

  /** The next piece; one of the same phase goes on where the last ended. */
  drew(piece: Piece): void {
    const last = this.#pieces.at(-1);
    if (last?.phase === piece.phase) {
      this.#pieces[this.#pieces.length - 1] = { ...last, to_s: piece.to_s, to_J: piece.to_J };
      return;
    }
    if (this.#pieces.length >= 2 * KEPT) this.#pieces = this.#pieces.slice(KEPT);
    this.#pieces.push(piece);
  }

  /** All since it last waited for a trigger, or since power-up. */
  closeUp(): Pick<CloseUp, "from_s" | "v_mV" | "pieces"> {
    const pieces = this.#pieces;
    let first = Math.max(pieces.length - 1, 0);
    while (first > 0 && !waitsForTrigger(pieces, first)) first--;
    const [head] = pieces.slice(first);
    if (head === undefined) return { from_s: 0, v_mV: 0, pieces: [] };
    const lead_s = pieces.length - first > 1 ? LEAD_s : WAIT_s;
    const from_s = head.phase === "listen" ? Math.max(head.from_s, head.to_s - lead_s) : head.from_s;
    const part = head.to_s > head.from_s ? (from_s - head.from_s) / (head.to_s - head.from_s) : 0;
    const mV = (e_J: number): number => Math.round(1000 * voltageOf_V(this.#capacitance_F, e_J));
    return {
      from_s,
      v_mV: mV(head.from_J + part * (head.to_J - head.from_J)),
      pieces: pieces.slice(first).map(({ phase, to_s, to_J }) => ({
        phase,
        to_us: Math.round((to_s - from_s) * 1e7) / 10,
        v_mV: mV(to_J),
      })),
    };
  }
}

/** It listens, and not for the M3 that answers what it has just sent. */
function waitsForTrigger(pieces: readonly Piece[], at: number): boolean {
  return pieces[at].phase === "listen" && pieces[at - 1]?.phase !== "tx";
}
