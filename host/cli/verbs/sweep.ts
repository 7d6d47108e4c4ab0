import { resolve } from "node:path";
import { sweepResultOf } from "../../sweep/result.ts";
import { built } from "../built.ts";
import { tellReport } from "../report/write.ts";
import { checkWritable, isSameFile, writeText } from "../run/userfile.ts";
import { builtInGrid, builtInGrids, jobListFor } from "../sweep/grids.ts";
import { workersOf } from "../sweep/options.ts";
import { filesOf, type Places, placesFor, writeResults } from "../sweep/outputs.ts";
import { sweepText } from "../sweep/print.ts";
import { runSweep } from "../sweep/runner.ts";
import { addExamples, UsageError, type Verb } from "../verb.ts";

interface SweepOptions {
  readonly set?: readonly string[];
  readonly seed?: string;
  readonly workers?: string;
  readonly queue?: string;
  readonly out?: string;
  readonly format?: string;
  readonly resume?: boolean;
  readonly report?: string | true;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly example?: boolean;
}

/** Of --report without a file. */
const REPORT = "sweep.html";
const FIRST = "capacitor-harvest";

/** What a run would stumble over at its end, when it would be late. @throws UsageError */
function checkPlaces(grid: string, places: Places | undefined, page: string | undefined): void {
  const files = places === undefined ? [] : filesOf(places);
  for (const file of files) checkWritable("--out", file);
  if (page === undefined) return;
  checkWritable("--report", page);
  const [twice] = [...files, grid].filter((file) => resolve(file) === resolve(page) || isSameFile(file, page));
  if (twice !== undefined) {
    throw new UsageError(
      `--report ${page} is also ${twice === grid ? "the grid" : "a file of --out"}, where a file of its own is expected`,
    );
  }
}

export default {
  summary: "grids and Monte Carlo over any scenario parameter, on one machine or on many",

  configure(command) {
    command
      .argument("[grid]", `${builtInGrids().join(", ")}, or the path of a YAML file`, FIRST)
      .option("--set <key=value...>", "of the scenario, before the grid varies it")
      .option("--seed <number>", "another sweep of the same grid")
      .option("--workers <number>", "threads of this machine; as many as it has cores if left out")
      .option("--queue <url>", "give the jobs to a Redis, redis://host:6379, where ampcore worker takes them")
      .option("--out <path>", "a folder for results.parquet, or a file ending in .parquet or .csv")
      .option("--format <name>", "in a folder: parquet or csv")
      .option("--resume", "go on with what --out, or the queue, has of this sweep")
      .option("--report [file]", `a page to look at: maps, what moves the answer, every cell (${REPORT})`)
      .option("--json", "cells, intervals, movers and rows as one JSON document")
      .option("--quiet", "no progress and no summary")
      .option("--example", "a grid to start from, every key explained");
    command.addHelpText(
      "after",
      `
A grid names a scenario, what varies in it, and what is kept of each run:

  scenario: default                        # as ampcore run takes it
  set: {harvest.source: markov}            # paths are those of --set
  grid:                                    # every value with every other
    override.storage.capacitance_F: {from: 1.0e-6, to: 10.0e-6, steps: 7, scale: log}
    ap.slots: [8, 16, 32]
  monte_carlo:                             # or drawn: uniform, loguniform, normal, choice
    draws: 200
    parameters: {override.mcu.cycle_J: {loguniform: [20.0e-12, 80.0e-12]}}
  repetitions: 4                           # runs of each cell, with seeds of their own
  results: [confirmed, energy_per_reading_J, energy.byPhase.0.e_J]   # or all that have a name
  answer: energy_per_reading_J                      # what maps show, and movers move

The same grid, seed and version give the same octets of results however many workers ran it, on whatever machines, and
whatever became of them on the way. With --out each run is written down as soon as it is over; --resume loses none. A cell
whose scenario does not fit together is refused in its row, and the others are run. docs/SWEEPS.md has the columns, the
statistics and the files. Exit code 1: a rule of the protocol was broken in a run.`,
    );
    addExamples(command, [
      ["", "how large a capacitor, how much harvest: success in one life"],
      ["--report", "the same, and a page with its heat map: sweep.html"],
      ["--example > mine.yaml", "a grid of your own to edit"],
      ["mine.yaml --out results", "results/results.parquet; after Ctrl-C the same with --resume"],
      ["mine.yaml --out mine.csv", "a CSV and its schema"],
      ["tolerances", "Monte Carlo: which uncertain number matters"],
      ["mine.yaml --queue redis://127.0.0.1:6379 --out results", "run by every ampcore worker of that queue"],
    ]);
  },

  async run({ json = false, quiet = false, resume = false, example = false, report, ...options }, [wish = FIRST]) {
    if (example) {
      process.stdout.write(builtInGrid(builtInGrids().includes(wish) ? wish : FIRST));
      return 0;
    }
    const { out, queue } = options;
    const workers = workersOf(options.workers);
    const page = report === true ? REPORT : report;
    if (page === "-") throw new UsageError("--report - is stdout, where a file is expected");
    if (options.format !== undefined && out === undefined)
      throw new UsageError("--format is of --out, which is missing");
    if (resume && out === undefined && queue === undefined) {
      throw new UsageError("--resume goes on with what --out or --queue has, and neither is there");
    }
    if (queue !== undefined && options.workers !== undefined) {
      throw new UsageError(
        "--workers is for this machine, and --queue leaves the work to ampcore worker: one of them is expected",
      );
    }
    await built();
    const list = await jobListFor(wish, options, quiet);
    const places = out === undefined ? undefined : placesFor(out, options.format);
    checkPlaces(wish, places, page);
    let violations = 0;
    await runSweep(list, {
      log: places?.log,
      resume,
      workers,
      queue,
      isQuiet: quiet,
      whenDone: async (outcomes) => {
        const files = places === undefined ? [] : writeResults(places, list, outcomes);
        const result = sweepResultOf(list, outcomes);
        violations = result.violations;
        if (page !== undefined) {
          const { sweepHtml } = await loadPage();
          writeText("--report", page, sweepHtml(result));
        }
        if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
        else if (!quiet) process.stdout.write(sweepText(result));
        if (quiet) return;
        for (const file of files) process.stderr.write(`results: ${file}\n`);
        if (page !== undefined) tellReport(page);
      },
    });
    return violations === 0 ? 0 : 1;
  },
} satisfies Verb<SweepOptions>;

// Not within the object: of what `satisfies` encloses tsc leaves the extension as it is when the package is made.
const loadPage = () => import("../../sweep/page/document.tsx");
