// How Node runs this project's TypeScript: through tsx; or, below `ampcore test`, as the JavaScript that was made of it once
// for all of the many processes (javascript.ts), which start in a third of the time; or, in the package (package.ts), as
// the JavaScript that lies in its place.
import { existsSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Was JavaScript made for this process, and where? In a copy of the repository it was not, whoever calls it. */
const made = process.env.AMPCORE_JS?.startsWith(`${ROOT}build/js/`) ? process.env.AMPCORE_JS : undefined;

const isPacked = existsSync(new URL("build.js", import.meta.url));

export function sourceFile(source) {
  return isPacked ? new URL(source.href.replace(/\.tsx?$/, ".js")) : source;
}

export function importable(source) {
  if (made === undefined) return sourceFile(source);
  const file = relative(ROOT, fileURLToPath(source)).replace(/\.tsx?$/, ".js");
  return new URL(file, pathToFileURL(made));
}

export async function importTypeScript(source) {
  if (made === undefined && !isPacked) {
    const { register } = await import("tsx/esm/api");
    // Without the tsconfig.json that may lie in the caller's folder: it is another project's.
    register({ tsconfig: false });
  }
  return import(importable(source).href);
}
