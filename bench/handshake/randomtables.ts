/* What chance does: means and 95 % intervals over the seeds. */
import type { Table } from "../../host/bench/bench.ts";
import { si } from "../../host/text/units.ts";
import type { Interval } from "./interval.ts";
import type { HandshakeResult, RandomResult } from "./result.ts";

export function randomTables({ random, parts }: HandshakeResult): Table[] {
  const { seeds, slots, lives_max, same, ways, crowd } = random;
  const where = `${parts.mcu}, ${parts.nvm}, ${parts.radio}`;
  const run = ways.filter(({ basis }) => basis === "run");
  return [
    {
      id: "random",
      title: `What slot and harvest make of a way: mean and 95 % interval over ${seeds} seeds`,
      rows: run.map((row) => randomRow(row, random)),
      note: `On ${where} and the default scenario's harvest. A slot is uniform among those of ${slots} that the answer is ready
for; the baseline has none. The trigger comes when the station is up. Lives: until one brings the reading to the AP; where not
all seeds came to one in ${lives_max} lives, of those that did, and their number. ${
        same.differing.length === 0
          ? `Not random: frames, octets and instructions of all ${same.ways} ways of AMP are the same with every seed.`
          : `With other seeds other frames, octets or instructions: ${same.differing.join("; ")}.`
      }`,
    },
    {
      id: "random-counted",
      title: "The same of what was not run as it is",
      rows: ways
        .filter(({ basis }) => basis !== "run")
        .map((row) => {
          const { way, ...rest } = randomRow(row, random);
          return { way, basis: row.basis, ...rest };
        }),
      note: "Composed of runs, or counted from published figures.",
    },
    {
      id: "charging",
      title: "From an empty capacitor to the reading: mean and 95 % interval",
      rows: run.map(({ way, onCapacitors }) => ({
        way,
        ...Object.fromEntries(
          onCapacitors.map(({ capacitance_F, t_s }) => [si(capacitance_F, "F"), t_s ? timeText(t_s) : null]),
        ),
      })),
      note: "Of the seeds that came to a reading.",
    },
    {
      id: "crowd",
      title: "Stations that answer one trigger, with all power that they need",
      rows: crowd.map(({ stations, firstRound, latency_s }) => ({
        stations,
        "done with the first trigger": intervalText({
          mean: 100 * firstRound.mean,
          low: 100 * Math.max(0, firstRound.low),
          high: 100 * Math.min(1, firstRound.high),
        }).concat(" %"),
        "first trigger to the verified M3": timeText(latency_s),
      })),
      note: `In the simulator, default scenario: ${slots} slots, a trigger each 25 ms, all stations answer every one.`,
    },
  ];
}

function randomRow(
  { way, latency_s, onCapacitors }: RandomResult["ways"][number],
  { seeds, lives_max }: RandomResult,
): Table["rows"][number] {
  return {
    way,
    "time with a slot": timeText(latency_s),
    ...Object.fromEntries(
      onCapacitors.map(({ capacitance_F, done, lives }) => [
        `lives on ${si(capacitance_F, "F")}`,
        lives ? `${intervalText(lives)}${done < seeds ? `, ${done} of ${seeds}` : ""}` : `none in ${lives_max}`,
      ]),
    ),
  };
}

/** Values that are one but for the rounding of their sum. */
const isOne = ({ mean, low, high }: Interval): boolean => high - low < 1e-9 * Math.abs(mean);

function timeText(interval: Interval): string {
  const { mean, low, high } = interval;
  return isOne(interval) ? si(mean, "s") : `${si(mean, "s")} (${si(low, "s")} .. ${si(high, "s")})`;
}

function intervalText(interval: Interval): string {
  const { mean, low, high } = interval;
  const text = (value: number): string => (Number.isInteger(value) ? String(value) : value.toPrecision(3));
  return isOne(interval) ? text(mean) : `${text(mean)} (${text(low)} .. ${text(high)})`;
}
