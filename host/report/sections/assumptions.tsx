/** @jsxRuntime automatic @jsxImportSource #html */
/* Every number behind the figures, with its unit, its source and how it was come by. */
import { BANDS, bandOf, type Quantity, type Status } from "../../energy/quantity.ts";
import { theResult } from "../figure.tsx";
import { percent, si } from "../units.ts";
import { Section, Table } from "./section.tsx";

/** The surest first. */
const STATUSES = Object.keys(BANDS) as Status[];

interface Row {
  /** Its place in the profiles: "mcu.cycle_J". */
  readonly name: string;
  readonly value: string;
  readonly source: string;
  readonly status: Status;
  readonly band: readonly [number, number];
}

export function Assumptions() {
  const { profiles, energy } = theResult();
  const rows = rowsOf(profiles);
  const of = (status: Status): number => rows.filter((row) => row.status === status).length;
  return (
    <Section
      id="assumptions"
      title="Assumptions"
      says="Every number behind the figures above, where it comes from, and how far off it may be. A status is how a number was come by, the surest first: measured, read off a datasheet, proposed to the task group, or assumed by this project."
    >
      <fieldset class="filter">
        <legend class="hidden">Show numbers that are</legend>
        {STATUSES.map((status) => (
          <label>
            <input type="checkbox" checked id={`show-${status}`} /> <span class={`status ${status}`}>{status}</span>{" "}
            {of(status)}
          </label>
        ))}
      </fieldset>
      <Table
        heads={["number", "value", "may be", "status", "source"]}
        right={["value"]}
        caption="Numbers and their sources"
      >
        {rows.map(({ name, value, source, status, band: [low, high] }) => (
          <tr class={`number-${status}${name === energy.mover?.number ? " mover" : ""}`}>
            <th scope="row" class="mono">
              {name}
              {name === energy.mover?.number && <span class="aside"> moves the energy most</span>}
            </th>
            <td class="right">{value}</td>
            <td class="aside nowrap">
              {low === 1 && high === 1 ? "exact" : `${percent(low)} to ${percent(high)}`.replaceAll(".0 %", " %")}
            </td>
            <td>
              <span class={`status ${status}`}>{status}</span>
            </td>
            <td>{source}</td>
          </tr>
        ))}
      </Table>
    </Section>
  );
}

const SI_UNITS = ["J", "W", "s", "F", "V", "Hz", "Ohm", "m", "A"];

/** All members that have a source and a status, at any depth, in the order of their names. */
function rowsOf(profiles: object, path = ""): Row[] {
  return Object.entries(profiles).flatMap(([key, member]): Row[] => {
    if (typeof member !== "object" || member === null || Array.isArray(member)) return [];
    const name = path === "" ? key : `${path}.${key}`;
    if (!("source" in member && "status" in member)) return rowsOf(member, name);
    const { value, unit, source, status, band, points } = member as Partial<Quantity> & { points?: readonly object[] };
    if (source === undefined || status === undefined) return [];
    return [
      {
        // A note speaks for the numbers beside it.
        name: name.replace(/Note$/, ""),
        value: value === undefined ? (points ? `${points.length} points` : "a table") : told(value, unit ?? ""),
        ...{ source, status },
        band: bandOf({ status, band }),
      },
    ];
  });
}

function told(value: number | string, unit: string): string {
  // JSON has no Infinity: the canonical form writes its name.
  if (typeof value !== "number") return `${value} ${unit}`;
  if (SI_UNITS.includes(unit)) return si(value, unit);
  return unit === "1" ? String(value) : `${value}\u00a0${unit}`;
}
