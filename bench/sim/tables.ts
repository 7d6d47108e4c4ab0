/*
 * The result for the eye.
 */
import type { Table } from "../../host/bench/bench.ts";
import type { SimResult, Timing } from "./result.ts";

type Row = Table["rows"][number];

/** Exchanges a second on one core, of one station whose every trigger is an exchange; and how much dearer a crowd may be. */
const GOAL_PER_SECOND = 20_000;
const GOAL_FLAT = 1.2;
const GOAL_HOUR_s = 60;

export function simTables(result: SimResult): Table[] {
  const { node, cpu } = result.machine;
  return [
    {
      id: "speed",
      title: "Simulated exchanges a second, on one core",
      headline: true,
      rows: [
        speedRow("1 station, never without power", result.ample, GOAL_PER_SECOND),
        speedRow(
          `default scenario, ${result.default.stations} stations, deaths and collisions included`,
          result.default,
        ),
      ],
      note: `An exchange: M1, M2, and an M3 that the device verified, the PMK in its cache; with metered module, capacitor, harvest,
air, AP, key service and observer. CPU time of all threads, the least of ${result.ample.repetitions} repetitions; Node ${node}, ${cpu}.`,
    },
    {
      id: "stations",
      title: "CPU time by number of stations, each on a channel of its own",
      headline: true,
      rows: result.apart.map((timing) => apartRow(timing, result.apart[0])),
      note: `No more work is done for more stations. What differs is where it finds its data: virtual time goes round all of them
between two triggers of one, each has tens of kB, and from about a hundred on that is more than a core's own cache holds.
(Inferred: other sizes of the garbage collector's young generation change next to nothing.)`,
    },
    {
      id: "crowd",
      title: "The same on one channel, with one trigger for all",
      rows: result.together.map(crowdRow),
      note: `Not the cost of the simulator: every station hears every trigger and computes an M2, sixteen slots are all there are,
and of M2s in one slot at most one is heard. So work goes with stations, exchanges do not.`,
    },
    ...hourTables(result.stationHour),
  ];
}

function speedRow(what: string, { exchanges, exchange_us }: Timing, goal?: number): Row {
  const perSecond = exchange_us === null ? 0 : Math.round(1e6 / exchange_us);
  const verdict = goal && `${goal.toLocaleString("en")}: ${perSecond >= goal ? "met" : "missed"}`;
  return { simulated: what, exchanges, "us each": rounded(exchange_us), "a second": perSecond, goal: verdict ?? null };
}

function apartRow({ stations, exchanges, exchange_us, stationSecond_us }: Timing, alone: Timing): Row {
  const times = (exchange_us ?? Number.NaN) / (alone.exchange_us ?? Number.NaN);
  return {
    stations,
    exchanges,
    "us an exchange": rounded(exchange_us),
    "us a station-second": Math.round(stationSecond_us),
    "times one alone": `${times.toFixed(2)}, goal ${GOAL_FLAT}: ${times <= GOAL_FLAT ? "met" : "missed"}`,
  };
}

function crowdRow({ stations, exchanges, m2s, exchange_us, m2_us, stationSecond_us }: Timing): Row {
  return {
    stations,
    M2s: m2s,
    exchanges,
    "us an M2": rounded(m2_us),
    "us an exchange": rounded(exchange_us),
    "us a station-second": Math.round(stationSecond_us),
  };
}

function hourTables(hour: SimResult["stationHour"]): Table[] {
  if (!hour) return [];
  const { exchanges, deaths, wall_s, cpu_s } = hour;
  const row = {
    simulated: "1 station, default scenario (10 uF), Mementos trace 1 again and again",
    exchanges,
    deaths,
    "wall clock, s": rounded(wall_s),
    "CPU, s": rounded(cpu_s),
    goal: `${GOAL_HOUR_s} s: ${wall_s <= GOAL_HOUR_s ? "met" : "missed"}`,
  };
  return [{ id: "hour", title: "An hour of one station's life", rows: [row], headline: true }];
}

function rounded(value: number | null): number | null {
  return value && Math.round(value * 10) / 10;
}
