/*
 * Two indoor photovoltaic cells: the most that each gives, from measured I-V curves.
 */
import type { MaximumPower } from "../pv/cell.ts";
import type { Status } from "../quantity.ts";

export interface CellProfile {
  readonly name: string;
  readonly summary: string;
  readonly points: readonly MaximumPower[];
  /** Of all points. */
  readonly source: string;
  readonly status: Status;
}

const SIMBA = "maximum of V I over the I-V curves of LENS-TUGraz/simba 0b48c4e";

export const CELLS = {
  am1417: {
    name: "am1417",
    summary: "Panasonic AM-1417, amorphous silicon, for indoors",
    points: [
      { lux: 300, power_W: 29e-6 },
      { lux: 600, power_W: 47e-6 },
      { lux: 1000, power_W: 65e-6 },
    ],
    source: SIMBA,
    status: "measured",
  },
  "exl2-1v50": {
    name: "exl2-1v50",
    summary: "Lightricity EXL2-1V50",
    points: [
      { lux: 300, power_W: 68e-6 },
      { lux: 1000, power_W: 147e-6 },
    ],
    source: SIMBA,
    status: "measured",
  },
} as const satisfies Record<string, CellProfile>;
