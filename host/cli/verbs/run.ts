import { writeFileSync } from "node:fs";
import { resultOf } from "../../sim/report.ts";
import { Simulation } from "../../sim/simulation.ts";
import type { Life } from "../../sim/tally.ts";
import { built } from "../built.ts";
import { livesCsv } from "../run/lives.ts";
import { gather } from "../run/materials.ts";
import { runToEnd } from "../run/progress.ts";
import { addScenarioOptions, asUsage, checkTraceOptions, type ScenarioOptions, scenarioFor } from "../run/scenarios.ts";
import { summaryText } from "../run/summary.ts";
import { addExamples, UsageError, type Verb } from "../verb.ts";
import { version } from "../version.ts";

interface RunOptions extends ScenarioOptions {
  readonly json?: boolean;
  readonly csv?: string;
  readonly needs?: boolean;
  readonly verbose?: boolean;
  readonly quiet?: boolean;
}

export default {
  summary: "let stations live on harvested power and talk to their AP",

  configure(command) {
    addScenarioOptions(command)
      .option("--json", "the whole result as one JSON document")
      .option("--csv <file>", "a row for each life into a file, - for stdout in place of the summary")
      .option("--needs", "also what one exchange takes on every MCU profile")
      .option("--verbose", "also every rule with its checks, and where the least certain number comes from")
      .option("--quiet", "no progress and no summary: the exit code tells");
    command.addHelpText(
      "after",
      `
Results go to stdout, progress to stderr. The same scenario, seed and trace give the same --json on every machine.
ampcore scenario --example names every key that --set may change. Exit code 1: a rule of the protocol was broken.`,
    );
    addExamples(command, [
      ["", "four stations near an RF energizer for a minute"],
      ["--trace mementos-rf/1.txt", "on power that was measured"],
      ["--trace office.csv --cell am1417", "in the light of a file with the columns t_s,lux"],
      ["tgbp-active --needs", "the task group's storage: what an exchange would take"],
      ["--stations 40 --set ap.slots=24 ap.acwe=6", "a crowd, and its collisions"],
      ["--set override.storage.capacitance_F=22e-6", "a larger capacitor"],
      ["hostile --json", "everything goes wrong at once; for a program"],
      ["mine.yaml --csv lives.csv", "a scenario of your own; each life with how and where it ended"],
    ]);
  },

  async run({ json = false, csv, needs = false, verbose = false, quiet = false, ...options }, [wish = "default"]) {
    if (csv === "-" && json) throw new UsageError("--csv - and --json both want stdout, where one of them is expected");
    const scenario = scenarioFor(wish, options);
    checkTraceOptions(options, scenario);
    await built();
    const { materials, traceText } = await gather(scenario);
    // Whether it can be written is known before the run, not after it.
    if (csv !== undefined && csv !== "-") writeLives(csv, "");
    const lives: Life[] = [];
    const observed = csv === undefined ? materials : { ...materials, onLife: (life: Life) => lives.push(life) };
    const simulation = asUsage(() => new Simulation(scenario, observed));
    runToEnd(simulation, quiet);
    const result = resultOf(simulation, materials, { version: version(), traceText });
    if (csv !== undefined) writeLives(csv, livesCsv(lives));
    if (json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    else if (!quiet && csv !== "-") process.stdout.write(summaryText(result, { needs, verbose }));
    return result.violations === 0 ? 0 : 1;
  },
} satisfies Verb<RunOptions>;

function writeLives(file: string, text: string): void {
  if (file === "-") {
    process.stdout.write(text);
    return;
  }
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(
      `--csv ${file} cannot be written (${(error as NodeJS.ErrnoException).code}), where a file in an existing folder is expected`,
    );
  }
}
