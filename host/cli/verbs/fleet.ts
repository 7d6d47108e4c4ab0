import { type FleetOutcome, isLived } from "../../fleet/result.ts";
import { built } from "../built.ts";
import { fleetCsv } from "../fleet/csv.ts";
import { checkSettings, type FleetVerbOptions, wishesOf, wishOf, workersOf } from "../fleet/options.ts";
import { fleetText, gridText } from "../fleet/print.ts";
import { type Ran, runFleets } from "../fleet/runs.ts";
import { checkFiles, checkNoStdout, writeWhole } from "../output.ts";
import { tellReport } from "../report/write.ts";
import { gather } from "../run/materials.ts";
import { addScenarioOptions, checkTraceOptions, scenarioFor } from "../run/scenarios.ts";
import { tellWhenStopped } from "../run/stopped.ts";
import { checkWritable } from "../run/userfile.ts";
import { addExamples, Failure, UsageError, type Verb } from "../verb.ts";

/** Of --report without a file. */
const REPORT = "fleet.html";

export default {
  summary: "up to 100,000 stations at many access points: throughput, fairness, collisions",

  configure(command) {
    addScenarioOptions(command, "fleet")
      .option("--aps <count>", "access points, one cell each; one for ten stations unless given")
      .option("--moves-per-hour <number>", "of one station, in the mean, from an access point to another", "0")
      .option("--away <seconds>", "on the way", "10")
      .option("--energizer <metres>", "from a station to the energizer at its access point: 3, or 2,4 for any between")
      .option("--slots <list>", "offered with a trigger, as 4,8,16: a fleet for each")
      .option("--periods <list>", "of triggers, in seconds, as 0.05,0.1: a fleet for each")
      .option("--workers <count>", "threads; the result is the same for any number")
      .option("--csv <file>", "a row for each station")
      .option("--report [file]", `a page to look at (${REPORT})`)
      .option("--json", "as JSON")
      .option("--quiet", "no progress and no summary: the exit code tells");
    command.addHelpText(
      "after",
      `
Each access point has a channel, an energizer and stations of its own, with 10 to 100,000 of them in all: the very stations
of ampcore run, with capacitor, harvest and module. They answer a trigger in a slot that each draws for itself, as stations
do that remember nothing of the last time: with the same window every time. Who moves, and when, follows from the seed;
on the way nothing is harvested, and all that a station brings is its NVM record.
How many stations there are --stations alone says, whatever stations.count is in a scenario.
Cells are dealt out to threads; cells, seeds and sums do not depend on how many there are.
Of a table the fleets that cannot be are refused by themselves, and Ctrl-C shows those that are done.
Exit code 1: a rule of the protocol was broken.`,
    );
    addExamples(command, [
      ["", "100 stations at ten access points for 30 s"],
      ["--stations 10000 --duration 10", "more of them, for less"],
      ["--slots 4,8,16,32 --periods 0.05,0.1,0.2 --report", "what slots and triggers bring, as a table and as a page"],
      ["--aps 5 --moves-per-hour 120 --away 5", "on the move"],
      ["--trace mementos-rf/1.txt --stations 50", "one recording, at another place of it for each station"],
      ["--csv stations.csv --json", "each station in a row, and the whole for a program"],
    ]);
  },

  async run(options, [wish = "fleet"]) {
    checkSettings(options);
    const { json = false, csv, report, quiet = false, stations, ...ofScenario } = options;
    const page = report === true ? REPORT : report;
    const files = { "--csv": csv, "--report": page };
    checkNoStdout(files);
    checkFiles(files);
    const scenario = scenarioFor(wish, ofScenario);
    checkTraceOptions(options, scenario);
    const wishes = wishesOf(wishOf(scenario, options), options);
    const workers = workersOf(options);
    if (csv !== undefined && wishes.length > 1) {
      throw new UsageError(`--csv is of one fleet, where --slots and --periods ask for ${wishes.length}`);
    }
    await built();
    if (csv !== undefined) checkWritable("--csv", csv);
    if (page !== undefined) checkWritable("--report", page);
    const { fleetHtml } = await loadPage();
    const tells = (outcomes: readonly FleetOutcome[]): void => {
      if (page !== undefined) writeWhole("--report", page, fleetHtml(outcomes));
      const [first] = outcomes;
      const isOne = wishes.length === 1 && isLived(first);
      if (json) process.stdout.write(`${JSON.stringify(isOne ? first : outcomes, null, 2)}\n`);
      else if (!quiet) process.stdout.write(isOne ? fleetText(first) : gridText(outcomes));
      if (page !== undefined && !quiet) tellReport(page);
    };
    const done: FleetOutcome[] = [];
    const letGo = tellWhenStopped(() => {
      if (done.some(isLived)) tells(done);
      return `stopped with ${done.length} of ${wishes.length} fleets done`;
    });
    const onRan = ({ outcome }: Ran): number => done.push(outcome);
    const ran = await runFleets(wishes, await gather(scenario, quiet), { workers, isQuiet: quiet, onRan })
      .catch((error: unknown) => {
        if (error instanceof Failure && done.some(isLived)) tells(done);
        throw error;
      })
      .finally(letGo);
    if (csv !== undefined && ran[0].run) writeWhole("--csv", csv, fleetCsv(ran[0].run));
    tells(done);
    return done.some((one) => isLived(one) && one.violations > 0) ? 1 : 0;
  },
} satisfies Verb<FleetVerbOptions>;

// Not within the object: of what `satisfies` encloses tsc leaves the extension as it is when the package is made.
const loadPage = () => import("../../fleet/page/document.tsx");
