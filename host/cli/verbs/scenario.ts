import { stringify } from "yaml";
import { bandOf, type Quantity } from "../../energy/quantity.ts";
import { NAMED_PROFILES } from "../../sim/profiles.ts";
import { si } from "../../text/units.ts";
import { builtInNames, builtInText, writtenScenario } from "../run/scenarios.ts";
import { type Cell, coloursOf, columns, printTable, renderTable, wrapped } from "../terminal.ts";
import { addExamples, type Verb } from "../verb.ts";

interface ScenarioVerbOptions {
  readonly example?: boolean;
  readonly profiles?: boolean;
  readonly json?: boolean;
}

export default {
  summary: "show, check and explain scenarios and profiles",

  configure(command) {
    command
      .argument("[scenario]", `${builtInNames().join(", ")}, or the path of a YAML file`)
      .option("--example", "the default scenario with every key explained: a file to start from")
      .option("--profiles", "every number of every profile, with its source and how sure it is")
      .option("--json", "as JSON");
    addExamples(command, [
      ["", "the built-in scenarios"],
      ["--example > mine.yaml", "a scenario of your own to edit"],
      ["mine.yaml", "checked, with all that it leaves out filled in; then: ampcore run mine.yaml"],
      ["hostile", "a built-in one in full"],
      ["--profiles", "where the joules come from"],
    ]);
  },

  async run({ example = false, profiles = false, json = false }, [wish]) {
    if (example) process.stdout.write(json ? jsonOf(writtenScenario("default")) : builtInText("default"));
    else if (profiles) showProfiles(json);
    else if (wish === undefined) showBuiltIn(json);
    else {
      const scenario = writtenScenario(wish);
      process.stdout.write(json ? jsonOf(scenario) : stringify(scenario));
    }
    return 0;
  },
} satisfies Verb<ScenarioVerbOptions>;

function showBuiltIn(json: boolean): void {
  const rows = builtInNames().map((name) => {
    const comment = builtInText(name)
      .split("\n")
      .filter((line) => line.startsWith("#"));
    const about = name === "default" ? ["Four stations near an RF energizer"] : comment.map((line) => line.slice(2));
    return { scenario: name, about: about.join(" ").split(/[.:] /)[0] };
  });
  printTable(rows, json);
}

function showProfiles(json: boolean): void {
  if (json) {
    process.stdout.write(jsonOf(NAMED_PROFILES));
    return;
  }
  const { bold, dim } = coloursOf(process.stdout);
  for (const [kind, profiles] of Object.entries(NAMED_PROFILES)) {
    for (const profile of Object.values(profiles) as { name: string; summary: string }[]) {
      process.stdout.write(`${bold(`${kind} ${profile.name}`)}\n${dim(wrapped(profile.summary))}\n`);
      process.stdout.write(`${renderTable(Object.entries(profile).flatMap(numberRow), ["value"])}\n\n`);
    }
  }
}

/** Columns of --profiles before the source. */
const BEFORE_SOURCE = 55;

/** A line of a profile's table; none for what is no number: its name, and the weights one by one. */
function numberRow([name, field]: [string, unknown]): Record<string, Cell>[] {
  if (typeof field !== "object" || field === null || !("status" in field)) return [];
  const quantity = field as Pick<Quantity, "source" | "status" | "band"> & Partial<Quantity>;
  const [low, high] = bandOf(quantity);
  const { value, unit = "", status, source } = quantity;
  return [
    {
      number: `  ${value === undefined ? name.replace(/Note$/, "") : name}`,
      value: value === undefined ? "a table" : si(value, unit),
      status,
      factor: `${low} .. ${high}`,
      source: wrapped(source, "", Math.max(20, columns() - BEFORE_SOURCE)),
    },
  ];
}

function jsonOf(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
