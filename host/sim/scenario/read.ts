/*
 * Text -> Scenario. A mistake is a ScenarioError: one sentence that says what, where, and what would be right.
 */

import { LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { kindOf } from "../../text/kind.ts";
import { SCENARIO, type Scenario } from "./schema.ts";

/** The scenario is wrong; the message is one clear sentence for its author. */
export class ScenarioError extends Error {
  override readonly name = "ScenarioError";
}

/** The scenario of a YAML text; `name` is what the text is called in a mistake's sentence. @throws ScenarioError */
export function readScenario(yaml: string, name: string): Scenario {
  return checkScenario(plainYaml(yaml, name), name);
}

/** A YAML text as plain values; one without any is a part without keys. @throws ScenarioError */
export function plainYaml(yaml: string, name: string): unknown {
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines, prettyErrors: false, logLevel: "silent" });
  const [error] = document.errors;
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new ScenarioError(`${name}, line ${line}, column ${col}: this is no YAML: ${shortened(error.message)}`);
  }
  let value: unknown;
  try {
    value = document.toJS() ?? {};
    // An alias that leads back to itself has no text, and a set is nothing that a scenario has.
    JSON.stringify(value, (_, part) => {
      if (part instanceof Map || part instanceof Set) throw new TypeError("there is a set, or a key that is no text");
      return part;
    });
  } catch (cause) {
    const { message } = cause as Error;
    throw new ScenarioError(`${name}: it does not come out as plain values: ${shortened(message)}`);
  }
  return value;
}

/** The scenario that a plain value is, defaults filled in. @throws ScenarioError */
export function checkScenario(value: unknown, name: string): Scenario {
  const checked = SCENARIO.safeParse(value);
  if (checked.success) return checked.data;
  throw new ScenarioError(`${name}: ${sentenceOf(checked.error.issues[0], value)}`);
}

/**
 * A scenario with single values put in, `stations.count` and the like: how the command line changes one. A value is
 * read as YAML is: 3, true, auto, [1, 5]. @throws ScenarioError
 */
export function withSettings(scenario: Scenario, settings: ReadonlyMap<string, unknown>, name: string): Scenario {
  const changed = structuredClone(scenario) as Record<string, unknown>;
  for (const [path, value] of settings) {
    const keys = path.split(".");
    const last = keys.pop() as string;
    let at = changed;
    for (const [i, key] of keys.entries()) {
      // A part that is not there comes with its defaults.
      if (at[key] === null && hasKeys(keys.slice(0, i + 1))) at[key] = {};
      const next = Object.hasOwn(at, key) ? at[key] : undefined;
      if (!isPart(next)) throw new ScenarioError(`${name}: ${noKey(path, schemaAt(SCENARIO, []))}`);
      at = next;
    }
    // No key of a scenario, and an assignment would put in another prototype.
    if (last === "__proto__") throw new ScenarioError(`${name}: ${noKey(path, schemaAt(SCENARIO, keys))}`);
    at[last] = value;
  }
  return checkScenario(changed, name);
}

type Issue = z.core.$ZodIssue;

function sentenceOf(issue: Issue, value: unknown): string {
  if (issue.code === "unrecognized_keys") {
    return noKey([...issue.path, issue.keys[0]].join("."), schemaAt(SCENARIO, issue.path));
  }
  // Within a list or a union the field that has the words is further up.
  const path = [...issue.path];
  while (path.length > 0 && schemaAt(SCENARIO, path) === undefined) path.pop();
  const expected = descriptionOf(schemaAt(SCENARIO, path)) ?? "a part with keys of its own";
  const found = path.reduce<unknown>((part, key) => (isPart(part) ? part[key as string] : undefined), value);
  return `${path.join(".") || "the scenario"} is ${told(found)}, where ${expected} is expected`;
}

function noKey(path: string, where: z.ZodType | undefined): string {
  const bare = where && unwrapped(where);
  const keys = bare && "shape" in bare ? Object.keys(bare.shape as object) : [];
  // A key may hold anything: what does not print is shown as JSON writes it.
  const shown = /^[ -~]*$/.test(path) ? path : JSON.stringify(path);
  return `there is no key ${shown}${keys.length > 0 ? `; the keys there are ${keys.join(", ")}` : ""}`;
}

/** The schema at a path, out of its default; undefined: there is none. */
function schemaAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType | undefined {
  if (path.length === 0) return schema;
  const bare = unwrapped(schema);
  const shape = "shape" in bare ? (bare.shape as Record<PropertyKey, z.ZodType>) : {};
  const next = shape[path[0]];
  return next && schemaAt(next, path.slice(1));
}

/** The words of a field; they stand on the schema or within its default. */
function descriptionOf(schema: z.ZodType | undefined): string | undefined {
  if (schema === undefined || schema.description !== undefined) return schema?.description;
  const { innerType } = schema.def as { innerType?: z.ZodType };
  return descriptionOf(innerType);
}

/** Out of defaults, of null allowed, and of what is made of a short form. */
function unwrapped(schema: z.ZodType): z.ZodType {
  const { innerType, out } = schema.def as { innerType?: z.ZodType; out?: z.ZodType };
  const inner = innerType ?? out;
  return inner ? unwrapped(inner) : schema;
}

/** Whether a part stands at that path. */
function hasKeys(path: readonly string[]): boolean {
  const schema = schemaAt(SCENARIO, path);
  return schema !== undefined && "shape" in unwrapped(schema);
}

function isPart(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function told(value: unknown): string {
  if (value === undefined) return "missing";
  if (typeof value === "number") return String(value);
  const text = textOf(value);
  return text.length > TOLD_MAX ? `${text.slice(0, TOLD_MAX)}...` : text;
}

/** A program's scenario may hold what no JSON has. */
function textOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? kindOf(value);
  } catch {
    return kindOf(value);
  }
}

/** Enough of a wrong value, or of a library's complaint, to find it by. */
const TOLD_MAX = 80;

/** The first line of a complaint, as the end of a sentence. */
function shortened(message: string): string {
  const line = message.split("\n")[0].slice(0, TOLD_MAX);
  return line.charAt(0).toLowerCase() + line.slice(1);
}
