/*
 * Text -> Grid. A mistake is a GridError: one sentence that says what, where, and what would be right.
 */
import type { z } from "zod";
import { plainYaml } from "../../sim/scenario/read.ts";
import { GRID, type Grid } from "./schema.ts";

/** The grid is wrong; the message is one clear sentence for its author. */
export class GridError extends Error {
  override readonly name = "GridError";
}

/** The grid of a YAML text; `name` is what the text is called in a mistake's sentence. @throws GridError or ScenarioError */
export function readGrid(yaml: string, name: string): Grid {
  const value = plainYaml(yaml, name);
  const checked = GRID.safeParse(value);
  if (checked.success) return checked.data;
  throw new GridError(`${name}: ${sentenceOf(innermost(checked.error.issues[0], value), value)}`);
}

type Issue = z.core.$ZodIssue;

/** Of a union the mistake within a key that is there, in the alternative that has it; without one, of the union itself. */
function innermost(issue: Issue, value: unknown): Issue {
  if (issue.code !== "invalid_union") return issue;
  const part = valueAt(value, issue.path);
  const meant = issue.errors.flat().find(({ path }) => isPart(part) && path.length > 0 && Object.hasOwn(part, path[0]));
  return meant ? innermost({ ...meant, path: [...issue.path, ...meant.path] } as Issue, value) : issue;
}

function sentenceOf(issue: Issue, value: unknown): string {
  const place = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    const known = place === "" ? `; the keys there are ${Object.keys(GRID.shape).join(", ")}` : "";
    return `there is no key ${[...issue.path, issue.keys[0]].join(".")}${known}`;
  }
  return `${place || "the grid"} is ${told(valueAt(value, issue.path))}, where ${issue.message} is expected`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((part, key) => (isPart(part) ? part[key as string] : undefined), value);
}

function isPart(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function told(value: unknown): string {
  if (value === undefined) return "missing";
  const text = typeof value === "number" ? String(value) : JSON.stringify(value);
  return text.length > TOLD_MAX ? `${text.slice(0, TOLD_MAX)}...` : text;
}

/** Enough of a wrong value to find it by. */
const TOLD_MAX = 80;
