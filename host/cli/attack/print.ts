/** Attacks for people: a table of verdicts, then what happened in each and its figures. */
import type { Attack, Figure, Report } from "../../attack/attack.ts";
import { coloursOf, printTable, wrapped } from "../terminal.ts";
import { figureText } from "./page.ts";

interface Made {
  readonly attack: Attack;
  readonly report: Report;
}

export function printAttacks(made: readonly Made[]): void {
  const { bold, dim, red, green, yellow } = coloursOf(process.stdout);
  const coloured = { stopped: green, bounded: yellow, open: red };
  for (const { attack, report } of made) {
    const { happens, here = [], verdict, stops, figures, checks } = report;
    print(`\n${bold(attack.name)}  ${attack.title}`);
    print(dim(`needs ${attack.needs}`));
    for (const sentence of [...happens, ...here]) print(`  ${wrapped(sentence, "  ")}`);
    print(`  ${coloured[verdict](verdict)}: ${wrapped(stops, "  ")}`);
    print("");
    printTable(figures.map(rowOf), false);
    for (const { claim } of checks.filter(({ holds }) => !holds)) print(red(`did not come true: ${claim}`));
  }
  print(`\n${bold("In sum")}`);
  printTable(
    made.map(({ attack, report: { verdict, checks } }) => ({
      attack: attack.name,
      verdict,
      "claims that came true": `${checks.filter(({ holds }) => holds).length} of ${checks.length}`,
    })),
    false,
  );
}

function rowOf(figure: Figure): Record<string, string> {
  return { figure: figure.name, value: figureText(figure), by: figure.by };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
