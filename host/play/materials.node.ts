/* What the page brings with it: the shipped modules with the names of their functions, and the built-in scenarios. */
import { builtModule, builtNames } from "../build/build.ts";
import { STATIONS } from "../build/targets.ts";
import { builtInNames, builtInText } from "../cli/run/scenarios.ts";
import { version } from "../cli/version.ts";
import type { PlayMaterials } from "./protocol.ts";

export async function playMaterials(): Promise<PlayMaterials> {
  const modules: Record<string, PlayMaterials["modules"][string]> = {};
  for (const name of STATIONS) {
    const wasm = Buffer.from(await builtModule(name)).toString("base64");
    modules[name] = { wasm, names: await builtNames(name) };
  }
  return {
    version: version(),
    modules,
    scenarios: Object.fromEntries(builtInNames().map((name) => [name, builtInText(name)])),
  };
}
