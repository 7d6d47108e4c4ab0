/* What `ampcore fuzz` is asked for, checked. */
import { readFileSync } from "node:fs";
import type { Attacker } from "../../fuzz/attacker.ts";
import { userDefault } from "../usermodule.ts";
import { UsageError } from "../verb.ts";

export interface FuzzOptions {
  readonly target: string;
  readonly runs?: string;
  readonly seconds?: string;
  readonly seed: string;
  readonly jobs: string;
  readonly corpus?: string;
  readonly crashes: string;
  readonly attacker?: string;
  readonly module?: string;
  readonly small?: boolean;
  readonly native?: boolean;
  readonly fast?: boolean;
  readonly replay?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** When a run ends: at the first of the two that comes. */
export interface Limits {
  readonly runs: number;
  readonly seconds: number;
}

const RUNS_DEFAULT = 20_000;
const SEED_MAX = 2 ** 32 - 1;
const JOBS_MAX = 256;

/** @throws UsageError */
export function limitsOf({ runs, seconds }: Pick<FuzzOptions, "runs" | "seconds">): Limits {
  const count = runs === undefined ? undefined : wholeNumber("--runs", runs, Number.MAX_SAFE_INTEGER);
  const time = seconds === undefined ? undefined : Number(seconds);
  if (time !== undefined && !(time > 0 && Number.isFinite(time))) {
    throw new UsageError(`--seconds is ${JSON.stringify(seconds)}, where a number above 0 is expected`);
  }
  const unlimited = Number.POSITIVE_INFINITY;
  return { runs: count ?? (time === undefined ? RUNS_DEFAULT : unlimited), seconds: time ?? unlimited };
}

/** @throws UsageError */
export function seedOf({ seed }: Pick<FuzzOptions, "seed">): number {
  return wholeNumber("--seed", seed, SEED_MAX);
}

/** @throws UsageError */
export function jobsOf({ jobs, target }: Pick<FuzzOptions, "jobs" | "target">): number {
  const count = wholeNumber("--jobs", jobs, JOBS_MAX, 1);
  // The command line is called within the process, which has one stdout and one folder.
  if (count > 1 && target === "cli") throw new UsageError("--jobs is more than 1, which --target cli cannot be");
  return count;
}

function wholeNumber(option: string, text: string, max: number, min = 0): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new UsageError(`${option} is ${JSON.stringify(text)}, where a whole number from ${min} to ${max} is expected`);
}

/** The octets of a file that an option names. @throws UsageError */
export function fileOf(option: string, file: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(readFileSync(file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "does not exist" : code === "EISDIR" ? "is a folder" : `cannot be read (${code})`;
    throw new UsageError(`${option} ${file} ${why}, where a file is expected`);
  }
}

/** The attacker that a file exports as its default (host/fuzz/attacker.ts). @throws UsageError */
export async function attackerOf(file: string): Promise<Attacker<unknown>> {
  const attacker = (await userDefault("--attacker", file)) as Partial<Attacker<unknown>> | undefined;
  if (typeof attacker?.input === "function") return attacker as Attacker<unknown>;
  throw new UsageError(
    `--attacker ${file} exports no default with a method input(random, corpus), where one is expected`,
  );
}
