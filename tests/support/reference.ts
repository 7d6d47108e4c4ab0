import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { referenceData } from "../../host/data/reference.ts";

/** What node:test takes as its `skip` option: false, or the reason that is printed beside the test's title. */
type Skip = string | false;

/**
 * Whether a test that reads `path` (relative to the reference data) has to be skipped.
 * @throws Error under CI=true, where no test may be missing silently.
 */
export function skipWithout(path: string): Skip {
  const folder = referenceData();
  if (folder !== undefined && existsSync(join(folder, path))) return false;
  const reason = `no reference data ${path}: set AMPCORE_DATA to the folder that holds it`;
  if (process.env.CI === "true") throw new Error(reason);
  return reason;
}

/**
 * The parsed JSON file at `path` of the reference data; call it inside a test that `skipWithout(path)` lets run.
 * The caller states the shape: these are fixed files, and a wrong shape fails the test that reads them.
 */
export function readReference<Shape>(path: string): Shape {
  const folder = referenceData();
  if (folder === undefined) throw new Error(`no reference data: ${path} was read without skipWithout`);
  return JSON.parse(readFileSync(join(folder, path), "utf8")) as Shape;
}
