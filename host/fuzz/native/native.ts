/*
 * The native form: station.wasm -> C (wasm2c, wabt) -> libFuzzer with the address and undefined-behaviour sanitizers
 * (clang-14), over harness.c. The binary is made once for each module and harness, and kept in build/.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ROOT } from "../../build/build.ts";
import { layoutAt } from "../station/layout.ts";
import { GARBAGE, IMAGE, NOISE } from "../station/world.ts";

const HARNESS = fileURLToPath(new URL("harness.c", import.meta.url));
export const CLANG = "clang-14";
export const WASM2C = "wasm2c";

/** The native form cannot be made here; one sentence, with the tool's own words behind it. */
export class NativeError extends Error {
  override readonly name = "NativeError";
}

/** Which of the tools is missing; undefined: none. */
export function missingTool(): string | undefined {
  return [WASM2C, CLANG].find((tool) => spawnSync(tool, ["--version"]).error !== undefined);
}

/**
 * "sanitized" looks at every access of the C. "fast" runs several times as many inputs: harness.c's own properties, and
 * the bounds checks in the code, which trap at the first octet beyond __heap_base, are in both.
 */
const KINDS = {
  sanitized: ["-O1", "-fsanitize=fuzzer,address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"],
  // Every bounds check is a comparison: to trace them all takes as long as the rest.
  fast: ["-O3", "-fsanitize=fuzzer", "-fno-sanitize-coverage=trace-cmp"],
} as const;
export type NativeKind = keyof typeof KINDS;
/** Bounds checks in the code, as on a microcontroller, in place of a guard page and its signal handler. */
const DEFINES = ["-DWASM_RT_MEMCHECK_SIGNAL_HANDLER=0"];

/** The path of the fuzzer's binary over this module. @throws NativeError */
export function nativeFuzzer(module: Uint8Array, kind: NativeKind = "sanitized"): string {
  const key = createHash("sha256").update(module).update(readFileSync(HARNESS)).update(worldHeader()).digest("hex");
  const folder = join(ROOT, "build/fuzz");
  const binary = join(folder, `station-${kind}-${key.slice(0, 16)}`);
  if (existsSync(binary)) return binary;
  const scratch = `${binary}.${process.pid}`;
  mkdirSync(scratch, { recursive: true });
  try {
    writeFileSync(join(scratch, "station.wasm"), module);
    writeFileSync(join(scratch, "world.h"), worldHeader());
    tool(WASM2C, ["station.wasm", "-n", "station", "-o", "station.c"], scratch);
    tool(CLANG, ["-g", ...KINDS[kind], ...DEFINES, "-I.", HARNESS, "station.c", "-lm", "-o", "fuzzer"], scratch);
    renameSync(join(scratch, "fuzzer"), binary);
  } finally {
    rmSync(scratch, { recursive: true });
  }
  return binary;
}

function tool(name: string, args: readonly string[], cwd: string): void {
  const { status, error, stderr } = spawnSync(name, args, { cwd, encoding: "utf8" });
  if (error) throw new NativeError(`there is no ${name}, which npm run setup:system installs`);
  if (status !== 0) throw new NativeError(`${name} failed\n${stderr}`);
}

/** What the harness knows of the world that the sequences were made in. */
function worldHeader(): string {
  const { scratch, entropy, rx } = layoutAt(LAYOUT_RX);
  const ramAt = scratch.from;
  const octets = (values: Uint8Array): string => `{${values.join(",")}}`;
  return [
    `enum { RX_AT = ${rx.from - ramAt}, SCRATCH_OCTETS = ${scratch.end - ramAt}, ENTROPY_AT = ${entropy.from - ramAt}, RAM_OCTETS = 1104 };`,
    `static const uint8_t IMAGE[] = ${octets(IMAGE)};`,
    `static const uint8_t NOISE[][32] = {${NOISE.map(octets).join(",\n")}};`,
    `static const uint8_t GARBAGE[] = ${octets(GARBAGE)};`,
    "",
  ].join("\n");
}

/** Any place of the rx buffer: only distances are taken. */
const LAYOUT_RX = 0x1000;

/** What libFuzzer said at its end. */
export interface NativeResult {
  readonly executions: number;
  readonly perSecond: number;
  /** Counters of clang's own coverage, and the ones with their hit counts. */
  readonly edges: number;
  readonly features: number;
  /** The property or sanitizer that stopped it, and the input; undefined: its time was over. */
  readonly crash?: { readonly message: string; readonly input: Uint8Array };
}

export interface NativeOptions {
  readonly binary: string;
  /** A folder for the corpus; the inputs that are in it are the seeds. */
  readonly corpus: string;
  /** A folder for the input that crashes. */
  readonly artifacts: string;
  readonly seconds?: number;
  readonly runs?: number;
  readonly seed: number;
  readonly onLine: (line: string) => void;
}

/** Runs it to its end. */
export async function runNative(options: NativeOptions): Promise<NativeResult> {
  const { binary, corpus, artifacts, seconds, runs, seed, onLine } = options;
  const args = [
    ...(seconds === undefined ? [] : [`-max_total_time=${seconds}`]),
    ...(runs === undefined ? [] : [`-runs=${runs}`]),
    ...[
      `-seed=${seed}`,
      "-reload=0",
      // To weigh inputs by how rare their features are takes a quarter of the time of the fast form.
      "-entropic=0",
      "-max_len=2048",
      "-len_control=0",
      "-print_final_stats=1",
      "-use_value_profile=0",
    ],
    ...[`-artifact_prefix=${artifacts}/`, corpus],
  ];
  const from_ms = performance.now();
  const lines = await said(binary, args, onLine);
  return resultOf(lines, artifacts, (performance.now() - from_ms) / 1000);
}

/** What it writes to stderr, line by line. */
async function said(binary: string, args: readonly string[], onLine: (line: string) => void): Promise<string[]> {
  const lines: string[] = [];
  const child = spawn(binary, args, { stdio: ["ignore", "ignore", "pipe"] });
  let rest = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    for (const line of parts) {
      lines.push(line);
      onLine(line);
    }
  });
  await new Promise((resolve) => child.on("close", resolve));
  return lines;
}

/** Executions that libFuzzer may take to make a crash smaller. */
const MINIMISE_RUNS = 20_000;

/** The smallest input that still stops it, as libFuzzer finds it. `folder`: where it may leave files. */
export async function minimiseNative(binary: string, input: Uint8Array, folder: string): Promise<Uint8Array> {
  const [from, to] = ["crash", "minimised"].map((name) => join(folder, name));
  writeFileSync(from, input);
  const bounds = [`-runs=${MINIMISE_RUNS}`, "-max_total_time=60", "-seed=1"];
  await said(binary, ["-minimize_crash=1", ...bounds, `-exact_artifact_path=${to}`, from], () => undefined);
  return existsSync(to) ? new Uint8Array(readFileSync(to)) : input;
}

/** `lines`: of libFuzzer; what it wrote of a slow unit is none: a machine that was stopped for a while makes any unit slow. */
export function resultOf(lines: readonly string[], artifacts: string, seconds: number): NativeResult {
  const stat = (name: string): number => {
    const line = lines.find((candidate) => candidate.startsWith(`stat::${name}:`));
    return Number(line?.split(":").pop() ?? 0);
  };
  const [, edges = 0, features = 0] =
    lines.map((line) => /cov: (\d+) ft: (\d+)/.exec(line) ?? []).findLast((found) => found.length > 0) ?? [];
  const file = lines
    .map((line) => /Test unit written to (.*)$/.exec(line)?.[1])
    .find((path) => path?.startsWith(artifacts) && !basename(path).startsWith("slow-unit-"));
  const said = lines.find((line) => /^ampcore: |ERROR: |runtime error: /.test(line));
  const crash =
    file === undefined ? undefined : { message: said ?? "it stopped", input: new Uint8Array(readFileSync(file)) };
  const executions = stat("number_of_executed_units");
  return {
    executions,
    perSecond: executions / seconds,
    edges: Number(edges),
    features: Number(features),
    crash,
  };
}
