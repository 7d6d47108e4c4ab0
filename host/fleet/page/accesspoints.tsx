/** @jsxRuntime automatic @jsxImportSource #html */
/* Each access point with what it took; where there are many, the best, the worst and those between. */
import { Part, Table } from "../../report/sections/section.tsx";
import { figures, number, percent } from "../../report/units.ts";
import type { ApRow, FleetResult } from "../result.ts";

/** More rows are no table that anybody reads. */
const ROWS_MAX = 24;

export function AccessPoints({ result: { aps, fleet } }: { readonly result: FleetResult }) {
  const sorted = [...aps].sort((a, b) => b.taken - a.taken || a.ap - b.ap);
  const shown = sorted.length <= ROWS_MAX ? sorted : spread(sorted);
  const most = Math.max(1, ...aps.map(({ taken }) => taken));
  return (
    <Part
      id="access-points"
      title="Access points"
      says={
        <>
          From the one that took the most readings to the one that took the fewest
          {shown.length < aps.length ? `; ${shown.length} of ${number(aps.length)}, evenly among them` : ""}. A bar is
          the part of the most.
        </>
      }
    >
      <Table
        heads={["access point", "stations", "readings", "a second", "M2s collided", "fairness"]}
        caption="Access points"
      >
        {shown.map(({ ap, stations, taken, m2Sent, m2Collided, fairness }) => (
          <tr>
            <td>{ap}</td>
            <td>{stations}</td>
            <td class="bars">
              <span class="part" style={{ "--part": (taken / most).toFixed(3) }} /> {number(taken)}
            </td>
            <td>{figures(taken / fleet.duration_s)}</td>
            <td>{m2Sent === 0 ? "-" : percent(m2Collided / m2Sent)}</td>
            <td>{fairness?.toFixed(3) ?? "-"}</td>
          </tr>
        ))}
      </Table>
    </Part>
  );
}

/** The first, the last and those evenly between. */
function spread(rows: readonly ApRow[]): ApRow[] {
  return Array.from({ length: ROWS_MAX }, (_, i) => rows[Math.round((i * (rows.length - 1)) / (ROWS_MAX - 1))]);
}
