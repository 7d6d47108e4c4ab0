import { Recorder } from "../../sim/record/recorder.ts";
import { resultOf } from "../../sim/report.ts";
import { Simulation } from "../../sim/simulation.ts";
import type { Life } from "../../sim/tally.ts";
import type { Materials } from "../../sim/world.ts";
import { built } from "../built.ts";
import { checkFiles, checkNoStdout } from "../output.ts";
import { tellReport, writeReport } from "../report/write.ts";
import { CaptureFile } from "../run/capturefile.ts";
import { resultJson } from "../run/json.ts";
import { livesCsv } from "../run/lives.ts";
import { gather } from "../run/materials.ts";
import { runToEnd } from "../run/progress.ts";
import { addScenarioOptions, asUsage, checkTraceOptions, type ScenarioOptions, scenarioFor } from "../run/scenarios.ts";
import { summaryText } from "../run/summary.ts";
import { checkWritable, writeText } from "../run/userfile.ts";
import { userDefault } from "../usermodule.ts";
import { addExamples, UsageError, type Verb } from "../verb.ts";
import { version } from "../version.ts";

interface RunOptions extends ScenarioOptions {
  readonly json?: boolean;
  readonly csv?: string;
  readonly pcap?: string;
  readonly attacker?: string;
  readonly report?: string | true;
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
      .option("--attacker <file>", "someone of your own on the air: docs/tutorials/attacker.md says how to write one")
      .option("--report [file]", "a page to look at: voltages, energy, deaths, rules (report.html)")
      .option("--needs", "also what one exchange takes on every MCU profile")
      .option(
        "--verbose",
        "also energy by function, every rule with its checks, the source of the least certain number",
      )
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
      ["--attacker replayer.mjs", "with an attacker of your own beside stations and AP"],
      ["--report", "report.html, to open in a browser"],
    ]);
  },

  async run(
    { json = false, csv, pcap, attacker: own, report, needs = false, verbose = false, quiet = false, ...options },
    [wish = "default"],
  ) {
    if (csv === "-" && json) throw new UsageError("--csv - and --json both want stdout, where one of them is expected");
    const page = report === true ? REPORT : report;
    checkNoStdout({ "--pcap": pcap, "--report": page });
    checkFiles({ "--csv": csv, "--pcap": pcap, "--report": page });
    const scenario = scenarioFor(wish, options);
    checkTraceOptions(options, scenario);
    const attacker = own === undefined ? undefined : await airAttacker(own);
    await built();
    const { materials, traceHash } = await gather(scenario, quiet);
    if (csv !== undefined) checkWritable("--csv", csv);
    if (page !== undefined) checkWritable("--report", page);
    if (pcap !== undefined) checkWritable("--pcap", pcap);
    const capture = pcap === undefined ? undefined : new CaptureFile(pcap);
    const lives: Life[] = [];
    const onLife = csv === undefined ? undefined : (life: Life) => lives.push(life);
    const recorder =
      json || page !== undefined ? new Recorder(scenario.duration_s, scenario.stations.count) : undefined;
    const observed = { ...materials, attacker, onLife, recorder, tap: capture?.tap, byFunction: true };
    const simulation = asUsage(() => new Simulation(scenario, observed));
    capture?.open();
    asUsage(() => runToEnd(simulation, quiet));
    capture?.end();
    const result = resultOf(simulation, observed, { version: version(), traceHash });
    if (csv !== undefined) writeText("--csv", csv, livesCsv(lives));
    if (page !== undefined) await writeReport(result, page, "--report");
    if (json) process.stdout.write(resultJson(result));
    else if (!quiet && csv !== "-") process.stdout.write(summaryText(result, { needs, verbose }));
    if (page !== undefined && !quiet) tellReport(page);
    return result.violations === 0 ? 0 : 1;
  },
} satisfies Verb<RunOptions>;

type AirAttacker = NonNullable<Materials["attacker"]>;

/** @throws UsageError for a file whose default makes no attacker. */
async function airAttacker(file: string): Promise<AirAttacker> {
  const make = await userDefault("--attacker", file);
  if (typeof make === "function") return make as AirAttacker;
  throw new UsageError(
    `--attacker ${file} exports no default that is a function of the air's facts, where one is expected`,
  );
}

/** Of --report without a file. */
const REPORT = "report.html";
