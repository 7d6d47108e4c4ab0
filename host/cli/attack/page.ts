/**
 * The report as a page: what no machine's speed has a part in, so that every machine writes the same.
 */
import type { Attack, Figure, Report } from "../../attack/attack.ts";
import type { Kit } from "../../attack/kit.ts";
import { markdownTable } from "../../bench/markdown.ts";
import { figures, si } from "../../text/units.ts";

interface Made {
  readonly attack: Attack;
  readonly report: Report;
}

const UNITS = ["J", "s", "W", "m"];
const YEAR_s = 365.25 * 86_400;

/** "2.84 uJ", "8 devices", "162,273 years". */
export function figureText({ value, unit }: Figure): string {
  if (unit === "s" && value >= YEAR_s) return `${Math.round(value / YEAR_s).toLocaleString("en")} years`;
  if (UNITS.includes(unit)) return si(value, unit);
  if (unit === "Hz") return `${figures(value)} a second`;
  return `${Number.isInteger(value) ? value.toLocaleString("en") : value.toPrecision(3)} ${unit}`;
}

export function attackPage(made: readonly Made[], { scenario, profiles }: Kit): string {
  const { mcu, nvm, radio, storage } = profiles;
  const rows = made.map(({ attack: { name, title, needs }, report: { verdict, stops } }) => {
    return {
      attack: `[${name}](#${name})`,
      "what the attacker does": title,
      "what he needs": needs,
      verdict,
      "what stops it": stops,
    };
  });
  return `${[
    "# Attacks",
    "Made by `npm run attack -- --page docs/ATTACKS.md`; do not edit. Each attack is made by the shipped module, the project's access point\n" +
      "and key service, or by the simulator; every number is counted, simulated or derived in the run that writes it. What depends\n" +
      "on the machine it runs on, `npm run attack` prints and this page leaves out.",
    "Verdicts: **stopped**, the attacker gets nothing that jamming would not give him; **bounded**, he gets something, and a rule\n" +
      "says how much; **open**, the profile has no defence.",
    `Joules are those of the profiles ${mcu.name}, ${nvm.name}, ${radio.name} and ${storage.name} (\`npm run scenario -- --profiles\`), scenario ${scenario.name}, seed ${scenario.seed}.`,
    markdownTable({ id: "attacks", title: "", rows }),
    ...made.map(section),
  ].join("\n\n")}\n`;
}

function section({ attack, report }: Made): string {
  const figures = report.figures
    .filter(({ by }) => by !== "timed")
    .map((figure) => ({ figure: figure.name, value: figureText(figure), by: figure.by }));
  const checks = report.checks.map(({ claim, holds }) => `- ${holds ? "came true" : "DID NOT COME TRUE"}: ${claim}`);
  return [
    `## ${attack.name}`,
    `${attack.title[0].toUpperCase()}${attack.title.slice(1)}. Needs ${attack.needs}.`,
    report.happens.map((sentence) => `- ${sentence}`).join("\n"),
    `**${report.verdict}**: ${report.stops}.`,
    markdownTable({ id: attack.name, title: "", rows: figures }),
    checks.join("\n"),
  ].join("\n\n");
}
