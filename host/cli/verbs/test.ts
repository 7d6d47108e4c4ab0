import { ROOT } from "../../build/build.ts";
import { built } from "../built.ts";
import { coloursOf, progress } from "../terminal.ts";
import { runHostSuites, runUnitSuites } from "../testing/runners.ts";
import { findSuites } from "../testing/suites.ts";
import { Times, timesTable } from "../testing/times.ts";
import { hostTotals, skippedLines, sum, type Totals, unitTotals } from "../testing/totals.ts";
import { addExamples, type ExitCode, Failure, type Verb } from "../verb.ts";

interface TestOptions {
  readonly only?: string;
  readonly times?: boolean;
}

export default {
  summary: "build, then run the as-pect suites and the host's tests",

  configure(command) {
    command.option(
      "--only <pattern>",
      "only the test files whose path has this regular expression, or if none has, whose text has it",
    );
    command.option("--times", "also the CPU and wall time of each process of host tests, the costliest first");
    addExamples(command, [
      ["", "everything; the last line says how many passed and failed"],
      ["--only crypto/", "the tests in folders of that name"],
      ["--only 002-A13", "the files that test a requirement"],
      ["--only tests/cli/ --times", "what each file there takes"],
    ]);
  },

  async run({ only, times: isTimed }) {
    const { unit, host } = findSuites(ROOT, only);
    if (!(await builds())) return report({ passed: 0, failed: 1, skipped: 0 }, []);
    const totals: Totals[] = [];
    const skipped: string[] = [];
    if (unit.length > 0) {
      progress(`${unit.length} as-pect suites, release and small build`);
      const runs = await Promise.all([runUnitSuites(ROOT, unit, "release"), runUnitSuites(ROOT, unit, "small")]);
      totals.push(...runs.map(unitTotals));
    }
    if (host.length > 0) {
      progress(`${host.length} files of host tests`);
      const times = isTimed ? new Times() : undefined;
      const run = await runHostSuites(ROOT, host, times);
      if (times) process.stdout.write(`${timesTable(times.take(ROOT))}\n`);
      totals.push(hostTotals(run));
      skipped.push(...skippedLines(run));
    }
    return report(sum(totals), skipped);
  },
} satisfies Verb<TestOptions>;

/** Sources that do not compile are one failure, counted like any other. */
async function builds(): Promise<boolean> {
  try {
    await built();
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    process.stderr.write(`${error.message}\n`);
    return false;
  }
}

/** What was left out is said again at the end; the last line is for programs too, so its form is fixed. */
function report({ passed, failed }: Totals, skipped: readonly string[]): ExitCode {
  const { red, green, yellow } = coloursOf(process.stdout);
  const good = failed === 0 && passed > 0;
  for (const line of skipped)
    process.stdout.write(`${yellow(`skipped: ${line}`)}
`);
  if (passed + failed === 0) process.stdout.write(`${red("nothing ran")}\n`);
  process.stdout.write(`${(good ? green : red)(`${passed} passed, ${failed} failed`)}\n`);
  return good ? 0 : 1;
}
