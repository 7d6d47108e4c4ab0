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
 * @throws UsageError for a file that is not there, does not load, or never comes to its end.
 */
export async function userDefault(option: string, file: string): Promise<unknown> {
  readUserFile(option, file);
  try {
    // Not import(): a file of the user's lies in a folder that may not say that it holds ES modules.
    const exported: Exported = await settled(tsImport(pathToFileURL(resolve(file)).href, import.meta.url));
    return (exported.default as Exported | undefined)?.default ?? exported.default;
  } catch (error) {
    throw new UsageError(`${option} ${file} cannot be loaded: ${whyOf(error)}`);
  }
}

/** With nothing left to wait for Node would end in silence: a module's await of what never comes is a mistake like another. */
async function settled<Result>(loading: Promise<Result>): Promise<Result> {
  let leave = (): void => undefined;
  const idle = new Promise<never>((_, reject) => {
    leave = () => reject(new Error("it waits for something that never comes"));
    process.once("beforeExit", leave);
  });
  try {
    return await Promise.race([loading, idle]);
  } finally {
    process.off("beforeExit", leave);
  }
}
