/*
 * Lives as CSV: one row for each, from power-up to death.
 */
import { stringify } from "csv-stringify/sync";
import type { Life } from "../../sim/tally.ts";

export function livesCsv(lives: readonly Life[]): string {
  const rows = lives.map(({ death, ...life }) => ({
    ...life,
    phase: death?.phase ?? "",
    call: death?.call ?? "",
    fuel: death?.fuel ?? "",
    nvmOffset: death?.nvmOffset ?? "",
  }));
  return stringify(rows, { header: true, columns: COLUMNS });
}

const COLUMNS = [
  ...["station", "life", "up_s", "down_s", "vDown_V", "phase", "call", "fuel", "nvmOffset"],
  ...["m1Heard", "m2Sent", "confirmed", "spent_J"],
];
