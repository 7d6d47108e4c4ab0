import type { Bench } from "../../bench/bench.ts";
import { benchNames, loadBench } from "../../bench/benches.ts";
import { type Regression, regressions, told } from "../../bench/regression.ts";
import { committedResult, saveResult } from "../../bench/results.ts";
import { built } from "../built.ts";
import { coloursOf, printTable, progress } from "../terminal.ts";
import { addExamples, type ExitCode, UsageError, type Verb } from "../verb.ts";

interface BenchOptions {
  readonly json?: boolean;
  readonly short?: boolean;
  readonly save?: boolean;
}

export default {
  summary: "measure the modules, beside the goals and the peers",

  configure(command) {
    command
      .argument("[bench...]", `which ones: ${benchNames().join(", ")} (default: all)`)
      .option("--short", "only the headline tables, with less effort where figures are of the machine")
      .option("--json", "the whole result, by bench, as JSON")
      .option("--save", "write bench/results/ and the tables of the README");
    command.addHelpText("after", "\nExit code 1: a figure is more than 1 % worse than the committed one.");
    addExamples(command, [
      ["core", "bytes and exact instruction counts of the station module"],
      ["--short", "the figures that have a goal"],
      ["core --save", "measure and commit to it"],
    ]);
  },

  async run({ json = false, short = false, save = false }, operands) {
    const names = operands.length > 0 ? [...new Set(operands)] : benchNames();
    for (const name of names) {
      if (!benchNames().includes(name)) {
        throw new UsageError(`no bench ${JSON.stringify(name)}; there are ${benchNames().join(", ")}`);
      }
    }
    await built();
    const results: Record<string, unknown> = {};
    const worse: Regression[] = [];
    for (const name of names) {
      const bench = await loadBench(name);
      results[name] = await bench.measure((step) => progress(`${name}: ${step}`), short && !save);
      if (!json) printTables(bench, results[name], short);
      if (save) process.stderr.write(`wrote ${saveResult(name, bench, results[name]).join(", ")}\n`);
      else worse.push(...worseThanCommitted(name, bench, results[name]));
    }
    if (json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
    return verdict(worse);
  },
} satisfies Verb<BenchOptions>;

function printTables(bench: Bench, result: unknown, short: boolean): void {
  const { bold, dim } = coloursOf(process.stdout);
  for (const { title, rows, note, headline } of bench.tables(result)) {
    if (short && !headline) continue;
    process.stdout.write(`${bold(title)}\n`);
    printTable(rows, false);
    process.stdout.write(note === undefined ? "\n" : `${dim(note)}\n\n`);
  }
}

function worseThanCommitted(name: string, bench: Bench, result: unknown): Regression[] {
  const committed = committedResult(name);
  if (committed === undefined) {
    progress(`${name}: no result is committed to compare with; --save writes one`);
    return [];
  }
  return regressions(bench.figures(committed), bench.figures(result));
}

function verdict(worse: readonly Regression[]): ExitCode {
  const { red } = coloursOf(process.stderr);
  for (const regression of worse) process.stderr.write(`${red(`worse: ${told(regression)}`)}\n`);
  return worse.length === 0 ? 0 : 1;
}
