import { BuildError, type Built, ensureBuilt } from "../build/build.ts";
import { progress } from "./terminal.ts";
import { Failure } from "./verb.ts";

/** What every verb that needs a module calls first: makes what is missing or stale, with its progress on stderr. */
export async function built(force = false): Promise<Built[]> {
  try {
    return await ensureBuilt({ force, onStep: progress });
  } catch (error) {
    if (error instanceof BuildError) throw new Failure(`the sources do not compile\n${error.message}`);
    throw error;
  }
}
