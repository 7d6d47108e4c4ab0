/*
 * Firmware around an implementation of the jobs (c/jobs.h), run once on the emulated Cortex-M4; instructions between its
 * marks are counted, and what it made is compared.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { BOARDS, linkerScript } from "../../host/mcu/boards.ts";
import { counterPlugin, type Optimisation } from "../../host/mcu/firmware.ts";
import { McuError, run } from "../../host/mcu/translate.ts";
import { EXPECTED, INPUT, JOBS, type Job } from "./jobs.ts";

const GCC = "arm-none-eabi-gcc";
const [BOARD] = BOARDS;
const OWN = fileURLToPath(new URL("c", import.meta.url));
const AROUND = fileURLToPath(new URL("../../host/mcu/firmware", import.meta.url));

export interface Implementation {
  /** A file of c/: the jobs. */
  readonly jobs: string;
  /** What it calls: full paths, or text by file name. */
  readonly sources: readonly string[];
  readonly texts?: Readonly<Record<string, string>>;
  readonly flags: readonly string[];
  readonly optimisation: Optimisation;
}

export interface Counted {
  readonly instructions: Readonly<Record<Job, number>>;
  /** Code and constants of what the jobs call, as far as they are linked. */
  readonly flash_octets: number;
}

/** @throws McuError without the tools, or where a job leaves other octets than node:crypto. */
export function counted(implementation: Implementation): Counted {
  mkdirSync(tmpdir(), { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), "ampcore-peers-"));
  try {
    const whole_octets = linked(folder, implementation);
    return { instructions: ran(folder, implementation.jobs), flash_octets: whole_octets };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Makes jobs.elf; the octets of flash of the implementation's own objects in it. */
function linked(folder: string, { jobs, sources, texts = {}, flags, optimisation }: Implementation): number {
  const core = [`-mcpu=${BOARD.core}`, "-mthumb"];
  const common = ["-std=c11", "-DNDEBUG", ...core, "-ffunction-sections", "-fdata-sections", "-I."];
  const includes = [`-I${OWN}`, `-I${AROUND}`, ...flags];
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, "board.ld"), linkerScript(BOARD));
  const compile = (source: string, level: string): string => {
    const object = basename(source).replace(/\.c$/, ".o");
    run(GCC, [...common, level, ...includes, "-c", source, "-o", object], folder);
    return object;
  };
  const own = [...sources, ...Object.keys(texts).filter((name) => name.endsWith(".c")), join(OWN, jobs)].map((source) =>
    compile(source, optimisation),
  );
  const around = [join(OWN, "main.c"), join(AROUND, "startup.c"), join(AROUND, "semihost.c")].map((source) =>
    compile(source, "-Os"),
  );
  const link = [
    ...core,
    "-nostartfiles",
    "--specs=nano.specs",
    "-Wl,--gc-sections",
    "-Wl,-Map=jobs.map",
    "-T",
    "board.ld",
  ];
  run(GCC, [...link, ...own, ...around, "-o", "jobs.elf"], folder);
  return flashOf(readFileSync(join(folder, "jobs.map"), "utf8"), own);
}

/** Octets of text and constants that the linker took from those objects: ` .text.name 0x... 0x... object`. */
function flashOf(map: string, objects: readonly string[]): number {
  const memory = map.slice(map.indexOf("Linker script and memory map"));
  const line = /^ \.(?:text|rodata)\S*\s+0x[0-9a-f]+\s+0x([0-9a-f]+) (\S+)$/gm;
  let sum = 0;
  for (const [, size, object] of memory.matchAll(line)) {
    if (objects.includes(basename(object))) sum += Number.parseInt(size, 16);
  }
  return sum;
}

function ran(folder: string, jobs: string): Record<Job, number> {
  const symbols = new Map(
    run("arm-none-eabi-nm", ["jobs.elf"], folder)
      .split("\n")
      .map((line) => line.split(" "))
      .map(([address, , name]) => [name, `0x${address}`]),
  );
  const marks = ["mark_call", "mark_return"].map((name) => symbols.get(name)).join(":");
  const plugin = [counterPlugin(), `marks=${marks}`, "log=count.log"].join(",");
  const quiet = ["-display", "none", "-monitor", "none", "-serial", "none"];
  const { error, status, stdout, stderr } = spawnSync(
    "qemu-system-arm",
    [
      ...["-M", BOARD.name, "-accel", "tcg", "-kernel", "jobs.elf", ...quiet],
      ...["-semihosting-config", "enable=on,target=native", "-plugin", plugin],
    ],
    { cwd: folder, input: INPUT },
  );
  if (error) throw new McuError("there is no qemu-system-arm on this machine; npm run setup:system installs it");
  if (status !== 0) throw new McuError(`${jobs}: the emulator ended with ${status}: ${stderr}`);
  check(jobs, stdout);
  const counts = readFileSync(join(folder, "count.log"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => Number(line.split(" ")[1]));
  // Pairs of marks; the first pair is around nothing.
  const between = counts.flatMap((count, i) => (i % 2 === 1 ? [count - counts[i - 1]] : []));
  const [empty, ...each] = between;
  return Object.fromEntries(JOBS.map((job, i) => [job, each[i] - empty])) as Record<Job, number>;
}

function check(jobs: string, written: Buffer): void {
  let at = 0;
  for (const [i, wanted] of EXPECTED.entries()) {
    const made = written.subarray(at, at + wanted.length);
    if (!made.equals(wanted)) throw new McuError(`${jobs}: ${JOBS[i]} left ${made.toString("hex")}`);
    at += wanted.length;
  }
}
