/*
 * The modules that are measured: the shipped ones, and the primitives compiled like each of them.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ensureBuilt, ROOT } from "../../host/build/build.ts";
import { TARGETS, type Target } from "../../host/build/targets.ts";

/** One source, two modules: fewest instructions, fewest octets. */
export const BUILDS = ["release", "small"] as const;
export type Build = (typeof BUILDS)[number];

/** One value a build. */
export type PerBuild<Value> = Readonly<Record<Build, Value>>;

/** What `make` gives for each build, one after the other. */
export async function perBuild<Value>(make: (build: Build) => Value | Promise<Value>): Promise<PerBuild<Value>> {
  return { release: await make("release"), small: await make("small") };
}

export interface StationModule {
  /** Relative to the repository. */
  readonly file: string;
  readonly octets: Uint8Array<ArrayBuffer>;
  readonly sha256: string;
}

/** The station module of a build, as it is shipped. */
export async function stationModule(build: Build): Promise<StationModule> {
  const { octets, file } = await made(stationTarget(build));
  return { file, octets, sha256: createHash("sha256").update(octets).digest("hex") };
}

/** The primitives' test module, made from the station's sources with the options and passes of that build. */
export async function primitivesModule(build: Build): Promise<Uint8Array<ArrayBuffer>> {
  const infix = build === "release" ? "" : `.${build}`;
  const output = `build/primitives${infix}.wasm`;
  const known = TARGETS.find((target) => target.output === output);
  // The symbol map of that name is the station's.
  const alike = { ...stationTarget(build), entry: "tests/unit/primitives.ts", output, symbols: undefined };
  return (await made(known ?? alike)).octets;
}

export function stationTarget(build: Build): Target {
  const target = TARGETS.find(({ name }) => name === build);
  if (!target) throw new Error(`no build target ${build}`);
  return target;
}

async function made(target: Target): Promise<{ file: string; octets: Uint8Array<ArrayBuffer> }> {
  await ensureBuilt({ targets: [target] });
  return { file: target.output, octets: new Uint8Array(readFileSync(join(ROOT, target.output))) };
}
