/*
 * A scenario as a filled form, and back. Keys that the form has no field for stand in lines as --set takes them, so no
 * scenario is too rich for the page.
 */
import { parseDocument } from "yaml";
import { isMisfit } from "../../sim/scenario/misfit.ts";
import { checkScenario, ScenarioError, withSettings } from "../../sim/scenario/read.ts";
import type { Scenario } from "../../sim/scenario/schema.ts";
import { FIELDS, type Field, shifted } from "../fields.ts";
import type { Filled, Sentences } from "../protocol.ts";

/** What every scenario is told as a difference from. */
export const DEFAULT = checkScenario({}, "the default");

/** Told by the file itself. */
const TRACE_FILE = "harvest.trace.file";

/** Single values by their paths, "stations.count". */
export type Settings = ReadonlyMap<string, unknown>;

/** What a scenario has otherwise than the default: in the order of its keys. */
export function settingsOf(scenario: Scenario): Map<string, unknown> {
  const usual = new Map(leaves(DEFAULT));
  return new Map(leaves(scenario).filter(([path, value]) => JSON.stringify(usual.get(path)) !== JSON.stringify(value)));
}

function leaves(value: unknown, path = ""): [string, unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, part]) => leaves(part, path === "" ? key : `${path}.${key}`));
}

export function filledFrom(scenario: Scenario): Filled {
  const all = new Map(leaves(scenario));
  const texts = Object.fromEntries(FIELDS.map((field) => [field.path, textOf(field, all.get(field.path))]));
  const known = new Set([...FIELDS.map(({ path }) => path), TRACE_FILE]);
  const others = [...settingsOf(scenario)].filter(([path]) => !known.has(path));
  return { texts, more: others.map(([path, value]) => `${path}=${JSON.stringify(value)}`).join("\n") };
}

function textOf({ kind, shift = 0 }: Field, value: unknown): string {
  if (value === undefined || value === null) return "";
  if (kind === "pair") return (value as readonly number[]).join(", ");
  return typeof value === "number" ? shifted(String(value), -shift) : String(value);
}

/**
 * The scenario of a form; where that is none, a sentence for each field that is wrong. `trace`: the name of the file
 * that a source of that kind reads.
 */
export function scenarioOf({ texts, more }: Filled, trace = ""): { scenario?: Scenario; sentences: Sentences } {
  const sentences: Record<string, string> = {};
  const settings = new Map<string, unknown>();
  if (texts["harvest.source"] === "trace") settings.set(TRACE_FILE, trace);
  for (const field of FIELDS) {
    const text = texts[field.path] ?? "";
    const value = scenarioValue(field, text);
    if (value === undefined) continue;
    const sentence = refusalOf(field.path, value);
    if (sentence === undefined) settings.set(field.path, value);
    else sentences[field.path] = sentenceFor(sentence, field.path);
  }
  for (const line of more.split("\n")) {
    if (line.trim() === "" || line.trim().startsWith("#")) continue;
    const at = line.indexOf("=");
    const path = line.slice(0, at).trim();
    const refusal =
      at < 1
        ? `${line.trim()} is no setting, where key=value is expected, like ap.acwe=7`
        : refusalOf(path, yamlValue(line.slice(at + 1)));
    if (refusal === undefined) settings.set(path, yamlValue(line.slice(at + 1)));
    else sentences.more ??= refusal;
  }
  if (Object.keys(sentences).length > 0) return { sentences };
  try {
    return { scenario: withSettings(DEFAULT, settings, ""), sentences };
  } catch (error) {
    return { sentences: placed(error) };
  }
}

/** undefined: the field is left to what is usual. */
function scenarioValue({ kind, shift = 0, isOptional }: Field, text: string): unknown {
  if (text.trim() === "" && (isOptional || kind === "choice")) return undefined;
  if (kind === "pair") return yamlValue(`[${text}]`);
  if (kind === "text") return text;
  return yamlValue(shift === 0 ? text : shifted(text, shift));
}

function yamlValue(text: string): unknown {
  const document = parseDocument(text, { logLevel: "silent" });
  return document.errors.length === 0 ? document.toJS() : text;
}

function refusalOf(path: string, value: unknown): string | undefined {
  try {
    withSettings(DEFAULT, new Map([[path, value]]), "");
    return undefined;
  } catch (error) {
    if (error instanceof ScenarioError) return bare(error.message);
    throw error;
  }
}

/** Beside its field a sentence need not say the field's key. */
function sentenceFor(sentence: string, path: string): string {
  return sentence.startsWith(`${path} is `) ? sentence.slice(path.length + " is ".length) : sentence;
}

const bare = (message: string): string => message.replace(/^: /, "");

/** A mistake of a whole scenario, at the field that its sentence begins with. */
export function placed(error: unknown): Sentences {
  if (!isMisfit(error)) throw error;
  const sentence = bare(error.message);
  const found = FIELDS.find(({ path }) => sentence.startsWith(`${path} `) || sentence.startsWith(`${path}:`));
  return { [found?.path ?? ""]: found ? sentenceFor(sentence, found.path) : sentence };
}
