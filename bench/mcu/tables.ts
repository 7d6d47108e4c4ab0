/* The result for the eye. */
import type { Table } from "../../host/bench/bench.ts";
import type { Deviation } from "../../host/mcu/calibrate.ts";
import type { FirmwareRow, McuResult } from "./result.ts";

type Row = Table["rows"][number];

/** Of a whole conversation that was not fitted on. */
const GOAL = 0.03;

export function mcuTables({ tools, firmwares, calibrations }: McuResult): Table[] {
  const checked = firmwares.filter(({ scheme }) => scheme === "checked");
  const schemes = firmwares.filter(({ module, optimisation }) => module === "release" && optimisation === "-O2");
  const [m4] = calibrations;
  return [
    {
      id: "firmware",
      title: "The station as firmware: octets and exact Thumb instructions",
      headline: true,
      rows: checked.map(firmwareRow),
      note: `compact, 16 octets of reading, AES-CCM. Without the instructions of the three imports, which are the host's. RAM is data
without the stack; the stack is as deep as it was seen. The flash is the module's; what stands around it here adds 2 KiB.
${tools.gcc}; ${tools.qemu}. QEMU counts instructions, not cycles.`,
    },
    {
      id: "memory",
      title: "How linear memory is reached, release build, -O2",
      rows: schemes.map((row) => schemeRow(row, schemes)),
      note: `checked: one comparison of 32 bits with a constant, exact (host/mcu/firmware/memory.h); masked: wraps at 2 KiB, so a stray
access goes somewhere; none: trusts the module; wasm2c: its own comparison of 64 bits with a variable.`,
    },
    {
      id: "calibration",
      title: "The simulator's meter against the core: prices fitted on every second conversation, tried on the others",
      headline: true,
      rows: calibrations.flatMap(({ board, fitted, others }) =>
        Object.keys(others).map((module) => ({
          board,
          build: module,
          conversations: fitted[module].conversations + others[module].conversations,
          "fitted: all together": percent(fitted[module].total),
          "fitted: farthest off": percent(fitted[module].worst),
          "others: all together": percent(others[module].total),
          "others: farthest off": percent(others[module].worst),
          "goal 3 %": Math.abs(others[module].worst) <= GOAL ? "met" : "MISSED",
        })),
      ),
      note: "One price list a core for both builds. Whole conversations of every profile, mode and keying, with other lengths in each.",
    },
    {
      id: "phases",
      title: "The same by phase, release build on a Cortex-M4, of the conversations that were not fitted on",
      rows: phaseRows(m4.others.release),
      note: `A phase is a few functions, and a price is one for all: a call of a hundred instructions may be far off and weigh nothing.`,
    },
    {
      id: "prices",
      title: "Thumb instructions an opcode, by class, as fitted",
      rows: Object.keys(m4.prices).map((name) => ({
        class: name,
        ...Object.fromEntries(calibrations.map(({ board, prices }) => [board, Number(prices[name].toFixed(2))])),
      })),
      note: `Classes that always come together share a price in any way that fits: single prices say little, sums are what was measured.
Classes that do not occur (division, 64-bit multiplication, memory.size) have guesses, scaled.`,
    },
  ];
}

function firmwareRow({
  board,
  module,
  optimisation,
  module_octets,
  ram_octets,
  stack_octets,
  instructions,
}: FirmwareRow): Row {
  return {
    board,
    build: module,
    gcc: optimisation,
    flash: module_octets,
    RAM: ram_octets,
    stack: stack_octets,
    boot: instructions.boot,
    "M2, PMK derived": instructions.m2Cold,
    "M2, PMK cached": instructions.m2Cached,
    M3: instructions.m3,
    "M3 with UPDATE": instructions.m3Update,
  };
}

function schemeRow(
  { board, scheme, module_octets, ram_octets, instructions }: FirmwareRow,
  all: readonly FirmwareRow[],
): Row {
  const own = all.find((row) => row.board === board && row.scheme === "checked");
  return {
    board,
    memory: scheme,
    flash: module_octets,
    RAM: ram_octets,
    "M2, PMK derived": instructions.m2Cold,
    "of checked": own ? `${(instructions.m2Cold / own.instructions.m2Cold).toFixed(2)} x` : null,
  };
}

function phaseRows({ phases }: Deviation): Row[] {
  const all = Object.values(phases).reduce((sum, { instructions }) => sum + instructions, 0);
  return Object.entries(phases).map(([phase, { instructions, total, worst }]) => ({
    phase,
    share: percent(instructions / all),
    "all together": percent(total),
    "farthest off": percent(worst),
  }));
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
