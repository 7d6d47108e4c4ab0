/** What a role has to know again after it was ended in the middle: a file of plain JSON, written whole or not at all. */

import { existsSync } from "node:fs";
import type { Location } from "../roles/locationregister.ts";
import { replaceSecret, secretOf } from "./files.node.ts";
import { SiteError } from "./read.ts";

/** Of an MN: the MISF ID of who serves it, and where it was about to complete, with the link as a person writes it. */
export interface Place {
  readonly serving?: string;
  readonly going?: { readonly pos: string; readonly link: string };
}

/** Of a group manager: by MISF ID of an MN. */
export type Locations = Readonly<Record<string, Location>>;

/** undefined: there is none yet. @throws SiteError for a file that is not what was written. */
export function placeIn(path: string): Place | undefined {
  const value = read(path);
  if (value === undefined) return undefined;
  const { serving, going } = value;
  const isText = (one: unknown): boolean => typeof one === "string";
  const isGoing = going === undefined || (isMap(going) && isText(going.pos) && isText(going.link));
  if (isGoing && (serving === undefined || isText(serving))) return { serving, going } as Place;
  throw wrong(path, "serving and going");
}

/** undefined: there is none yet. @throws SiteError for a file that is not what was written. */
export function locationsIn(path: string): Locations | undefined {
  const value = read(path);
  if (value === undefined || Object.values(value).every(isLocation)) return value as Locations | undefined;
  throw wrong(path, "servedBy, goesTo and shown of each mobile node");
}

function isLocation(value: unknown): boolean {
  if (!isMap(value)) return false;
  const { servedBy, goesTo, shown } = value;
  const isPos = (pos: unknown): boolean => typeof pos === "string";
  return (
    (servedBy === undefined || isPos(servedBy)) &&
    Array.isArray(goesTo) &&
    goesTo.every((one) => isMap(one) && isPos(one.pos) && Number.isSafeInteger(one.until_ms)) &&
    Number.isSafeInteger(shown)
  );
}

export function remember(path: string, what: Place | Locations): void {
  replaceSecret(path, `${JSON.stringify(what)}\n`);
}

function read(path: string): Readonly<Record<string, unknown>> | undefined {
  if (!existsSync(path)) return undefined;
  const text = secretOf(path, "what this role remembers");
  try {
    const value: unknown = JSON.parse(text);
    if (isMap(value)) return value;
  } catch {
    // As wrong as any other text.
  }
  throw wrong(path, "its keys");
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wrong(path: string, keys: string): SiteError {
  return new SiteError(`${path} is not what was written there, JSON with ${keys}: remove it to begin anew`);
}
