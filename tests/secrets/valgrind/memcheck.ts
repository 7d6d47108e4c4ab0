/** A tape on the station's C under valgrind's memcheck: where a branch or an address comes of something secret. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const DRIVER = fileURLToPath(new URL("driver.c", import.meta.url));
export const VALGRIND = "valgrind";
export const WASM2C = "wasm2c";

/** Bounds checks in the code, in place of a guard page: an address that is out of bounds is then a branch, too. */
const FLAGS = ["-O2", "-gdwarf-4", "-DWASM_RT_MEMCHECK_SIGNAL_HANDLER=0", "-I."];

/** A place that memcheck complains of. */
export interface Site {
  /** By the names given, else "function 12"; an export by its own name. */
  readonly functionName: string;
  /** Of the C; places of one function are told apart by it. */
  readonly line: number;
  readonly kind: "branch" | "address";
}

export interface Program {
  /** Where the C was made, and what runs. */
  readonly folder: string;
  readonly names: readonly string[];
}

/** Compiles a module's C over the driver. `hasPlant`: it exports `plant`. */
export function compile(
  octets: Uint8Array,
  folder: string,
  {
    compiler = "gcc",
    names = [],
    hasPlant = false,
  }: Partial<Pick<Program, "names">> & { compiler?: string; hasPlant?: boolean },
): Program {
  writeFileSync(join(folder, "station.wasm"), octets);
  run(folder, WASM2C, ["station.wasm", "-n", "station", "-o", "station.c"]);
  const plant = hasPlant ? ["-DPLANTED"] : [];
  run(folder, compiler, [...FLAGS, ...plant, DRIVER, "station.c", "-lm", "-o", "driver"]);
  return { folder, names };
}

/** Plays the tape, with that fault switched on (0: none). @throws Error when the C does anything but what is on the tape. */
export function memcheck({ folder, names }: Program, tape: Uint8Array, plant = 0): Site[] {
  writeFileSync(join(folder, "tape"), tape);
  const options = ["--error-limit=no", "--num-callers=12", "--xml=yes", "--xml-file=errors.xml"];
  run(folder, VALGRIND, [...options, "./driver", "tape", String(plant)]);
  const xml = readFileSync(join(folder, "errors.xml"), "utf8");
  const sites = [...xml.matchAll(/<error>.*?<\/error>/gs)].map(([error]) => siteOf(error, names));
  const texts = new Set(sites.map((site) => JSON.stringify(site)));
  return [...texts].map((text): Site => JSON.parse(text));
}

/** The first function of the module in the stack, helpers of wasm2c's that were inlined passed over. */
function siteOf(error: string, names: readonly string[]): Site {
  const kind = /<kind>(\w+)<\/kind>/.exec(error)?.[1];
  if (kind !== "UninitCondition" && kind !== "UninitValue") throw new Error(`memcheck found something else: ${error}`);
  for (const [frame] of error.matchAll(/<frame>.*?<\/frame>/gs)) {
    const [, name] = /<fn>(?:w2c|Z_stationZ)_(\w+)<\/fn>/.exec(frame) ?? [];
    const [, line] = /<line>(\d+)<\/line>/.exec(frame) ?? [];
    if (name === undefined || line === undefined) continue;
    const [, index] = /^f(\d+)$/.exec(name) ?? [];
    const functionName = index === undefined ? name : (names[Number(index)] ?? `function ${index}`);
    return { functionName, line: Number(line), kind: kind === "UninitValue" ? "address" : "branch" };
  }
  throw new Error(`memcheck found something outside the module: ${error}`);
}

function run(cwd: string, program: string, args: readonly string[]): void {
  const { status, error, stderr } = spawnSync(program, args, { cwd, encoding: "utf8" });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args[0]}: ${stderr}`);
}
