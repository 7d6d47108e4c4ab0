/*
 * The firmware: the module as C, the C around it, a board's linker script -> an ELF file with its sizes and the addresses
 * of its marks. Made once for each combination, and kept in build/mcu.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ROOT } from "../build/build.ts";
import { type Board, linkerScript } from "./boards.ts";
import { McuError, run, type Translated, translate } from "./translate.ts";

const SOURCES = fileURLToPath(new URL("firmware", import.meta.url));
const PLUGIN = fileURLToPath(new URL("plugin/count.c", import.meta.url));
const GCC = "arm-none-eabi-gcc";
/** Where wabt's wasm-rt.h lies. */
const WASM_RT = "/usr/src/wasm2c";

/** How linear memory is reached: firmware/memory.h, or as wasm2c itself has it. */
export const SCHEMES = ["checked", "masked", "none", "wasm2c"] as const;
export type Scheme = (typeof SCHEMES)[number];

export const OPTIMISATIONS = ["-O2", "-Os", "-O3"] as const;
export type Optimisation = (typeof OPTIMISATIONS)[number];

/** Which module it is around: firmware/amp, firmware/rsn. */
export type Program = "amp" | "rsn";

export interface FirmwareOptions {
  readonly board: Board;
  /** Left out: the AMP station. */
  readonly program?: Program;
  readonly module: Uint8Array;
  /** Of the module's functions by index; without them an M1 is not split into phases. */
  readonly names?: readonly string[];
  readonly optimisation?: Optimisation;
  readonly scheme?: Scheme;
}

/** What the counter is told of, in the order of `marks`; the last four are phaseMarks of host/device/triggerphase.ts. */
export const MARKS = ["call", "return", "import", "resume", "reads_cells", "reads_cache"] as const;

export interface Firmware {
  readonly elf: string;
  readonly board: Board;
  /** Octets: code and constants, and of those the module's own; RAM with data, without the stack. */
  readonly flash_octets: number;
  readonly moduleFlash_octets: number;
  readonly ram_octets: number;
  readonly memory_octets: number;
  /** Addresses of MARKS and of the module's marked functions. */
  readonly marks: readonly number[];
}

/** @throws McuError */
export function firmware(options: FirmwareOptions): Firmware {
  const { board, program = "amp", module, names, optimisation = "-O2", scheme = "checked" } = options;
  const translated = translate(module, names, scheme === "wasm2c");
  const hash = createHash("sha256").update(JSON.stringify([board, program, optimisation, scheme, translated]));
  for (const file of sourcesOf(program, /\.[ch]$/)) hash.update(readFileSync(join(SOURCES, file)));
  const folder = join(ROOT, "build/mcu", `${board.name}-${hash.digest("hex").slice(0, 16)}`);
  if (!existsSync(folder)) make(folder, translated, { board, program, optimisation, scheme });
  return described(folder, board, translated);
}

/** Relative to SOURCES: what every firmware has, and what this one has. */
function sourcesOf(program: Program, pattern: RegExp): string[] {
  const own = readdirSync(join(SOURCES, program)).map((file) => join(program, file));
  return [...readdirSync(SOURCES), ...own].filter((file) => pattern.test(file)).sort();
}

type Chosen = Required<Pick<FirmwareOptions, "board" | "program" | "optimisation" | "scheme">>;

function make(folder: string, translated: Translated, { board, program, optimisation, scheme }: Chosen): void {
  const scratch = `${folder}.${process.pid}.tmp`;
  mkdirSync(scratch, { recursive: true });
  try {
    writeFileSync(join(scratch, "station.c"), translated.source);
    writeFileSync(join(scratch, "station.h"), translated.header);
    writeFileSync(join(scratch, "board.ld"), linkerScript(board));
    const paths = sourcesOf(program, /\.c$/).map((file) => join(SOURCES, file));
    const flags = [`-mcpu=${board.core}`, "-mthumb", "-DNDEBUG", ...memoryFlags(translated.memory_octets, scheme)];
    const common = [...flags, "-I.", `-I${SOURCES}`, `-I${WASM_RT}`, "-ffunction-sections", "-fdata-sections"];
    for (const source of ["station.c", ...paths]) {
      // What is around the module is made small; the module is made as asked.
      const level = source === "station.c" ? optimisation : "-Os";
      const warnings = source === "station.c" ? [] : ["-Wall", "-Wextra", "-Werror"];
      run(GCC, ["-std=c11", level, ...warnings, ...common, "-c", source, "-o", objectOf(source)], scratch);
    }
    const objects = ["station.c", ...paths].map(objectOf);
    const link = ["-nostartfiles", "--specs=nano.specs", "-Wl,--gc-sections", "-T", "board.ld"];
    run(GCC, [`-mcpu=${board.core}`, "-mthumb", ...link, ...objects, "-o", "station.elf"], scratch);
    renameSync(scratch, folder);
  } catch (error) {
    // Another process may have been quicker.
    if (!existsSync(join(folder, "station.elf"))) throw error;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function objectOf(source: string): string {
  return basename(source).replace(/\.c$/, ".o");
}

function memoryFlags(octets: number, scheme: Scheme): string[] {
  const room = scheme === "masked" ? 2 ** Math.ceil(Math.log2(octets)) : octets;
  const defines = [`MEMORY_OCTETS=${octets}u`, `MEMORY_ROOM=${room}u`, `MEMORY_MASK=${room - 1}u`];
  return [...defines, `SCHEME=${SCHEMES.indexOf(scheme)}`, "WASM_RT_USE_STACK_DEPTH_COUNT=0"].map((one) => `-D${one}`);
}

function described(folder: string, board: Board, { marked, memory_octets }: Translated): Firmware {
  const elf = join(folder, "station.elf");
  const symbols = new Map(
    run("arm-none-eabi-nm", ["station.elf"], folder)
      .split("\n")
      .map((line) => line.split(" "))
      .map(([address, , name]) => [name, Number.parseInt(address, 16)]),
  );
  const marks = [...MARKS.map((mark) => `mark_${mark}`), ...marked].map((name) => {
    const address = symbols.get(name);
    if (address === undefined) throw new McuError(`the firmware has no ${name}`);
    return address;
  });
  const [flash_octets, ram_octets] = sizesOf("station.elf", folder);
  const [moduleFlash_octets] = sizesOf("station.o", folder);
  return { elf, board, flash_octets, moduleFlash_octets, ram_octets, memory_octets, marks };
}

/** Flash and RAM of an object, octets: text and data, data and bss. */
function sizesOf(file: string, folder: string): [flash: number, ram: number] {
  const [, line] = run("arm-none-eabi-size", [file], folder).split("\n");
  const [text, data, bss] = line.trim().split(/\s+/).map(Number);
  return [text + data, data + bss];
}

/** The counter, for this machine's QEMU. @throws McuError */
export function counterPlugin(): string {
  const source = readFileSync(PLUGIN);
  const folder = join(ROOT, "build/mcu");
  const library = join(folder, `count-${createHash("sha256").update(source).digest("hex").slice(0, 16)}.so`);
  if (existsSync(library)) return library;
  mkdirSync(folder, { recursive: true });
  const scratch = `${library}.${process.pid}`;
  run("gcc", ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", PLUGIN, "-o", scratch], folder);
  renameSync(scratch, library);
  return library;
}
