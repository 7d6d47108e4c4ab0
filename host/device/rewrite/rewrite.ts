/*
 * The one module rewriter: octets -> parse -> regions -> a plan's hooks -> octets. The meter, the counter, the
 * constant-time tracer and the memory watcher are plans; a coverage fuzzer is another.
 *
 * What the plan does not touch keeps its meaning: indices of types, tables, memories and globals stay; defined functions
 * move only if the plan imports something. Custom sections are dropped: they speak of the old octets. The result exports
 * mutable globals, which is the one thing in it beyond MVP.
 */
import { Additions } from "./additions.ts";
import { Cursor } from "./cursor.ts";
import { name as nameOctets, uleb, vector } from "./leb.ts";
import type { Module, Section, SectionName } from "./module.ts";
import { SECTION_NAMES } from "./module.ts";
import { parse } from "./parse.ts";
import type { Cut, Region } from "./regions.ts";
import { regionsOf } from "./regions.ts";
import { Sink } from "./sink.ts";
import type { Hooks } from "./weave.ts";
import { relocateFunction, weave } from "./weave.ts";

/** Says what to add to a module and what to hook into it. `additions` is closed once the plan has returned. */
export type Plan = (program: Program, additions: Additions) => Hooks;

/** A module and its regions, in the order of its octets. */
export interface Program {
  readonly module: Module;
  readonly regions: readonly Region[];
}

/**
 * Rewrites `octets`, a plain MVP module, with the hooks of `plan`; regions end where `cut` says.
 * Throws a ModuleError when it is no such module, or exports a name that the plan wants to export.
 */
export function rewrite(octets: Uint8Array, cut: Cut, plan: Plan): { wasm: Uint8Array; program: Program } {
  const module = parse(octets);
  const program: Program = { module, regions: regionsOf(module, cut) };
  const additions = new Additions(module);
  const hooks = plan(program, additions);
  return { wasm: emit(program, additions, hooks), program };
}

// 5.5.10: the codes of the kinds
const KIND_CODE = { function: 0, table: 1, memory: 2, global: 3 } as const;
const MAGIC_AND_VERSION_OCTETS = 8;

function emit(program: Program, additions: Additions, hooks: Hooks): Uint8Array {
  const wasm = new Sink();
  wasm.put(program.module.octets, 0, MAGIC_AND_VERSION_OCTETS);
  for (const [id, name] of SECTION_NAMES.entries()) {
    const payload = name === "custom" ? undefined : payloadOf(name, program, additions, hooks);
    if (!payload) continue;
    wasm.put([id, ...uleb(payload.length)]);
    wasm.put(payload);
  }
  return wasm.octets().slice();
}

/** What stands in that section of the rewritten module; undefined: it has none. */
function payloadOf(
  name: SectionName,
  { module, regions }: Program,
  additions: Additions,
  hooks: Hooks,
): ArrayLike<number> | undefined {
  const section = module.sections.find((candidate) => candidate.name === name);
  const shift = additions.import.length;
  const moved = (functionIndex: number): number[] => uleb(relocateFunction(module, functionIndex, shift));
  switch (name) {
    case "type":
    case "import":
    case "function":
    case "global":
      return extended(module, section, additions[name]);
    case "export": {
      const kept = module.exports.map(({ name, kind, index }) => [
        ...nameOctets(name),
        KIND_CODE[kind],
        ...(kind === "function" ? moved(index) : uleb(index)),
      ]);
      return vectorOf([...kept, ...additions.exports()]);
    }
    case "start":
      return module.start === undefined ? undefined : moved(module.start);
    case "element":
      return vectorOf(
        module.elements.map(({ offset, functions }) => {
          return [...uleb(0), ...module.octets.subarray(offset.at, offset.end), ...vector(functions.map(moved))];
        }),
      );
    case "code": {
      const woven = bodiesOf(regions).map((body) => weave(module, body, hooks, shift));
      const bodies = [...woven, ...additions.code];
      return vectorOf(
        bodies.flatMap((body) => [uleb(body.length), body]),
        bodies.length,
      );
    }
    default:
      return section && module.octets.subarray(section.at, section.end);
  }
}

/** The regions, function by function. */
function bodiesOf(regions: readonly Region[]): Region[][] {
  const bodies: Region[][] = [];
  for (const region of regions) {
    const body = bodies.at(-1);
    if (body?.[0].functionIndex === region.functionIndex) body.push(region);
    else bodies.push([region]);
  }
  return bodies;
}

/** A vector of `count` elements, given in any number of chunks; undefined when it is empty. */
function vectorOf(chunks: readonly ArrayLike<number>[], count = chunks.length): Uint8Array | undefined {
  if (count === 0) return undefined;
  const sink = new Sink();
  sink.put(uleb(count));
  for (const chunk of chunks) sink.put(chunk);
  return sink.octets();
}

/** A section's vector as it was, with `more` behind it. */
function extended(module: Module, section: Section | undefined, more: number[][]): Uint8Array | undefined {
  if (!section) return vectorOf(more);
  const cursor = new Cursor(module.octets, `the ${section.name} section`, section.at, section.end);
  const count = cursor.u32();
  return vectorOf([module.octets.subarray(cursor.at, section.end), ...more], count + more.length);
}
