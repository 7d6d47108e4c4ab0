/* What a run came to, as JSON and for the eye. */
import type { Reproducer } from "../../fuzz/reproducer.ts";
import { StationTarget } from "../../fuzz/station/target.ts";
import type { Coverage, Target } from "../../fuzz/target.ts";
import { count, figures } from "../../text/units.ts";
import { type Cell, coloursOf, renderTable } from "../terminal.ts";
import type { Fuzzed } from "./jobs.ts";

/** A finding, minimised, and the file that it was written to. */
export interface Written {
  readonly file: string;
  readonly reproducer: Reproducer;
  readonly execution: number;
  readonly tries: number;
}

export interface Report {
  readonly target: string;
  readonly seed: number;
  readonly jobs: number;
  readonly executions: number;
  readonly calls: number;
  readonly coverage: Coverage;
  readonly corpus: number;
  readonly costliest?: {
    readonly cost: number;
    readonly unit: string;
    readonly input: string;
    readonly steps: readonly string[];
  };
  readonly unreached?: readonly { readonly name: string; readonly edges: number }[];
  readonly findings: readonly Written[];
  /** The one part that is not the same in every run of a seed. */
  readonly timing: { readonly seconds: number; readonly perSecond: number };
}

/** What the fuzzer does not know. */
export interface Circumstances<Input> {
  readonly seed: number;
  readonly jobs: number;
  readonly seconds: number;
  readonly findings: readonly Written[];
  /** The costliest input, minimised. */
  readonly worst: Input | undefined;
}

export function reportOf<Input>(target: Target<Input>, fuzzer: Fuzzed<Input>, about: Circumstances<Input>): Report {
  const { seed, jobs, seconds, findings, worst } = about;
  const { executions, calls, corpus, costliest } = fuzzer;
  const { costUnit } = target;
  return {
    target: target.name,
    seed,
    jobs,
    executions,
    calls,
    coverage: target.coverage(),
    corpus: corpus.length,
    costliest:
      costliest && worst !== undefined && costUnit
        ? {
            cost: costliest.cost,
            unit: costUnit,
            input: Buffer.from(target.encode(worst)).toString("hex"),
            steps: target.describe(worst),
          }
        : undefined,
    unreached: target instanceof StationTarget ? target.unreached() : undefined,
    findings,
    timing: { seconds, perSecond: executions / seconds },
  };
}

export function printReport(report: Report): void {
  const { executions, calls, coverage, corpus, costliest, unreached, findings, timing } = report;
  const { bold, green, red } = coloursOf(process.stdout);
  const { covered, of, unit } = coverage;
  const rows: Record<string, Cell>[] = [
    { "": "executions", value: executions, more: `${calls.toLocaleString("en")} calls` },
    {
      "": "a second",
      value: figures(timing.perSecond),
      more: `in ${figures(timing.seconds)} s, ${count(report.jobs, "job")}`,
    },
    { "": unit, value: covered, more: of === undefined ? "" : `of ${of.toLocaleString("en")}` },
    { "": "corpus", value: corpus, more: "inputs that reached something new" },
  ];
  if (costliest) rows.push({ "": "costliest call", value: costliest.cost, more: costliest.unit });
  process.stdout.write(`${bold(`${report.target}, seed ${report.seed}`)}\n${renderTable(rows, ["value"])}\n`);
  if (costliest)
    print("\nthe sequence with the costliest call:", [...costliest.steps, `as octets: ${costliest.input}`]);
  if (unreached && unreached.length > 0) {
    print(
      "\nedges that were not reached, by function:",
      unreached.map(({ name, edges }) => `${edges}  ${name}`),
    );
  }
  for (const written of findings) printFinding(written);
  const verdict = findings.length === 0 ? green("nothing was found") : red(count(findings.length, "finding"));
  process.stdout.write(`\n${verdict}\n`);
}

function printFinding({ file, reproducer, execution, tries }: Written): void {
  const { red } = coloursOf(process.stdout);
  const where = `found by execution ${execution.toLocaleString("en")}, minimised in ${tries.toLocaleString("en")} tries`;
  print(
    `\n${red(`${reproducer.rule}: ${reproducer.message}`)}\n${where}; ampcore fuzz --replay ${file}`,
    reproducer.steps,
  );
}

function print(head: string, lines: readonly string[]): void {
  process.stdout.write(`${head}\n${lines.map((line) => `  ${line}\n`).join("")}`);
}
