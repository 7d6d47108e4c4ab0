import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { builtModule } from "../../build/build.ts";
import { ModuleError } from "../../device/rewrite/cursor.ts";
import type { Attacker } from "../../fuzz/attacker.ts";
import { breaks, costs, minimise } from "../../fuzz/minimise.ts";
import { reproducerOf, reproducerText } from "../../fuzz/reproducer.ts";
import type { Target } from "../../fuzz/target.ts";
import { built } from "../built.ts";
import { digest, makeFolder, readCorpus, writeCorpus } from "../fuzz/corpus.ts";
import { type Fuzzed, type Job, runHere, runJobs } from "../fuzz/jobs.ts";
import { teller } from "../fuzz/loop.ts";
import { fuzzNative } from "../fuzz/native.ts";
import { attackerOf, type FuzzOptions, fileOf, jobsOf, limitsOf, seedOf } from "../fuzz/options.ts";
import { replay } from "../fuzz/replay.ts";
import { printReport, reportOf, type Written } from "../fuzz/report.ts";
import { type Opened, openTarget, TARGETS, targetName } from "../fuzz/targets.ts";
import { addExamples, UsageError, type Verb } from "../verb.ts";

export default {
  summary: "feed the station and its host what nobody should send, and hold them to their properties",

  configure(command) {
    command
      .option("--target <name>", TARGETS.join(", "), "station")
      .option("--runs <count>", "inputs to run (default: 20000, or as many as --seconds allows)")
      .option("--seconds <time>", "end after that long")
      .option("--seed <number>", "the same seed, runs and jobs give the same result", "1")
      .option("--jobs <count>", "so many at once, the runs shared out", "1")
      .option("--corpus <folder>", "start from the inputs there, and add those that reach something new")
      .option("--crashes <folder>", "where a finding is written to, minimised", "fuzz-crashes")
      .option("--attacker <file>", "a module of your own that makes half of the inputs")
      .option("--module <file>", "a station module of your own in place of the built one")
      .option("--small", "the small build")
      .option("--native", "the module as C, under libFuzzer with address and undefined-behaviour sanitizers")
      .option("--fast", "with --native: no sanitizers but at the end, over what reached something new")
      .option("--replay <file>", "run the input of a finding again, frames decoded")
      .option("--json", "the whole result as one JSON document")
      .option("--quiet", "no progress and no summary: the exit code tells");
    command.addHelpText(
      "after",
      `
An attacker is a file whose default export has input(random, corpus): tests/fuzz/attacker.example.ts is one to start from.
A long run is --native --fast: what 1,500 executions a second take 19 hours for, 10^8, is done within the hour; the rate
is printed. --jobs takes more cores than one. Exit code 1: a property broke.`,
    );
    addExamples(command, [
      ["", "20,000 sequences of calls into the shipped module, guided by its edges"],
      ["--seconds 3600 --corpus corpus", "an hour, from where the last one ended"],
      ["--target ap --runs 100000", "garbage for the AP"],
      ["--runs 1000000 --jobs 4", "four at once"],
      ["--native --fast --jobs 4 --runs 100000000", "10^8 sequences into the module's C"],
      ["--native --seconds 60", "the same sequences into the module's C, under clang's sanitizers"],
      ["--attacker ./mine.ts", "with an attacker of your own"],
      ["--replay fuzz-crashes/trap-0123456789abcdef.json", "what a finding does, step by step"],
    ]);
  },

  async run(options) {
    const { json = false, quiet = false, small = false } = options;
    const name = targetName(options.target);
    const limits = limitsOf(options);
    const seed = seedOf(options);
    const jobs = jobsOf(options);
    const attacker = options.attacker === undefined ? undefined : await attackerOf(options.attacker);
    const module = options.module === undefined ? undefined : fileOf("--module", options.module);
    if (options.fast && !options.native) throw new UsageError("--fast is for --native, which is not there");
    if (options.native && name !== "station") throw new UsageError(`--native is for the station, not for ${name}`);
    await built();
    const build = small ? "small" : "release";
    if (options.replay !== undefined) return replay(options.replay, { build, module, json, quiet });
    if (options.native) {
      const { crashes, corpus, fast = false } = options;
      const octets = module ?? (await builtModule(build));
      return fuzzNative({ module: octets, limits, seed, jobs, fast, crashes, corpus, json, quiet });
    }
    const { target, close } = await opened(() => openTarget(name, build, module), options.module);
    try {
      const octets = options.corpus === undefined ? [] : readCorpus(options.corpus);
      const job: Job = { name, build, module, attacker: options.attacker, seed, job: 0, limits, corpus: octets };
      const from_ms = performance.now();
      const fuzzer = jobs > 1 ? await runJobs(target, job, jobs, quiet) : await alone(target, job, attacker, quiet);
      const seconds = (performance.now() - from_ms) / 1000;
      const findings = await writeFindings(target, fuzzer, options.crashes);
      if (options.corpus !== undefined) writeCorpus(target, options.corpus, fuzzer.corpus);
      const { costliest } = fuzzer;
      const worst = costliest && (await minimise(target, costliest.input, costs(costliest.cost))).input;
      const report = reportOf(target, fuzzer, { seed, jobs, seconds, findings, worst });
      if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
      else if (!quiet) printReport(report);
      return findings.length === 0 ? 0 : 1;
    } finally {
      close();
    }
  },
} satisfies Verb<FuzzOptions>;

async function alone<Input>(
  target: Target<Input>,
  job: Job,
  attacker: Attacker<Input> | undefined,
  isQuiet: boolean,
): Promise<Fuzzed<Input>> {
  const telling = teller(isQuiet);
  const fuzzer = await runHere(target, job, attacker, (progress) => telling.tell(progress));
  telling.end();
  return fuzzer;
}

/** What a module of somebody's own is refused for is his to mend. */
async function opened(open: () => Promise<Opened>, module: string | undefined): Promise<Opened> {
  try {
    return await open();
  } catch (error) {
    const isTheModule = module !== undefined && (error instanceof ModuleError || error instanceof Error);
    if (!isTheModule) throw error;
    throw new UsageError(`--module ${module} is no station module: ${error.message.replace(/\.$/, "")}`);
  }
}

/** Each finding once, as small as it gets. */
async function writeFindings<Input>(target: Target<Input>, fuzzer: Fuzzed<Input>, folder: string): Promise<Written[]> {
  const written: Written[] = [];
  for (const { input, finding, execution } of fuzzer.found) {
    const { input: smallest, outcome, tries } = await minimise(target, input, breaks(finding));
    const still = outcome.finding ?? finding;
    const reproducer = reproducerOf(target, smallest, still);
    makeFolder("--crashes", folder);
    const file = join(folder, `${still.rule.replaceAll(" ", "-")}-${digest(target.encode(smallest))}.json`);
    writeFileSync(file, reproducerText(reproducer));
    written.push({ file, reproducer, execution, tries });
  }
  return written;
}
