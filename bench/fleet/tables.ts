/* The result for the eye, and what must not get worse. */
import type { Figures, Table } from "../../host/bench/bench.ts";
import { STATIONS_PER_AP } from "../../host/fleet/plan.ts";
import type { FleetBench } from "./measure.ts";

/** How much dearer a station of many may be than one of ten. */
const GOAL_FLAT = 1.2;

export function fleetTables({ machine, duration_s, repetitions, sizes, live, access }: FleetBench): Table[] {
  const [ten] = sizes;
  return [
    {
      id: "sizes",
      title: `CPU time by number of stations, ${STATIONS_PER_AP} at each access point`,
      headline: true,
      rows: sizes.map(({ stations, fleets, readings, perStationSecond_us, heap_MiB }) => {
        const ratio = perStationSecond_us / ten.perStationSecond_us;
        return {
          stations,
          "fleets, one behind the other": fleets,
          readings,
          "us a station-second": Number(perStationSecond_us.toFixed(1)),
          "times ten": `${ratio.toFixed(2)}, goal ${GOAL_FLAT}: ${ratio <= GOAL_FLAT ? "met" : "missed"}`,
          "heap, MiB": Math.round(heap_MiB),
        };
      }),
      note: `${duration_s} s of virtual time, a trigger each 0.5 s, default stations in the field of an energizer, in one thread; least of
${repetitions}; Node ${machine.node}, ${machine.cpu}. A cell is lived to its end and forgotten before the next is made.`,
    },
    {
      id: "memory",
      title: "All cells in memory, as where stations move",
      rows: live.map(({ stations, awake, octetsPerStation }) => ({
        stations,
        "awake, with a context of the module": awake,
        "octets a station": Math.round(octetsPerStation),
      })),
      note: "Heap and buffers behind a collection, the access points' part in it. One instance of the module serves all; who is dead has no context.",
    },
    {
      id: "access",
      title: `${access.stations} stations at ${access.stations / STATIONS_PER_AP} access points for ${access.duration_s} s`,
      headline: true,
      rows: access.rows.map((row) => ({
        "period, s": row.period_s,
        slots: row.slots,
        readings: row.readings,
        "of the slots": share(row.perSlot),
        fairness: row.fairness?.toFixed(3) ?? "-",
        "first reading, s": row.first_s === null ? "never" : Number(row.first_s.toFixed(2)),
        "M2s that collided": share(row.collidedShare),
        "energy for them": share(row.collidedEnergy),
      })),
      note: "Exact, the same on every machine. First reading: for half of the stations.",
    },
  ];
}

const share = (value: number | null): string => (value === null ? "-" : `${(100 * value).toFixed(1)} %`);

/** Frames that led to nothing: of the table, which is the same however short the rest is. */
export function fleetFigures({ access }: Partial<FleetBench>): Figures {
  const figures: Record<string, number> = {};
  for (const { period_s, slots, collidedShare } of access?.rows ?? []) {
    if (collidedShare !== null) figures[`${slots} slots each ${period_s} s: part of M2s that collided`] = collidedShare;
  }
  return figures;
}
