/*
 * What a class of WebAssembly opcodes costs on a core that runs the module compiled ahead of time (wasm2c -O2, addresses
 * masked to 64 KiB), in sixteenths of a clock cycle. Until they are fitted to counts of the same module they are made to
 * meet one total:
 *
 *   M4_INSTRUCTIONS  0.47 Thumb-2 instructions a wasm instruction: emulated Cortex-M4, wasm2c -O2 masked: 66,332 of
 *                    147,254 (hostap-O3) and 76,290 of 153,534 (a plain C floor), 0.45 and 0.50
 *   M4_CYCLES        1.25 cycles a Thumb-2 instruction: loads and taken branches take a second and a third cycle
 *
 * so that the 68,563 instructions of a cold M2 take about 40,300 cycles. Within the total a class has what its operation
 * takes: one instruction of arithmetic is one cycle; an access is a mask, an addition and two cycles of bus; a branch is
 * a compare and one and a half refills in two; a call saves and restores registers. Locals are registers and constants
 * are immediates for the most part: what is left of the total pays for the spilled and the wide ones.
 */
import type { Weights } from "../../device/weights.ts";
import type { Quantity } from "../quantity.ts";

export const M4_INSTRUCTIONS = 0.47;
export const M4_CYCLES = 1.25;

/** Cortex-M4 and M33: 32-bit, Thumb-2, three pipeline stages. */
export const CORTEX_M4: Weights = {
  structure: 0,
  branch: 40,
  call: 192,
  pick: 24,
  local: 1,
  global: 48,
  load: 64,
  load64: 96,
  store: 56,
  store64: 88,
  memory: 16,
  const: 2,
  alu: 16,
  alu64: 48,
  mul: 16,
  mul64: 80,
  div: 128,
  div64: 1600,
  float: 1600,
};

const M4_DERIVATION =
  "0.47 Thumb-2 instructions a wasm instruction (wasm2c -O2 masked on an emulated Cortex-M4, other modules) x 1.25 " +
  "cycles an instruction, shared out over the classes by hand; not calibrated with this module";

/** The peers' spread (0.45 .. 0.55) times that of the cycles (1.0 .. 1.6). */
export const CORTEX_M4_NOTE: Pick<Quantity, "source" | "status" | "band"> = {
  source: M4_DERIVATION,
  status: "assumed",
  band: [0.75, 1.5],
};

/**
 * MSP430 cycles for one of the M4. A 32-bit operation is two instructions of 16 bits; twelve registers hold six such
 * words, so that most operands come from memory (3 cycles instead of 1); and rotation goes by one bit an instruction.
 * Beside it: 132 cycles an octet of software AES on the MSP430 (Buhrow et al.) over 39.7 on the M4 (Schwabe and
 * Stoffelen, tables) is 3.3, with octets, which suit the MSP430 better than words.
 */
const MSP430_FACTOR = 6;

export const MSP430: Weights = Object.fromEntries(
  Object.entries(CORTEX_M4).map(([name, weight]) => [name, weight * MSP430_FACTOR]),
) as Weights;

export const MSP430_NOTE: Pick<Quantity, "source" | "status" | "band"> = {
  source: `${MSP430_FACTOR} times the Cortex-M4's: 16-bit words, few registers, no barrel shifter; ${M4_DERIVATION}`,
  status: "assumed",
};
