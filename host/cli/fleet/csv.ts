/* A fleet as CSV: one row for each station, over all the access points that it was at. */
import { stringify } from "csv-stringify/sync";
import type { FleetRun } from "../../fleet/fleet.ts";
import { stationRows } from "../../fleet/result.ts";

export function fleetCsv({ cells }: FleetRun): string {
  const rows = stationRows(cells.flatMap(({ visits }) => visits));
  return stringify(
    rows.map((row) => ({ ...row, first_s: row.first_s ?? "" })),
    { header: true },
  );
}
