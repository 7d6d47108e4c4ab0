import type { Attack, Report } from "../../attack/attack.ts";
import { ATTACKS } from "../../attack/attacks.ts";
import { Kit } from "../../attack/kit.ts";
import { attackPage } from "../attack/page.ts";
import { printAttacks } from "../attack/print.ts";
import { built } from "../built.ts";
import { nearest } from "../nearest.ts";
import { writeWhole } from "../output.ts";
import { gather } from "../run/materials.ts";
import { asUsage, scenarioFor } from "../run/scenarios.ts";
import { progress } from "../terminal.ts";
import { addExamples, UsageError, type Verb } from "../verb.ts";

interface AttackOptions {
  readonly scenario: string;
  readonly short?: boolean;
  readonly seed?: string;
  readonly set?: readonly string[];
  readonly list?: boolean;
  readonly json?: boolean;
  readonly page?: string;
}

export default {
  summary: "make the attacks that the profile has to stand, and say what each costs and what stops it",

  configure(command) {
    command
      .argument("[attack...]", `which ones: ${ATTACKS.map(({ name }) => name).join(", ")} (default: all)`)
      .option(
        "--scenario <name|file>",
        "whose station, trigger and air are attacked, as ampcore run has them",
        "default",
      )
      .option("--set <key=value...>", "single values of the scenario: --set stations.mcu=msp430fr5994")
      .option("--seed <number>", "other nonces, noise and instants")
      .option("--short", "fewer tries of each: some fifteen seconds for all of them")
      .option("--list", "the attacks and what each needs; makes none")
      .option("--page <file>", "writes the report as a Markdown page too, without what was timed on this machine")
      .option("--json", "as JSON");
    command.addHelpText(
      "after",
      "\nThe protocol's attacks take the scenario's profile and mode, one station, a PMK that is derived.\n" +
        "Exit code 1: something did not come out as the report claims. A verdict: stopped, bounded (a rule says by how much),\n" +
        "or open (the profile has no defence, and says so).",
    );
    addExamples(command, [
      ["", "all attacks, less than a minute"],
      ["drain starve", "what forged triggers cost a station"],
      ["drain --set stations.mcu=msp430fr5994", "the same on another microcontroller"],
      ["--short --json", "all of them, for a program"],
    ]);
  },

  async run(options, operands) {
    const { short: isShort = false, json = false, list = false, page } = options;
    const chosen = attacksNamed(operands);
    if (list && page !== undefined)
      throw new UsageError("--list makes no attack, so there is nothing that --page could write");
    if (list) {
      if (json) process.stdout.write(`${JSON.stringify(chosen, null, 2)}\n`);
      else for (const { name, title, needs } of chosen) process.stdout.write(`${name}: ${title}\n  needs ${needs}\n`);
      return 0;
    }
    const given = scenarioFor(options.scenario, options);
    // One station is attacked; how many others there are changes nothing for it but the air.
    const scenario = { ...given, stations: { ...given.stations, count: 1 } };
    if (page !== undefined) writeWhole("--page", page, "");
    await built();
    const { materials } = await gather(scenario);
    const kit = asUsage(() => new Kit({ scenario, module: materials.module, isShort }));
    const made: { attack: Attack; report: Report }[] = [];
    for (const attack of chosen) {
      if (!json) progress(`${attack.name}: ${attack.title}`);
      made.push({ attack, report: await asUsageLater(() => attack.run(kit)) });
    }
    if (page !== undefined) writeWhole("--page", page, attackPage(made, kit));
    if (json) {
      const attacks = made.map(({ attack: { name, title, needs }, report }) => ({ name, title, needs, ...report }));
      process.stdout.write(`${JSON.stringify({ scenario, isShort, attacks }, null, 2)}\n`);
    } else printAttacks(made);
    return made.every(({ report }) => report.checks.every(({ holds }) => holds)) ? 0 : 1;
  },
} satisfies Verb<AttackOptions>;

/** What a simulation of the scenario cannot have is a mistake of whoever set it, as in asUsage. */
async function asUsageLater<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    return asUsage<never>(() => {
      throw error;
    });
  }
}

function attacksNamed(names: readonly string[]): readonly Attack[] {
  const known = ATTACKS.map(({ name }) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    const meant = near.length > 0 ? `did you mean ${near.join(" or ")}?` : `there are ${known.join(", ")}`;
    throw new UsageError(`no attack ${JSON.stringify(name)}; ${meant}`);
  }
  return names.length === 0 ? ATTACKS : ATTACKS.filter(({ name }) => names.includes(name));
}
