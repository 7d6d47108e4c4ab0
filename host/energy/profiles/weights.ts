/*
 * What a class of WebAssembly opcodes costs on a core that runs the module compiled ahead of time (wasm2c, gcc -O2, checked
 * memory), in sixteenths of a clock cycle:
 *
 *     weight = 16 x M4_CYCLES x instructions an opcode
 *
 *   M4_PRICES  Thumb-2 instructions an opcode, fitted to exact counts of both shipped modules on an emulated Cortex-M4:
 *              within 3 % of every whole conversation that was not fitted on (bench/results/mcu.md). Classes that always
 *              come together share a price in any way that fits: single prices say little, sums are what was measured.
 *   M4_CYCLES  1.25 cycles a Thumb-2 instruction, assumed: loads and taken branches take a second and a third cycle
 */
import { OPCODE_CLASSES, type OpcodeClass } from "../../device/rewrite/opcodes.ts";
import type { Weights } from "../../device/weights.ts";
import type { Quantity } from "../quantity.ts";

export const M4_CYCLES = 1.25;

/** Of bench/results/mcu.json, mps2-an386; classes that the modules do not have are guesses. */
export const M4_PRICES: Readonly<Record<Exclude<OpcodeClass, "structure" | "float">, number>> = {
  branch: 0.05,
  call: 0.05,
  pick: 5.1,
  local: 0.2,
  global: 0.05,
  load: 0.05,
  load64: 39.35,
  store: 2.25,
  store64: 3.2,
  memory: 0.85,
  const: 0.05,
  alu: 0.85,
  alu64: 0.05,
  mul: 0.7,
  mul64: 3.5,
  div: 8.7,
  div64: 86.9,
};

/** Software floating point: no module of this project has any. */
const FLOAT_instructions = 80;

/** Cortex-M4 and M33: 32-bit, Thumb-2, three pipeline stages. */
export const CORTEX_M4: Weights = weighted(1);

export const CORTEX_M4_NOTE: Pick<Quantity, "source" | "status" | "band"> = {
  source:
    "Thumb-2 instructions an opcode, fitted to this module on an emulated Cortex-M4 (bench/results/mcu.md), x 1.25 cycles " +
    "an instruction, which is assumed",
  status: "assumed",
  // 1.0 .. 1.6 cycles an instruction
  band: [0.8, 1.28],
};

/**
 * MSP430 cycles for one of the M4. A 32-bit operation is two instructions of 16 bits; twelve registers hold six such
 * words, so that most operands come from memory (3 cycles instead of 1); and rotation goes by one bit an instruction.
 * Beside it: 132 cycles an octet of software AES on the MSP430 (Buhrow et al.) over 39.7 on the M4 (Schwabe and
 * Stoffelen, tables) is 3.3, with octets, which suit the MSP430 better than words.
 */
const MSP430_FACTOR = 6;

export const MSP430: Weights = weighted(MSP430_FACTOR);

export const MSP430_NOTE: Pick<Quantity, "source" | "status" | "band"> = {
  source: `${MSP430_FACTOR} times the Cortex-M4's: 16-bit words, few registers, no barrel shifter; ${CORTEX_M4_NOTE.source}`,
  status: "assumed",
};

/** `factor` cycles for one of the M4. */
function weighted(factor: number): Weights {
  const instructions: Readonly<Record<OpcodeClass, number>> = { structure: 0, float: FLOAT_instructions, ...M4_PRICES };
  const sixteenths = (name: OpcodeClass): number => Math.round(16 * M4_CYCLES * instructions[name]) * factor;
  return Object.fromEntries(OPCODE_CLASSES.map((name) => [name, sixteenths(name)])) as Weights;
}
