/* The result for the eye. */
import type { Table } from "../../host/bench/bench.ts";
import { percent } from "../../host/text/units.ts";
import type { Part } from "./profile.ts";
import { bound, type LoadResult, slowdown } from "./result.ts";

type Row = Table["rows"][number];

/** Of M2s verified a second, in process on one core. */
const GOAL = 50_000;

export function loadTables(result: LoadResult): Table[] {
  const { machine, stations, channels, reading_octets, window_s, windows, inProcess, wire, floods } = result;
  const where = `Node ${machine.node}, ${machine.cpu}, ${machine.cores} cores for AP, stations and floods together`;
  const how = `${stations} stations on ${channels} channels, ${reading_octets} octets of reading, CCM, --fast; windows of ${window_s} s, ${windows} of each`;
  return [
    {
      id: "process",
      title: "Uplinks verified in process, one core, no socket, no store",
      headline: true,
      rows: inProcess.map(({ backend, perSecond }) => ({
        backend,
        "a second": rounded(perSecond),
        [`times the goal of ${GOAL.toLocaleString("en")}`]: (perSecond / GOAL).toPrecision(2),
      })),
      note: "The access point of bench/throughput with fewer repetitions: M2 verified and M3 made. `ampcore ap` has the WASM core.",
    },
    {
      id: "wire",
      title: "Readings through UDP, from M1 to an M3 that the station verified",
      headline: true,
      rows: wire.map(({ consumer, perSecond, cpu_us, busy, datagramsIn, datagramsOut, perFlush, overflowed }) => ({
        "readings to": consumer,
        "a second": rounded(perSecond),
        "CPU of the AP for one, us": rounded(cpu_us),
        "of one core": percent(busy),
        "datagrams in, each": rounded(datagramsIn),
        "datagrams out, each": rounded(datagramsOut),
        "readings a flush": perFlush === undefined ? null : rounded(perFlush),
        "datagrams without room": overflowed,
      })),
      note: `${how}. ${where}.${windows === 1 ? " Under the profiler, which has its price." : ""}`,
    },
    {
      id: "shares",
      title: "Where the AP's main thread spends its time",
      headline: true,
      rows: (Object.keys(wire[0].shares) as Part[]).map((part) => ({
        part,
        ...Object.fromEntries(wire.map(({ consumer, shares }) => [consumer, percent(shares[part])])),
      })),
      note: "V8's profiler (node --cpu-prof), self time by file; native code counts for whoever called it. The flush itself runs beside the main thread.",
    },
    {
      id: "floods",
      title: "Honest stations beside floods",
      headline: true,
      rows: floods.map(floodRow),
      note: `${how}, without and with the flood in turn. Slower by: honest readings a second without over with, by the clock
of a machine that others use. Reckoned: with r datagrams a second at c us of the AP's CPU each 1 / (1 - r c); for a peer, whom rounds wait for, or where an M2 found no
room, patience over the length of a round more. Limits on: ${LIMITS_TEXT}.`,
    },
  ];
}

const LIMITS_TEXT =
  "--source-rate 5000 --id-rate 20 (on the air's clock, which --fast has run ahead); off: 1,000,000 both";

function floodRow(row: LoadResult["floods"][number]): Row {
  const most = bound(row);
  return {
    flood: row.flood,
    limits: row.limits,
    "offered a second": rounded(row.offered),
    "admitted a second": rounded(row.admitted),
    "us each": rounded(row.each_us),
    "readings a second without": rounded(row.without),
    with: rounded(row.with),
    "slower by": slowdown(row).toFixed(2),
    "reckoned from the CPU's part": Number.isFinite(most) ? most.toFixed(2) : "no bound",
    "CPU of the AP a reading, times": (row.cpuWith_us / row.cpuWithout_us).toFixed(2),
    "datagrams without room": row.overflowed,
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
