import { writeFileSync } from "node:fs";
import { captureOf } from "../../capture/attach.ts";
import { OutputFile } from "../../capture/file.ts";
import { resultOf } from "../../sim/report.ts";
import { Simulation } from "../../sim/simulation.ts";
import type { Life } from "../../sim/tally.ts";
import { built } from "../built.ts";
import { livesCsv } from "../run/lives.ts";
import { gather } from "../run/materials.ts";
import { runToEnd } from "../run/progress.ts";
import { addScenarioOptions, asUsage, checkTraceOptions, type ScenarioOptions, scenarioFor } from "../run/scenarios.ts";
import { summaryText } from "../run/summary.ts";
import { addExamples, Failure, UsageError, type Verb } from "../verb.ts";
import { version } from "../version.ts";

interface RunOptions extends ScenarioOptions {
  readonly json?: boolean;
  readonly csv?: string;
  readonly pcap?: string;
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
      .option("--pcap <file>", "every frame on the air as a pcapng file, for Wireshark and tools/wireshark/amp.lua")
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
      ["hostile --pcap air.pcapng", "what a radio beside them would hear"],
    ]);
  },

  async run(
    { json = false, csv, pcap, needs = false, verbose = false, quiet = false, ...options },
    [wish = "default"],
  ) {
    if (csv === "-" && json) throw new UsageError("--csv - and --json both want stdout, where one of them is expected");
    if (pcap === "-") throw new UsageError("--pcap - is stdout, where a file is expected: a capture is no text");
    if (pcap !== undefined && pcap === csv) {
      throw new UsageError(`--pcap and --csv both name ${pcap}, where two files are expected`);
    }
    const scenario = scenarioFor(wish, options);
    checkTraceOptions(options, scenario);
    await built();
    const { materials, traceText } = await gather(scenario);
    // Whether it can be written is known before the run, not after it.
    if (csv !== undefined && csv !== "-") writeLives(csv, "");
    const air = pcap === undefined ? undefined : openCapture(pcap);
    const lives: Life[] = [];
    const observed = csv === undefined ? materials : { ...materials, onLife: (life: Life) => lives.push(life) };
    const simulation = asUsage(() => new Simulation(scenario, observed));
    if (air) capturing(simulation, air, () => runToEnd(simulation, quiet));
    else runToEnd(simulation, quiet);
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

/** A file for --pcap, and the name that the call has for it. */
interface CaptureFile {
  readonly name: string;
  readonly file: OutputFile;
}

function openCapture(name: string): CaptureFile {
  try {
    return { name, file: new OutputFile(name) };
  } catch (error) {
    throw new UsageError(
      `--pcap ${name} cannot be written (${(error as NodeJS.ErrnoException).code}), where a file in an existing folder is expected`,
    );
  }
}

/** @throws Failure when the file cannot take it all. */
function capturing({ world }: Simulation, { name, file }: CaptureFile, run: () => void): void {
  const written = (write: () => void): void => {
    try {
      write();
    } catch (error) {
      throw new Failure(`--pcap ${name} is not complete: writing it failed (${(error as NodeJS.ErrnoException).code})`);
    }
  };
  const capture = captureOf(world, `ampcore ${version()}`, (octets) => written(() => file.write(octets)));
  run();
  capture.end();
  written(() => file.close());
}
