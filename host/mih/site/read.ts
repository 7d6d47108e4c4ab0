/** Text -> the file of one role. A mistake is a SiteError: one sentence that says what, where, and what would be right. */

import { LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { ROLE_FILES, type RoleKind } from "./schema.ts";

/** Something of a site is wrong; the message is one clear sentence for who wrote it. */
export class SiteError extends Error {
  override readonly name = "SiteError";
}

const SHOWN_MAX = 80;

/** `name`: what the text is called in a mistake's sentence. @throws SiteError */
export function readRole<Kind extends RoleKind>(
  yaml: string,
  name: string,
  kind: Kind,
): z.output<(typeof ROLE_FILES)[Kind]> {
  return readAs(yaml, name, kind, ROLE_FILES[kind]) as z.output<(typeof ROLE_FILES)[Kind]>;
}

/** The same for any file that says its role. @throws SiteError */
export function readAs<Schema extends z.ZodType>(
  yaml: string,
  name: string,
  kind: string,
  schema: Schema,
): z.output<Schema> {
  const value = plainOf(yaml, name);
  const role = isMap(value) ? value.role : undefined;
  if (role !== kind) {
    throw new SiteError(
      `${name} has ${role === undefined ? "no role" : `the role ${shown(role)}`}, where ${kind} is expected`,
    );
  }
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  throw new SiteError(`${name}: ${sentenceOf(schema, checked.error.issues[0], value)}`);
}

function plainOf(yaml: string, name: string): unknown {
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines, prettyErrors: false, logLevel: "silent" });
  const [error] = document.errors;
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new SiteError(`${name}, line ${line}, column ${col}: this is no YAML: ${error.message.split("\n")[0]}`);
  }
  try {
    return document.toJS();
  } catch (cause) {
    throw new SiteError(`${name} does not come out as plain values: ${(cause as Error).message.split("\n")[0]}`);
  }
}

function sentenceOf(schema: z.ZodType, issue: z.core.$ZodIssue, value: unknown): string {
  const { path } = issue;
  if (issue.code === "unrecognized_keys") {
    const keys = keysAt(schema, path);
    return `there is no key ${[...path, issue.keys[0]].join(".")}; the keys there are ${keys.join(", ")}`;
  }
  const found = path.reduce<unknown>((part, key) => (part as Record<PropertyKey, unknown> | undefined)?.[key], value);
  const expected = expectedAt(schema, path) ?? "something else";
  return `${path.join(".")} is ${found === undefined ? "missing" : shown(found)}, where ${expected} is expected`;
}

/** The words of the innermost part on the way that has some. */
function expectedAt(schema: z.ZodType, path: readonly PropertyKey[]): string | undefined {
  const bare = unwrapped(schema);
  const [key, ...rest] = path;
  const next = key === undefined ? undefined : partOf(bare, key);
  return (next && expectedAt(next, rest)) ?? schema.description ?? bare.description;
}

function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const bare = unwrapped(schema);
  const [key, ...rest] = path;
  const next = key === undefined ? undefined : partOf(bare, key);
  return next ? keysAt(next, rest) : Object.keys("shape" in bare ? (bare.shape as object) : {});
}

function partOf(schema: z.ZodType, key: PropertyKey): z.ZodType | undefined {
  if ("shape" in schema) return (schema.shape as Record<PropertyKey, z.ZodType>)[key];
  return "element" in schema ? (schema.element as z.ZodType) : undefined;
}

/** Out of what may be left out, has a default, or is made into something else. */
function unwrapped(schema: z.ZodType): z.ZodType {
  const { innerType, in: input } = schema.def as { innerType?: z.ZodType; in?: z.ZodType };
  const inner = innerType ?? input;
  return inner ? unwrapped(inner) : schema;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}...` : text;
}
