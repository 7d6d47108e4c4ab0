/*
 * A trace as a picture of characters. Each slice of time takes two columns, its least and its greatest power in the order
 * in which they came: an outage of a millisecond in a day is still seen.
 */
import asciichart from "asciichart";
import { endOf_s, meanPower_W, type Trace } from "../../energy/traces/trace.ts";
import { si } from "../../text/units.ts";

export interface Slice {
  readonly from_s: number;
  readonly min_W: number;
  readonly max_W: number;
  /** Whether the least came before the greatest. */
  readonly rises: boolean;
}

/** The trace in that many slices of equal length. */
export function slicesOf(trace: Trace, count: number): Slice[] {
  const { times_s, power_W, end_s } = trace;
  const slices: Slice[] = [];
  let i = 0;
  for (let slice = 0; slice < count; slice++) {
    const [from_s, to_s] = [(slice * end_s) / count, ((slice + 1) * end_s) / count];
    while (i + 1 < times_s.length && endOf_s(trace, i) <= from_s) i++;
    let [low, high] = [i, i];
    for (let k = i; k < times_s.length && times_s[k] < to_s; k++) {
      if (power_W[k] < power_W[low]) low = k;
      if (power_W[k] > power_W[high]) high = k;
    }
    slices.push({ from_s, min_W: power_W[low], max_W: power_W[high], rises: low <= high });
  }
  return slices;
}

interface Canvas {
  readonly columns: number;
  readonly rows: number;
  readonly unicode: boolean;
}

/** A label like "     930 uW ", and the axis. */
const LABEL_columns = 12;
/** asciichart counts a label as one column, whatever its length. */
const OFFSET = 2;
const ASCII_SYMBOLS = ["+", "|", "-", "-", "-", "`", ".", ".", "'", "|"];

/** The picture, lines of at most canvas.columns. */
export function picture(trace: Trace, { columns, rows, unicode }: Canvas): string {
  const slices = slicesOf(trace, slicesIn(columns));
  const points = slices.flatMap(({ min_W, max_W, rises }) => (rises ? [min_W, max_W] : [max_W, min_W]));
  const most_W = points.reduce((a, b) => Math.max(a, b), 0);
  if (most_W === 0) return "there is no power in all of this time\n";
  // asciichart reckons in rows from 0 to the greatest value; a value that is one row high is as good as any unit.
  const chart = asciichart.plot(
    points.map((power_W) => power_W / most_W),
    {
      height: rows,
      min: 0,
      max: 1,
      offset: OFFSET,
      format: (part) =>
        si(Number((part * most_W).toPrecision(3)), "W")
          .padStart(LABEL_columns - 2)
          .padEnd(LABEL_columns - 1),
      ...(!unicode && { symbols: ASCII_SYMBOLS }),
    },
  );
  const width = LABEL_columns + points.length;
  const [from, to] = ["0 s", si(trace.end_s, "s")];
  const axis = `${from.padStart(LABEL_columns + from.length)}${to.padStart(width - 1 - LABEL_columns - from.length)}`;
  const slice = `a slice of ${si(trace.end_s / slices.length, "s")} is two columns, its least and its greatest power`;
  return `${chart.trimEnd().replace(/ +$/gm, "")}\n${axis}\nmean ${si(meanPower_W(trace), "W")}; ${slice}\n`;
}

/** Slices that fit into so many columns. */
export function slicesIn(columns: number): number {
  return Math.max(10, (columns - LABEL_columns) >> 1);
}
