/* What bench/mcu finds, as it is committed. */
import type { Figures } from "../../host/bench/bench.ts";
import type { Calibration } from "../../host/mcu/calibrate.ts";

/** One firmware: what it takes, and Thumb instructions of its calls, without those of the imports. */
export interface FirmwareRow {
  readonly board: string;
  readonly module: string;
  readonly optimisation: string;
  readonly scheme: string;
  readonly flash_octets: number;
  readonly module_octets: number;
  readonly ram_octets: number;
  readonly stack_octets: number;
  readonly instructions: {
    readonly boot: number;
    readonly m2Cold: number;
    readonly m2Cached: number;
    readonly m3: number;
    readonly m3Update: number;
  };
}

export interface McuResult {
  readonly tools: { readonly gcc: string; readonly qemu: string };
  readonly hashes: { readonly release: string; readonly small: string };
  readonly firmwares: readonly FirmwareRow[];
  /** By board: one price list for both builds, gcc -O2, memory checked. */
  readonly calibrations: readonly ({ readonly board: string } & Calibration)[];
}

/** Less is better, of every one. */
export function mcuFigures({ firmwares, calibrations }: McuResult): Figures {
  const shipped = firmwares.filter(({ optimisation, scheme }) => optimisation === "-O2" && scheme === "checked");
  return Object.fromEntries([
    ...shipped.flatMap(({ board, module, module_octets, ram_octets, instructions }) => [
      [`${board} ${module}: octets of flash`, module_octets],
      [`${board} ${module}: octets of RAM`, ram_octets],
      [`${board} ${module}: instructions of a cold M2`, instructions.m2Cold],
      [`${board} ${module}: instructions of an M3`, instructions.m3],
    ]),
    ...calibrations.flatMap(({ board, others }) =>
      Object.entries(others).map(([module, { worst }]) => [
        `${board} ${module}: the meter is off by, per mille`,
        Math.ceil(1000 * Math.abs(worst)),
      ]),
    ),
  ]);
}
