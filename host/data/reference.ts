import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Names a folder that holds the reference data, in place of the one beside the repository. */
const VARIABLE = "AMPCORE_DATA";

/**
 * The folder of the reference data (test vectors, traces), or undefined where there is none.
 * It is the folder that the environment variable AMPCORE_DATA names, else `../shared` beside the repository.
 * @throws Error when AMPCORE_DATA names a folder that does not exist: a wish that cannot be met is not an absence.
 */
export function referenceData(): string | undefined {
  const wished = process.env[VARIABLE];
  if (wished) {
    if (!existsSync(wished)) throw new Error(`${VARIABLE} names ${wished}, which does not exist`);
    return wished;
  }
  const beside = join(fileURLToPath(new URL("../..", import.meta.url)), "..", "shared");
  return existsSync(beside) ? beside : undefined;
}
