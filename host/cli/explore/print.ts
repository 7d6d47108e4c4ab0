/** An exploration for people: a table of exchanges, what bad environments and damaged records break, and the sums. */
import { CONTINUATIONS } from "../../explore/continuations.ts";
import type { Exploration } from "../../explore/report.ts";
import type { TaskResult } from "../../explore/task.ts";
import { WITNESSED } from "../../observer/witness.ts";
import { coloursOf, printTable } from "../terminal.ts";
import { samplesOf } from "./sample.ts";

interface PrintOptions {
  readonly seconds: number;
  readonly threads: number;
  readonly results: readonly TaskResult[];
}

export function printExploration(exploration: Exploration, { seconds, threads, results }: PrintOptions): void {
  const { exchanges, environments, damages, totals, violations } = exploration;
  const { bold, dim, red, green } = coloursOf(process.stdout);
  const heading = (text: string): void => print(`\n${bold(text)}\n`);

  heading("Power fails in");
  printTable(
    exchanges.map((row) => ({
      exchange: row.exchange,
      variants: row.variants,
      instructions: row.fuelMax,
      points: row.points,
      survivors: row.survivors,
      runs: row.runs,
      "pairs in writes": row.pairs,
      "pairs sampled": row.sampledPairs,
      violations: row.violations,
    })),
    false,
  );

  const bad = environments.filter(({ environment }) => environment !== "plain");
  if (bad.length > 0) {
    heading("With bad noise, or NVM that is worn out");
    printTable(
      bad.map(({ environment, points, runs, stated, violations: broken }) => ({
        environment,
        points,
        runs,
        "stated to break, and seen": stated.map(({ rule, seen }) => `${rule} ${seen}`).join(", ") || "nothing",
        "beyond that": broken,
      })),
      false,
    );
    const reasons = bad.flatMap(({ stated }) => stated.map(({ rule, because }) => `${rule}: ${because}`));
    for (const reason of new Set(reasons)) print(dim(`  ${reason}\n`));
  }

  if (damages.length > 0) {
    heading("With an NVM image that is not the device's own");
    printTable(
      damages.map(({ name, variants, runs, points, continued, stated, seen, wrong }) => ({
        damage: name,
        variants,
        runs,
        "killed behind": points,
        "went on": continued,
        "stated to break": stated.join(", ") || "nothing",
        seen: seen.join(", ") || "nothing",
        "otherwise in": wrong,
      })),
      false,
    );
    for (const { name, because } of damages) print(dim(`  ${name}: ${because}\n`));
  }

  heading("In sum");
  const n = (value: number): string => value.toLocaleString("en");
  const sweep_s = results.reduce((all, one) => all + (one.kind === "exchange" ? one.result.sweep_ms : 0), 0) / 1000;
  const swept = totals.points - totals.pairs - totals.damaged - totals.read;
  const rows: [string, string][] = [
    [
      "points",
      `${n(totals.points)}: ${n(totals.fuel)} amounts of fuel, ${n(totals.nvm)} octets in flight, ${n(totals.air)} octets on the air, ${n(totals.boot)} of the amp_boot behind, ${n(totals.read)} reads that failed, ${n(totals.damaged)} behind damaged records, ${n(totals.pairs)} second deaths in writes`,
    ],
    ["restarts compared", n(totals.restarts)],
    ["survivors", `${n(totals.survivors)}, ${n(totals.continued)} of them went on; ${n(totals.runs)} runs`],
    [
      "two deaths",
      `${n(totals.pairSurvivors)} distinct survivors in ${n(totals.pairClasses)} classes, ${n(totals.pairsContinued)} went on in ${n(totals.pairRuns)} runs; ${n(totals.sampledPairs)} pairs of any two instants were drawn, each with one of ${CONTINUATIONS.length} continuations`,
    ],
    [
      "time",
      `${seconds.toFixed(1)} s on ${threads} threads: ${n(Math.round(totals.points / seconds))} points a second with all that follows them, ${n(Math.round(swept / (sweep_s / threads)))} by themselves`,
    ],
  ];
  for (const [label, text] of rows) print(`  ${label.padEnd(18)}${text}\n`);
  for (const sample of samplesOf(results)) print(dim(`  ${sample}\n`));

  for (const { name, wrong, first } of damages) {
    if (wrong > 0) print(red(`${name}: it was not the stated rules that broke: ${first}\n`));
  }
  for (const { rule, what, token } of violations) {
    print(red(`${rule}: ${what}\n`));
    print(dim(`  ${rule} says: ${WITNESSED[rule]}\n`));
    print(`  ampcore explore --replay '${token}'\n`);
  }
  if (totals.unseen > 0) print(red(`${totals.unseen} statements that nothing showed\n`));
  const broken = violations.length + damages.filter(({ wrong }) => wrong > 0).length;
  print(`\n${broken === 0 ? green("0 violations") : red(`${broken} violations`)}\n`);
}

function print(text: string): void {
  process.stdout.write(text);
}
