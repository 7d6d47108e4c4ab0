/*
 * From a station module to C: wasm2c (wabt 1.0.32, Debian's) makes it, and three things are changed in the text.
 *
 * - Every access to linear memory goes through firmware/memory.h: a static array of the octets in use and an exact check
 *   of 32 bits, in place of a 64-bit one against a variable.
 * - The functions by which an M1 is split into its phases are kept out of line, so that a counter can see them entered.
 * - Nothing else of the runtime is used: no pages, no growth, no tables, no signal handler.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { binaryFacts } from "../device/facts.ts";
import { phaseMarks } from "../device/triggerphase.ts";

/** Something that the firmware is made with is missing or failed; the message says which and how to get it. */
export class McuError extends Error {
  override readonly name = "McuError";
}

export interface Translated {
  /** station.c and station.h. */
  readonly source: string;
  readonly header: string;
  /** Octets of linear memory in use: __heap_base. */
  readonly memory_octets: number;
  /** C names of the functions of phaseMarks, in its order; none for a module whose functions' names are not known. */
  readonly marked: readonly string[];
}

/**
 * `isPlain`: linear memory is left to wasm2c's own checks, which is what others are compared with.
 * @throws McuError without wasm2c, or for a module that is not made as the stations are.
 */
export function translate(module: Uint8Array, names?: readonly string[], isPlain = false): Translated {
  const { source, header } = wasm2c(module);
  const memory_octets = heapBaseOf(module);
  const marked = (phaseMarks(names) ?? []).map((index) => `w2c_f${index}`);
  const reached = isPlain ? source : throughMemory(source, memory_octets);
  return { source: keptApart(reached, marked), header, memory_octets, marked };
}

function wasm2c(module: Uint8Array): { source: string; header: string } {
  const folder = mkdtempSync(join(tmpdir(), "ampcore-wasm2c-"));
  try {
    writeFileSync(join(folder, "station.wasm"), module);
    run("wasm2c", ["station.wasm", "-n", "station", "-o", "station.c"], folder);
    const [source, header] = ["station.c", "station.h"].map((file) => readFileSync(join(folder, file), "utf8"));
    return { source, header };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs a tool of the firmware's. @throws McuError with its own words. */
export function run(tool: string, args: readonly string[], cwd: string): string {
  const { status, error, stdout, stderr } = spawnSync(tool, args, { cwd, encoding: "utf8" });
  if (error) throw new McuError(`there is no ${tool} on this machine; npm run setup:system installs it`);
  if (status !== 0) throw new McuError(`${tool} failed\n${stderr}`);
  return stdout;
}

/** `i32_load(&instance->w2c_memory, (u64)(base) + offset` -> `i32_load_at(base, offset` */
const ACCESS =
  /\b(i(?:32|64)_(?:load|store)(8|16|32)?(?:_[su])?)\(&instance->w2c_memory, \(u64\)\((\w+)\)(?: \+ (\d+)u?)?/g;

function throughMemory(source: string, memory_octets: number): string {
  const rewritten = source.replace(ACCESS, (_, name: string, bits: string | undefined, base: string, offset = "0") => {
    const size = (bits ? Number(bits) : Number(name.slice(1, 3))) / 8;
    if (Number(offset) + size > memory_octets)
      throw new McuError(`the module has an access at ${offset}, beyond its own memory`);
    return `${name}_at(${base}, ${offset}u`;
  });
  const left = rewritten.match(/(?:load|store)\w*\(&instance->w2c_memory/);
  if (left) throw new McuError(`wasm2c wrote an access in another form than wabt 1.0.32 does: ${left[0]}`);
  return rewritten.replace('#include "station.h"\n', '#include "station.h"\n#include "memory.h"\n');
}

/** `static u32 w2c_f45(...)` is neither inlined nor cloned. */
function keptApart(source: string, functions: readonly string[]): string {
  let text = source;
  for (const name of functions) {
    const prototype = new RegExp(`^static (\\w+ ${name}\\(.*\\);)$`, "m");
    if (!prototype.test(text)) throw new McuError(`wasm2c wrote no prototype of ${name}`);
    text = text.replace(prototype, "static __attribute__((noinline, noclone)) $1");
  }
  return text;
}

function heapBaseOf(module: Uint8Array): number {
  const { heapBase } = binaryFacts(module);
  if (heapBase === undefined) throw new McuError("the module does not export __heap_base, so its memory cannot be cut");
  return heapBase;
}
