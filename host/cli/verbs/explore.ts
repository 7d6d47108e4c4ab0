import { availableParallelism } from "node:os";
import { builtModule } from "../../build/build.ts";
import { EXCHANGES } from "../../explore/exchanges.ts";
import { type Task, tasksOf } from "../../explore/plan.ts";
import { runTasks } from "../../explore/pool.ts";
import { explorationOf, isGood } from "../../explore/report.ts";
import { PROFILES } from "../../wire/profile.ts";
import { built } from "../built.ts";
import { printExploration } from "../explore/print.ts";
import { Progress } from "../explore/progress.ts";
import { printReplay, replayed } from "../explore/replay.ts";
import { addExamples, UsageError, type Verb } from "../verb.ts";

interface ExploreOptions {
  readonly short?: boolean;
  readonly exchange?: string;
  readonly profile?: string;
  readonly pairs?: string;
  readonly threads?: string;
  readonly seed: string;
  readonly module: string;
  readonly replay?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const MODULES = ["release", "small"];

export default {
  summary: "kill the station at every instant of every exchange, and let an adversary go on from there",

  configure(command) {
    command
      .option("--short", "a sample of everything, in seconds; what is left out is printed")
      .option("--exchange <name>", EXCHANGES.map(({ name }) => name).join(", "))
      .option("--profile <name>", PROFILES.map(({ name }) => name).join(", "))
      .option("--pairs <which>", "go on behind two deaths in NVM writes: classes, or every distinct record", "classes")
      .option("--module <name>", MODULES.join(" or "), "release")
      .option("--threads <count>", "default: as many as there are cores")
      .option("--seed <number>", "other nonces, noise and samples", "1")
      .option("--replay <token>", "tell one story again, every frame decoded: a violation prints its token")
      .option("--json", "the whole result as one JSON document")
      .option("--quiet", "no progress");
    command.addHelpText(
      "after",
      "\nThe long form takes about half an hour on two free cores, the short one ten seconds. Exit code 1: a rule was broken that is not stated to break there.",
    );
    addExamples(command, [
      ["--short", "everything once, a sample of each"],
      ["--exchange m3-update --profile compact", "one exchange, every instant of it"],
      ["", "every point with good noise and NVM; what is left out with bad ones is printed"],
      ["--replay m3-update/compact-ccm-cold/plain/nvm=37:FF/replay-m1/1", "one death, and what came after"],
    ]);
  },

  async run(options) {
    const { short: isShort = false, exchange, profile, json = false, quiet = false, replay } = options;
    checkName("--exchange", exchange, EXCHANGES);
    checkName("--profile", profile, PROFILES);
    checkName(
      "--module",
      options.module,
      MODULES.map((name) => ({ name })),
    );
    checkName("--pairs", options.pairs, [{ name: "classes" }, { name: "every" }]);
    const seed = wholeNumber("--seed", options.seed);
    const threads = options.threads === undefined ? availableParallelism() : wholeNumber("--threads", options.threads);
    if (threads === 0) throw new UsageError("--threads 0 would do nothing, where a number from 1 on is expected");
    await built();
    const octets = await builtModule(options.module);
    if (replay !== undefined) return printReplay(replayed(octets, replay), json);

    const tasks: Task[] = tasksOf({ isShort, seed, exchange, profile, everyPair: options.pairs === "every" });
    const progress = new Progress(tasks.length, quiet || json);
    const results = await runTasks(tasks, { octets, threads, onDone: (result, done) => progress.tell(result, done) });
    const exploration = explorationOf(results, exchange === undefined && profile === undefined);
    const { seconds } = progress;
    if (json) process.stdout.write(`${JSON.stringify({ ...exploration, seconds, threads, seed, isShort }, null, 2)}\n`);
    else printExploration(exploration, { seconds, threads, results });
    return isGood(exploration) ? 0 : 1;
  },
} satisfies Verb<ExploreOptions>;

function checkName(option: string, name: string | undefined, known: readonly { readonly name: string }[]): void {
  if (name === undefined || known.some((one) => one.name === name)) return;
  throw new UsageError(`${option} ${name} is none of ${known.map((one) => one.name).join(", ")}`);
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`${option} ${text} is no whole number from 0 to 999999999`);
  return Number(text);
}
