/**
 * What `npm pack` puts into the package: the host as JavaScript with its types, the modules, the header and the vectors,
 * below build/package in the places that the sources have in the repository. Run by package.json's prepack.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { FORMS } from "../attack/triggercode.ts";
import { ensureBuilt, ROOT, variantFile, variantModule } from "./build.ts";
import { filesBelow, withLock } from "./files.ts";
import { digest } from "./freshness.ts";
import { HEADER, outputsOf, STATIONS, TARGETS } from "./targets.ts";

/** Relative to the repository. */
const FOLDER = "build/package";

const PROJECT = "host/build/tsconfig.package.json";

/** Modules that whoever installs the package runs; the others are of tests and benches. */
const SHIPPED: readonly string[] = [...STATIONS, "rsn", "backend"];

const VECTORS = "tests/vectors/amp";

/** What of host/ is of use in a checkout only: the compiler is told so in its project file. */
const LEFT_OUT = /^host\/(bench|cli\/testing)\/|tsconfig[.\w]*json$/;

/** Makes build/package anew unless it is of exactly these sources; returns its absolute path. */
export async function makePackage(): Promise<string> {
  await ensureBuilt();
  return withLock(join(ROOT, "build/.package.lock"), async () => {
    const folder = join(ROOT, FOLDER);
    const receipt = join(ROOT, `${FOLDER}.digest`);
    const files = [...filesBelow(ROOT, "host"), ...filesBelow(ROOT, VECTORS), ...shippedFiles(), "package.json"];
    const wanted = digest(files.map((file) => `${file} ${digest(readFileSync(join(ROOT, file)))}`).join("\n"));
    if (existsSync(receipt) && readFileSync(receipt, "utf8") === wanted) return folder;
    rmSync(receipt, { force: true });
    rmSync(folder, { recursive: true, force: true });
    compile();
    for (const file of files.filter((one) => !/\.tsx?$/.test(one) && !LEFT_OUT.test(one))) copy(file);
    for (const edits of Object.values(FORMS)) {
      const path = join(folder, variantFile("release", edits));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, await variantModule("release", edits));
    }
    writeManifest(folder);
    writeFileSync(receipt, wanted);
    return folder;
  });
}

function shippedFiles(): string[] {
  const targets = TARGETS.filter(({ name }) => SHIPPED.includes(name));
  return [...targets.flatMap(outputsOf), HEADER.output];
}

/** TypeScript as JavaScript and declarations: `npm run typecheck` has the errors, here there are none left. */
function compile(): void {
  const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  const { status, stdout } = spawnSync(process.execPath, [compiler, "-p", PROJECT], { cwd: ROOT, encoding: "utf8" });
  if (status !== 0) throw new Error(`the sources cannot be made into a package: ${stdout}`);
}

/** Node finds the nearest package.json: this one says what kind of modules these are, and what they call their own. */
function writeManifest(folder: string): void {
  const { name, version, type, imports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const own = JSON.parse(JSON.stringify(imports).replaceAll('.ts"', '.js"'));
  writeFileSync(join(folder, "package.json"), `${JSON.stringify({ name, version, type, imports: own }, null, 2)}\n`);
}

function copy(file: string): void {
  if (file === "package.json") return;
  cpSync(join(ROOT, file), join(ROOT, FOLDER, file));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await makePackage();
