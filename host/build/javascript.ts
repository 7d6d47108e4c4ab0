/**
 * The TypeScript of host/, tests/ and bench/ as JavaScript that Node runs as it is, file by file below build/js. To start
 * tsx and send every module through it takes a process longer than most have to work, and `ampcore test` starts hundreds.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type BuildFailure, build, type Message, type Plugin, version } from "esbuild";
import { filesBelow, replaceFile, withLock } from "./files.ts";
import { digest } from "./freshness.ts";

const THIS = fileURLToPath(import.meta.url);

/** Of many files each, and nearly every process loads them: here each is one file. */
const LIBRARIES: readonly string[] = ["commander", "yaml", "zod"];

/**
 * Relative to the repository. Named after what makes it: JavaScript of another esbuild, of other libraries, or of another form
 * of this file, is left to those that are running it.
 */
const FOLDER = `build/js/${digest([version, ...LIBRARIES.map(versionOf), readFileSync(THIS, "utf8")].join("\n")).slice(0, 8)}`;

const SOURCES = ["host", "tests", "bench"];

/** What is compiled by others: as-pect's suites, and what runs in a page. */
const OTHERS = /^(tests\/unit|host\/report\/page|tests\/report\/inpage)\/|\.d\.ts$/;

/** What package.json calls its one own import. */
const OWN_IMPORTS: Readonly<Record<string, string>> = { "#html/jsx-runtime": "host/report/html/jsx-runtime.ts" };

/** What a file's own import.meta.url is called there. */
const URL_NAME = "urlOfThisSource";

/** Where the JavaScript of a TypeScript file lies; both relative to the repository. */
export function javascriptOf(file: string): string {
  return `${FOLDER}/${file.replace(/\.tsx?$/, ".js")}`;
}

/**
 * Makes what is missing or of another time than its source, and removes what has none any more. A file that is no
 * TypeScript becomes one that throws what is wrong with it. Returns what AMPCORE_JS has to be for typescript.mjs to use it.
 */
export async function makeJavascript(root: string): Promise<string> {
  mkdirSync(join(root, "build"), { recursive: true });
  await withLock(join(root, "build/.js.lock"), () => makeStale(root));
  return join(root, FOLDER, "/");
}

async function makeStale(root: string): Promise<void> {
  const files = SOURCES.flatMap((folder) => filesBelow(root, folder)).filter((file) => !OTHERS.test(file));
  const sources = files.filter((file) => /\.tsx?$/.test(file));
  const wanted = new Set([...sources.map(javascriptOf), ...LIBRARIES.map(libraryFile)]);
  for (const file of filesBelow(root, FOLDER)) {
    if (file.endsWith(".js") && !wanted.has(file)) rmSync(join(root, file), { force: true });
  }
  for (const name of LIBRARIES) if (!existsSync(join(root, libraryFile(name)))) await makeLibrary(root, name);
  await transpile(
    root,
    sources.filter((file) => !isFresh(root, file)),
  );
}

function versionOf(library: string): string {
  const manifest = new URL(`../../node_modules/${library}/package.json`, import.meta.url);
  return `${library} ${JSON.parse(readFileSync(manifest, "utf8")).version}`;
}

function libraryFile(name: string): string {
  return `${FOLDER}/libraries/${name}.js`;
}

/** With the names that it exports spelled out: those of CommonJS are known once it has run, and not before. */
async function makeLibrary(root: string, name: string): Promise<void> {
  const names = Object.keys(await import(name)).filter((one) => /^\w+$/.test(one) && one !== "default");
  const contents = `import * as all from ${JSON.stringify(name)};\nexport const { ${names.join(", ")} } = all;\n`;
  const { outputFiles } = await build({
    ...{ stdin: { contents, resolveDir: root }, bundle: true, write: false, logLevel: "silent" },
    ...{ platform: "node", format: "esm", target: "node20" },
    // What is CommonJS inside asks for Node's own modules by require.
    banner: { js: 'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);' },
  });
  const path = join(root, libraryFile(name));
  mkdirSync(dirname(path), { recursive: true });
  replaceFile(path, outputFiles[0].text);
}

async function transpile(root: string, files: readonly string[]): Promise<void> {
  if (files.length === 0) return;
  const times = new Map(files.map((file) => [file, statSync(join(root, file))]));
  const { broken, outputs } = await outputsOf(root, files);
  for (const { path, text } of outputs) {
    mkdirSync(dirname(path), { recursive: true });
    replaceFile(path, text);
  }
  for (const { location, text } of broken) {
    const where = `${location?.file}:${location?.line}: ${text}`;
    const path = join(root, javascriptOf(location?.file ?? ""));
    mkdirSync(dirname(path), { recursive: true });
    replaceFile(path, `throw new SyntaxError(${JSON.stringify(where)});\n`);
  }
  for (const [file, { atime, mtime }] of times) utimesSync(join(root, javascriptOf(file)), atime, mtime);
}

/** What becomes of these files, and of those that do not parse the first thing that is wrong. */
async function outputsOf(root: string, files: readonly string[]) {
  const attempt = async (entryPoints: readonly string[]) =>
    build({
      ...{ absWorkingDir: root, entryPoints: [...entryPoints], outbase: ".", outdir: FOLDER, write: false },
      ...{ bundle: true, platform: "node", format: "esm", target: "node20", logLevel: "silent" },
      ...{ jsx: "automatic", jsxImportSource: "#html", sourcemap: "linked", sourcesContent: false },
      ...{ define: { "import.meta.url": URL_NAME }, plugins: [eachApart(root)] },
    });
  try {
    return { outputs: (await attempt(files)).outputFiles, broken: [] };
  } catch (error) {
    const broken = firstOfEach((error as BuildFailure).errors ?? []);
    if (broken.length === 0) throw error;
    const names = new Set(broken.map(({ location }) => location?.file));
    const whole = files.filter((file) => !names.has(file));
    return { outputs: whole.length > 0 ? (await attempt(whole)).outputFiles : [], broken };
  }
}

function firstOfEach(errors: readonly Message[]): Message[] {
  const located = errors.filter(({ location }) => location !== null);
  return located.filter((one, i) => located.findIndex(({ location }) => location?.file === one.location?.file) === i);
}

/** Each file stays a module of its own that imports the others' JavaScript, and thinks that it lies where its source does. */
function eachApart(root: string): Plugin {
  const apart = new Set<string>();
  return {
    name: "each apart",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^/ }, ({ path, kind, importer, resolveDir }) => {
        if (kind === "entry-point") {
          apart.add(resolve(resolveDir, path));
          return undefined;
        }
        const own = OWN_IMPORTS[path];
        const pathOf = (file: string): string => {
          const found = relative(dirname(javascriptOf(relative(root, importer))), file);
          return found.startsWith(".") ? found : `./${found}`;
        };
        if (LIBRARIES.includes(path)) return { path: pathOf(libraryFile(path)), external: true };
        if (own === undefined && !path.startsWith(".")) return { path, external: true };
        const target = own ? join(root, own) : resolve(resolveDir, path);
        if (!/\.tsx?$/.test(target)) return { path: pathToFileURL(target).href, external: true };
        return { path: pathOf(javascriptOf(relative(root, target))), external: true };
      });
      onLoad({ filter: /\.tsx?$/ }, ({ path }) => {
        // Where the text after import( is put together, esbuild looks for all files that it could mean, past onResolve.
        if (!apart.has(path)) throw new Error(`${path} would be copied into what imports it: see importable()`);
        // On the first line, so that every other keeps its number.
        const contents = `const ${URL_NAME} = ${JSON.stringify(pathToFileURL(path).href)};${readFileSync(path, "utf8")}`;
        return { contents, loader: path.endsWith("x") ? "tsx" : "ts" };
      });
    },
  };
}

/** transpile() gives what it makes the time of its source, but for what utimes() rounds off. */
function isFresh(root: string, file: string): boolean {
  const { mtimeMs = 0 } = statSync(join(root, javascriptOf(file)), { throwIfNoEntry: false }) ?? {};
  return Math.abs(mtimeMs - statSync(join(root, file)).mtimeMs) < 2;
}
