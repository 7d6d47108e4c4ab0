/*
 * Names for the functions of a shipped module, which has none: from the symbol map that the build makes with it.
 */
import { builtNames } from "../../host/build/build.ts";
import type { Build } from "./builds.ts";

/** The names of the functions of a build's module, by index: "crypto/aes/encrypt". */
export function namesOf(build: Build): Promise<string[] | undefined> {
  return builtNames(build);
}
