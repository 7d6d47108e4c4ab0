/*
 * The scenario that a command line means: a built-in one by its name or a file, with what the options change in it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { parseDocument } from "yaml";
import { isMisfit } from "../../sim/scenario/misfit.ts";
import { readScenario, ScenarioError, withSettings } from "../../sim/scenario/read.ts";
import type { Scenario } from "../../sim/scenario/schema.ts";
import { UsageError } from "../verb.ts";
import { readUserFile } from "./userfile.ts";

const BUILT_IN = fileURLToPath(new URL("../../sim/scenario/built-in", import.meta.url));

export function builtInNames(): string[] {
  return readdirSync(BUILT_IN)
    .map((file) => file.replace(/\.yaml$/, ""))
    .sort();
}

/** The text of a built-in scenario. */
export function builtInText(name: string): string {
  return readFileSync(join(BUILT_IN, `${name}.yaml`), "utf8");
}

export interface ScenarioOptions {
  readonly trace?: string;
  readonly gap?: string;
  readonly cell?: string;
  readonly load?: string;
  readonly step?: string;
  readonly rectifier?: string;
  readonly seed?: string;
  readonly duration?: string;
  readonly stations?: string;
  readonly set?: readonly string[];
}

/** The argument and the options that name a scenario and change it. */
export function addScenarioOptions(command: Command, byDefault = "default"): Command {
  const withTrace = command
    .argument("[scenario]", `${builtInNames().join(", ")}, or the path of a YAML file`, byDefault)
    .option(
      "--trace <file>",
      "harvest what a file recorded: Mementos, CSV, NREL, REACT, Ekho or shepherd (docs/TRACES.md)",
    );
  return addTraceOptions(withTrace)
    .option("--duration <seconds>", "of virtual time")
    .option("--stations <count>", "how many")
    .option("--seed <number>", "another run of the same scenario")
    .option("--set <key=value...>", "any other value of the scenario, like ap.slots=8");
}

/** The options that say how a trace is read. */
export function addTraceOptions(command: Command): Command {
  return command
    .option("--gap <policy>", "a hole in the trace: error, hold or zero")
    .option("--cell <name>", "of a trace of light: am1417 or exl2-1v50")
    .option("--load <ohms>", "of a trace of volts: the resistance they stand across")
    .option("--rectifier <name>", "of a trace of received RF power: sms7630-0v5, sms7630-1v0 or ssuhf-1v0")
    .option("--step <seconds>", "of a long recording: from one entry to the next");
}

/** @throws UsageError for an option that is about a trace where there is none. */
export function checkTraceOptions(options: ScenarioOptions, { harvest }: Scenario): void {
  for (const option of ["gap", "cell", "load", "rectifier", "step"] as const) {
    if (options[option] !== undefined && harvest.source !== "trace") {
      throw new UsageError(`--${option} is for a trace, where harvest.source is ${harvest.source}: add --trace <file>`);
    }
  }
}

/** `wish`: a built-in name or a path. Paths within are from here. @throws UsageError, one sentence. */
export function scenarioFor(wish: string, options: ScenarioOptions): Scenario {
  const [text, name, folder] = textOf(wish);
  return asUsage(() => {
    const scenario = beside(readScenario(text, name), folder);
    return changed(scenario, options);
  });
}

/** The same with the paths in it as they stand there: for a copy that is to lie beside it. */
export function writtenScenario(wish: string): Scenario {
  const [text, name] = textOf(wish);
  return asUsage(() => readScenario(text, name));
}

function textOf(wish: string): [text: string, name: string, folder: string] {
  if (builtInNames().includes(wish)) return [builtInText(wish), wish, "."];
  const expected = `a YAML file or one of ${builtInNames().join(", ")}`;
  return [readUserFile("the scenario", wish, expected).toString("utf8"), wish, dirname(wish)];
}

/** Files that a scenario names lie beside it. */
function beside(scenario: Scenario, folder: string): Scenario {
  const at = (path: string): string => (path === "" || isAbsolute(path) ? path : join(folder, path));
  const { trace } = scenario.harvest;
  const { cell } = trace;
  const curves = Array.isArray(cell) ? cell.map(({ lux, file }) => ({ lux, file: at(file) })) : cell;
  const { module } = scenario.stations;
  const { converter } = scenario;
  const atOr = (path: string | null): string | null => (path === null ? null : at(path));
  return {
    ...scenario,
    converter: converter && { ...converter, file: atOr(converter.file), storage: atOr(converter.storage) },
    stations: { ...scenario.stations, module: module.endsWith(".wasm") ? at(module) : module },
    harvest: { ...scenario.harvest, trace: { ...trace, file: at(trace.file), cell: curves } },
  };
}

function changed(scenario: Scenario, options: ScenarioOptions): Scenario {
  const { trace, gap, cell, load, step, rectifier, seed, duration, stations, set = [] } = options;
  const one = (option: string, path: string, text: string | undefined, from: Scenario): Scenario =>
    text === undefined ? from : withSettings(from, new Map([[path, parsed(text)]]), option);
  let result = one("--seed", "seed", seed, scenario);
  result = one("--duration", "duration_s", duration, result);
  result = one("--stations", "stations.count", stations, result);
  result = one("--gap", "harvest.trace.gap", gap, result);
  result = one("--cell", "harvest.trace.cell", cell, result);
  result = one("--load", "harvest.trace.load_Ohm", load, result);
  result = one("--rectifier", "harvest.trace.rectifier", rectifier, result);
  result = one("--step", "harvest.trace.step_s", step, result);
  if (trace !== undefined) {
    const settings = new Map([
      ["harvest.source", "trace"],
      ["harvest.trace.file", trace],
    ]);
    result = withSettings(result, settings, "--trace");
  }
  for (const setting of set) result = withSettings(result, new Map([settingOf(setting)]), "--set");
  return result;
}

/** Of --set: its path and its value. @throws ScenarioError */
export function settingOf(setting: string): [path: string, value: unknown] {
  const at = setting.indexOf("=");
  if (at < 1) {
    throw new ScenarioError(`--set ${setting} is no setting, where key=value is expected, like stations.count=8`);
  }
  return [setting.slice(0, at), parsed(setting.slice(at + 1))];
}

function parsed(text: string): unknown {
  const document = parseDocument(text, { logLevel: "silent" });
  if (document.errors.length === 0) return document.toJS();
  throw new ScenarioError(
    `the value ${JSON.stringify(text)} is no YAML, where one like 3, true, auto or [1, 5] is expected`,
  );
}

/** Mistakes in a scenario are mistakes of its author. */
export function asUsage<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (isMisfit(error)) throw new UsageError(error.message);
    throw error;
  }
}
