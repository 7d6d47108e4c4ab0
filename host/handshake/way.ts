/* A way from power-off to a protected reading at the AP, and what is known of it before any power model. */
import type { Weights } from "../device/weights.ts";
import type { Cost } from "./figures.ts";
import type { Step } from "./step.ts";

/**
 * What a way's numbers rest on:
 * - run: the module ran all of it;
 * - composed: parts of ways that were run, put together or left out (docs/HANDSHAKE.md says which);
 * - cited: a counting model of published figures. Nothing of this project computed it.
 */
export const BASES = ["run", "composed", "cited"] as const;
export type Basis = (typeof BASES)[number];

export interface Way {
  readonly name: string;
  /** Which protocol it is: rows stand together by it. */
  readonly family: string;
  /** Left out: run. */
  readonly basis?: Basis;
  /** Published figures that were counted, where basis is cited. */
  readonly costs?: readonly Cost[];
  /** Of lengths and messages, where basis is cited. */
  readonly sources?: readonly string[];
  /** With the CPU's fuel counted by those weights. */
  readonly steps: (weights: Weights) => readonly Step[];
  readonly frames: number;
  readonly dl_octets: number;
  readonly ul_octets: number;
  /** WebAssembly instructions, exact; null where not all of it is WebAssembly. */
  readonly wasm: number | null;
  /** Thumb-2 instructions of the same on the emulated Cortex-M4, exact; null where the firmware was not run. */
  readonly m4: number | null;
  /** From the end of the first downlink frame until its answer is ready: what decides the earliest slot. */
  readonly answer: (weights: Weights) => readonly Step[];
  /** Of a slot that holds the answer and what comes back; null: frames follow one another without slots. */
  readonly slot_s: number | null;
  /** Which of the frames that it sends waits for a slot, from 0; left out: the first. */
  readonly slotted?: number;
}
