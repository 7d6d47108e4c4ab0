/* A module of the user's own, JavaScript or TypeScript, whose default a verb takes. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { tsImport } from "tsx/esm/api";
import { whyOf } from "../text/kind.ts";
import { readUserFile } from "./run/userfile.ts";
import { UsageError } from "./verb.ts";

/** One that was taken for CommonJS has its default a level deeper. */
interface Exported {
  readonly default?: unknown;
}

/**
 * The default of the file that `option` names; undefined: it has none.
 * @throws UsageError for a file that is not there or does not load.
 */
export async function userDefault(option: string, file: string): Promise<unknown> {
  readUserFile(option, file);
  try {
    // Not import(): a file of the user's lies in a folder that may not say that it holds ES modules.
    const exported: Exported = await tsImport(pathToFileURL(resolve(file)).href, import.meta.url);
    return (exported.default as Exported | undefined)?.default ?? exported.default;
  } catch (error) {
    throw new UsageError(`${option} ${file} cannot be loaded: ${whyOf(error)}`);
  }
}
