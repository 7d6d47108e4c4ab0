/* Options that a sweep and its workers share. */
import { availableParallelism } from "node:os";
import { UsageError } from "../verb.ts";

const WORKERS_MAX = 1024;

/** Threads; without the option as many as the machine has cores for. @throws UsageError */
export function workersOf(text: string | undefined): number {
  return text === undefined ? availableParallelism() : wholeOf("--workers", text, 1, WORKERS_MAX);
}

/** @throws UsageError */
export function wholeOf(option: string, text: string, from: number, to: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= from && number <= to) return number;
  throw new UsageError(
    `${option} is ${text}, where a whole number from ${from} to ${to.toLocaleString("en")} is expected`,
  );
}
