import { powerOf } from "../../energy/traces/power.ts";
import { between, resampled } from "../../energy/traces/resample.ts";
import type { Trace } from "../../energy/traces/trace.ts";
import { addTraceOptions, asUsage, type ScenarioOptions, scenarioFor } from "../run/scenarios.ts";
import { isSameFile } from "../run/userfile.ts";
import { columns, drawsUnicode } from "../terminal.ts";
import { writeCsv } from "../trace/csv.ts";
import { infoOf, infoText } from "../trace/info.ts";
import { picture, slicesIn, slicesOf } from "../trace/plot.ts";
import { type ReadTrace, readTrace } from "../trace/read.ts";
import { addExamples, UsageError, type Verb } from "../verb.ts";

interface TraceOptions extends ScenarioOptions {
  readonly from?: string;
  readonly to?: string;
  readonly out?: string;
  readonly json?: boolean;
}

const WHAT = ["info", "convert", "plot"] as const;
type What = (typeof WHAT)[number];

/** Rows of a picture. */
const ROWS = 12;

export default {
  summary: "look at a recorded harvest: its figures, its course, and as CSV",

  configure(command) {
    command.argument("<what>", WHAT.join(", ")).argument("<file>", "a recording, whatever it is called");
    addTraceOptions(command)
      .option("--from <seconds>", "leave out what is before")
      .option("--to <seconds>", "leave out what is after")
      .option("--out <file>", "of convert: where the CSV goes; - is stdout", "-")
      .option("--json", "of info and plot: the figures as JSON");
    command.addHelpText(
      "after",
      `
Formats are told by what is in the file: Mementos "<ms> <V>", CSV (t with P, V, lux, or V and I), NREL daylight, REACT
"sec RSSI,mW", Ekho I-V surfaces, shepherd HDF5 (ivsample, ivcurve, isc_voc). docs/TRACES.md says how each is read.
Power is what the source gave at its best; a scenario's converter makes less of it. With --step each sample is the mean
over that time, so that no energy is lost. convert writes t_s,P_W, doubles that are read as they were. info and plot fill gaps with no power unless --gap says otherwise; convert
stops at one, as a run does.`,
    );
    addExamples(command, [
      ["info mementos-rf/1.txt", "duration, mean, spread, gaps, and what it does to a capacitor"],
      ["plot mementos-rf/1.txt --from 5 --to 10", "five seconds of it"],
      ["info am1417.csv --json", "for a program"],
      ["info rf-cart.trace --rectifier sms7630-1v0", "what a diode makes of received power"],
      [
        "convert recording.h5 --step 0.01 --out office.csv",
        "100 a second of a shepherd's 100,000, with the same energy",
      ],
      ["convert light.csv --cell am1417 --gap hold > power.csv", "light as power"],
    ]);
  },

  async run({ from, to, out = "-", json = false, ...options }, [what, file]) {
    const wish = whatOf(what);
    if (wish === "convert" && json) throw new UsageError("--json is for info and plot, where convert writes CSV");
    if (wish !== "convert" && out !== "-") throw new UsageError(`--out is for convert, where ${wish} prints`);
    if (out !== "-" && isSameFile(file, out)) {
      throw new UsageError(`--out ${out} is the recording itself, where another file is expected`);
    }
    const gap = options.gap ?? (wish === "convert" ? "error" : "zero");
    const { harvest } = scenarioFor("default", { ...options, gap });
    const [from_s, to_s] = [secondsOf("--from", from, 0), secondsOf("--to", to, Number.POSITIVE_INFINITY)];
    const read = await readTrace(file, harvest.trace);
    const trace = partOf(file, read, { from_s, to_s, step_s: harvest.trace.step_s });
    if (wish === "info") {
      const info = infoOf(file, read, trace);
      process.stdout.write(json ? jsonOf(info) : infoText(info, gap));
    } else if (wish === "plot") {
      const size = { columns: columns(), rows: ROWS, unicode: drawsUnicode(process.stdout) };
      process.stdout.write(json ? jsonOf(slicesOf(trace, slicesIn(size.columns))) : picture(trace, size));
    } else writeCsv(trace, out);
    return 0;
  },
} satisfies Verb<TraceOptions>;

interface Part {
  readonly from_s: number;
  readonly to_s: number;
  readonly step_s: number | null;
}

/** The power of what was read, cut and laid anew as the call says. */
function partOf(file: string, { recording }: ReadTrace, { from_s, to_s, step_s }: Part): Trace {
  try {
    return asUsage(() => {
      const whole = powerOf(recording);
      const part = from_s > 0 || to_s < whole.end_s ? between(whole, from_s, to_s) : whole;
      return step_s === null ? part : resampled(part, step_s);
    });
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${file}: ${error.message}`);
    throw error;
  }
}

function whatOf(wish: string): What {
  const what = WHAT.find((known) => known === wish);
  if (what !== undefined) return what;
  throw new UsageError(
    `${JSON.stringify(wish)} is nothing to do with a trace, where one of ${WHAT.join(", ")} is expected`,
  );
}

function secondsOf(option: string, text: string | undefined, byDefault: number): number {
  if (text === undefined) return byDefault;
  const time_s = text.trim() === "" ? Number.NaN : Number(text);
  if (time_s >= 0 && Number.isFinite(time_s)) return time_s;
  throw new UsageError(`${option} is ${JSON.stringify(text)}, where a number of seconds of at least 0 is expected`);
}

function jsonOf(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
