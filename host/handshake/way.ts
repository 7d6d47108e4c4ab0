/* A way from power-off to a protected reading at the AP, and what is known of it before any power model. */
import type { Weights } from "../device/weights.ts";
import type { Step } from "./step.ts";

export interface Way {
  readonly name: string;
  /** Which protocol it is: rows stand together by it. */
  readonly family: string;
  /** With the CPU's fuel counted by those weights. */
  readonly steps: (weights: Weights) => readonly Step[];
  readonly frames: number;
  readonly dl_octets: number;
  readonly ul_octets: number;
  /** WebAssembly instructions, exact. */
  readonly wasm: number;
  /** Thumb-2 instructions of the same on the emulated Cortex-M4, exact; null where the firmware was not run. */
  readonly m4: number | null;
  /** From the end of the first downlink frame until its answer is ready: what decides the earliest slot. */
  readonly answer: (weights: Weights) => readonly Step[];
  /** Of a slot that holds the answer and what comes back; null: frames follow one another without slots. */
  readonly slot_s: number | null;
}
