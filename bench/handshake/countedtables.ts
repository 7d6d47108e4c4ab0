/* The tables that not everything was run for: ways to a PMK, and protocols that are counted from published figures. */
import type { Table } from "../../host/bench/bench.ts";
import { si } from "../../host/text/units.ts";
import type { HandshakeResult, WayRow } from "./result.ts";

export function countedTables(result: HandshakeResult): Table[] {
  return [pmkTable(result), schemesTable(result), citedTable(result), costsTable(result)];
}

/** Millions of cycles, or thousands. */
const cyclesText = (cycles: number): string =>
  cycles < 1e6 ? `${(cycles / 1e3).toFixed(0)} k` : `${(cycles / 1e6).toFixed(2)} M`;

function pmkTable({ pmk, ways, parts }: HandshakeResult): Table {
  return {
    id: "pmk",
    title: "Ways to a PMK that were discussed in public, each with the same exchange behind it",
    rows: pmk.map(({ scheme, way }) => {
      const row = wayNamed(ways, way);
      return {
        PMK: scheme,
        basis: row.basis,
        frames: row.frames,
        "octets down": row.dl_octets,
        "octets up": row.ul_octets,
        wasm: row.wasm,
        energy: si(row.e_J, "J"),
        "at least .. at most": `${si(row.low_J, "J")} .. ${si(row.high_J, "J")}`,
        time: si(row.t_s, "s"),
        "one life": si(row.leastCapacitance_F, "F"),
      };
    }),
    note: `Compact profile, CCM, with M3, on ${parts.mcu}, ${parts.nvm}, ${parts.radio}. Composed: the run with a Modifier, M1 shorter by it; the
run's EAP frames in front of the direct mode's run. EAP-PSK once is the baseline's association, with its own reading; every life
after it is the first row. Cited: counted from published figures, in front of the direct mode's run.`,
  };
}

function schemesTable({ pmk }: HandshakeResult): Table {
  return {
    id: "schemes",
    title: "What follows from them",
    rows: pmk.map(({ scheme, kept, brokenAp, newAp, isForwardSecret, source }) => ({
      PMK: scheme,
      "kept beside the root": kept,
      "one broken AP gives away": brokenAp,
      "before a new AP": newAp,
      "forward secret": isForwardSecret,
      source,
    })),
    note: "Motion 113 asks for a low-complexity method to generate and update a PMK, and leaves it open.",
  };
}

function citedTable({ ways, parts }: HandshakeResult): Table {
  return {
    id: "cited",
    title: "TLS 1.3 and EDHOC, counted from published figures: none of it was run here",
    rows: ways
      .filter(({ basis, family }) => basis === "cited" && family !== "AMP")
      .map((row) => ({
        way: row.name,
        basis: row.basis,
        frames: row.frames,
        "octets down": row.dl_octets,
        "octets up": row.ul_octets,
        "on the air": si(row.airtime_s, "s"),
        "M4 cycles": cyclesText(row.costs.reduce((sum, { times, cycles }) => sum + times * cycles, 0)),
        energy: si(row.e_J, "J"),
        "at least .. at most": `${si(row.low_J, "J")} .. ${si(row.high_J, "J")}`,
        time: si(row.t_s, "s"),
        "one life": si(row.leastCapacitance_F, "F"),
      })),
    note: `The least that each takes: a link that is there, no IP or CoAP, hand-written assembly for a Cortex-M4, the fewest
operations (docs/HANDSHAKE.md). On ${parts.mcu}, ${parts.nvm}, ${parts.radio}.`,
  };
}

function costsTable({ ways }: HandshakeResult): Table {
  const cited = ways.filter(({ basis }) => basis === "cited");
  const costs = new Map(cited.flatMap((row) => row.costs.map((cost) => [cost.operation, cost] as const)));
  return {
    id: "costs",
    title: "What they count",
    rows: [...costs.values()].map(({ operation, cycles, source }) => ({
      operation,
      "M4 cycles": cycles,
      ...Object.fromEntries(cited.map(({ name, costs }) => [name, timesOf(costs, operation)])),
      source,
    })),
    note: `Lengths of messages: ${[...new Set(cited.flatMap(({ sources }) => sources))].join("; ")}.`,
  };
}

function timesOf(costs: WayRow["costs"], operation: string): number | null {
  return costs.find((cost) => cost.operation === operation)?.times ?? null;
}

function wayNamed(ways: readonly WayRow[], wanted: string): WayRow {
  const row = ways.find(({ name }) => name === wanted);
  if (!row) throw new Error(`the result has no way ${wanted}`);
  return row;
}
