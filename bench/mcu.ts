/*
 * The shipped modules on emulated microcontrollers: flash, RAM, exact Thumb instructions, and how well the simulator's
 * meter, which prices WebAssembly opcodes, says what the core executes.
 */
import type { Bench } from "../host/bench/bench.ts";
import { measuredMcu } from "./mcu/measure.ts";
import { type McuResult, mcuFigures } from "./mcu/result.ts";
import { mcuTables } from "./mcu/tables.ts";

export default {
  measure: measuredMcu,
  tables: mcuTables,
  figures: mcuFigures,
} satisfies Bench<McuResult>;
