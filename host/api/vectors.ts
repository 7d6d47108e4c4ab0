import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../build/build.ts";
import { oneOf } from "./check.ts";

/** The files of vectors; tests/vectors/amp/README.md says what is in each of their fields. */
export const VECTOR_FILES = [
  "example",
  "exchange-compact",
  "exchange-wide",
  "exchange-strong",
  "snonce",
  "update",
  "conversation",
  "boot",
  "refused",
] as const;

/** All but the worked example, which has no cases. */
export type VectorFile = Exclude<(typeof VECTOR_FILES)[number], "example">;

/** A case with its script: NVM before, the noise, every call with its octets, what each answers, NVM after. Hex throughout. */
export interface VectorCase {
  readonly name: string;
  readonly script: {
    readonly nvm: string;
    readonly entropy: readonly (string | null)[];
    readonly steps: readonly VectorStep[];
    readonly nvmAfter?: string;
  };
  /** Intermediates: parties, sNonce, keys, frames, ... */
  readonly [field: string]: unknown;
}

/** One call of the module's ABI, or what happens to it: a power loss, an NVM octet that changes. */
export interface VectorStep {
  readonly call: string;
  readonly [field: string]: unknown;
}

/** A file of vectors. */
export interface Vectors {
  readonly generatedBy: string;
  readonly about: string;
  readonly cases: readonly VectorCase[];
}

/**
 * What a station sends, refuses and writes under the profile, with every intermediate: made by a twin that shares no code
 * with the module. `example` is one worked exchange by hand, a flat record of hex.
 * @throws RangeError for a file that there is not.
 */
export function readVectors(file: "example"): Readonly<Record<string, unknown>>;
export function readVectors(file: VectorFile): Vectors;
export function readVectors(file: (typeof VECTOR_FILES)[number]): unknown {
  const name = oneOf("file", file, VECTOR_FILES);
  return JSON.parse(readFileSync(join(ROOT, "tests/vectors/amp", `${name}.json`), "utf8"));
}
