/*
 * A result out of the text of a file. What a report is made of is checked as far as a mistaken file is likely to go wrong;
 * where a part that was there is not what it should be, making the report says so.
 */
import type { Result } from "../sim/result.ts";

/** A file that is no result: one sentence. */
export class ReportError extends Error {
  override name = "ReportError";
}

/** What every result has, and of which type. */
const MEMBERS: Readonly<Record<string, "string" | "number" | "object" | "array">> = {
  ampcore: "string",
  violations: "number",
  readings: "number",
  lives: "number",
  hashes: "object",
  profiles: "object",
  scenario: "object",
  warnings: "array",
  invariants: "array",
  exchanges: "object",
  deaths: "object",
  energy: "object",
  refusals: "object",
  air: "object",
  needs: "array",
  stations: "array",
};

/** @throws ReportError that says what is not as it should be. */
export function readResult(text: string): Result {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ReportError("this is no JSON, where the output of ampcore run --json is expected");
  }
  for (const [name, type] of Object.entries(MEMBERS)) {
    const member = typeOf(value) === "object" ? (value as Record<string, unknown>)[name] : undefined;
    if (typeOf(member) !== type) {
      const is = member === undefined ? "is missing" : `is no ${type}`;
      throw new ReportError(`${name} ${is}, where the output of ampcore run --json is expected`);
    }
  }
  // Results of before there was one have no timeline.
  return { ...(value as Result), timeline: (value as Partial<Result>).timeline ?? null };
}

function typeOf(value: unknown): string {
  return Array.isArray(value) ? "array" : value === null ? "null" : typeof value;
}
