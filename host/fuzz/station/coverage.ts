/*
 * Where a run of the module came along. Each edge of its control flow has one saturating octet in memory above what the
 * module itself uses, so that the host reads and clears all of them as one run of octets:
 *
 *     0            __heap_base             MAP                 MAP + edges              64 KiB
 *     the module's | nobody's, stays zero  | one octet an edge | nobody's, stays zero   |
 *
 * An edge is the way into a region (rewrite/regions.ts), and, where two ways lead to one place, the taken br_if and the
 * `if` without else that was passed over. Regions behind a br, return or unreachable that nothing else leads to are no
 * edges. What the calls cost is counted along, one unit an instruction, and a call that costs more than the bound traps.
 */
import type { Code } from "../../device/rewrite/asm.ts";
import { globalGet, globalSet, i32Const, localGet, op, when } from "../../device/rewrite/asm.ts";
import { uleb } from "../../device/rewrite/leb.ts";
import { opcodeNamed } from "../../device/rewrite/opcodes.ts";
import type { Region } from "../../device/rewrite/regions.ts";
import { rewrite } from "../../device/rewrite/rewrite.ts";
import type { Instruction } from "../../device/rewrite/walk.ts";
import { costOf, ONE_EACH } from "../../device/weights.ts";

/** Address of the first edge's octet. */
export const MAP = 0x8000;
const PAGE_OCTETS = 0x10000;
const SPENT = "fuzz.spent";
const STATE = "fuzz.state.";

export interface Covered {
  readonly wasm: Uint8Array<ArrayBuffer>;
  /** The function that each edge is in, by its index. */
  readonly edges: readonly number[];
}

/**
 * A module that counts its edges, and traps in a call that executes more than `costMax` instructions.
 * Throws a ModuleError when `octets` is no plain MVP module.
 */
export function withCoverage(octets: Uint8Array, costMax: number): Covered {
  const edges: number[] = [];
  const { wasm } = rewrite(octets, "region", ({ module, regions }, additions) => {
    const newEdge = (functionIndex: number): number => edges.push(functionIndex) - 1;
    for (const [index, { mutable }] of module.globals.entries()) {
      if (mutable) additions.exportGlobal(`${STATE}${index}`, index);
    }
    const spent = additions.addGlobal("i32", i32Const(0), SPENT);
    const lone = ifsWithoutElse(regions);
    const entered = regions.map((region, i) =>
      isReached(regions[i - 1], region) ? newEdge(region.functionIndex) : -1,
    );
    if (edges.length > PAGE_OCTETS - MAP) throw new RangeError("the module has more edges than its page has room for");
    return {
      enter({ id, instructions }) {
        const cost = costOf(instructions, ONE_EACH);
        return entered[id] < 0 ? [] : [...counted(entered[id]), ...(cost > 0 ? paid(spent, cost, costMax) : [])];
      },
      watch(instruction, { functionIndex }) {
        const isBranch = instruction.opcode.name === "br_if";
        if (!isBranch && !lone.has(instruction)) return undefined;
        const edge = newEdge(functionIndex);
        return ([condition]) => [...localGet(condition), ...(isBranch ? [] : op("i32.eqz")), ...when(counted(edge))];
      },
    };
  });
  return { wasm: wasm as Uint8Array<ArrayBuffer>, edges };
}

/** What a call of the instance has executed since this was set to 0. */
export function spentOf(exports: WebAssembly.Exports): WebAssembly.Global<number> {
  return exports[SPENT] as WebAssembly.Global<number>;
}

/** The module's own mutable globals. */
export function stateOf(exports: WebAssembly.Exports): WebAssembly.Global<number | bigint>[] {
  const names = Object.keys(exports).filter((name) => name.startsWith(STATE));
  return names.map((name) => exports[name] as WebAssembly.Global<number | bigint>);
}

/** octet := octet + (octet != 255) */
function counted(edge: number): Code {
  const at = [0, ...uleb(MAP + edge)];
  const octet = [...i32Const(0), opcodeNamed("i32.load8_u").code, ...at];
  const isFull = [...octet, ...i32Const(0xff), ...op("i32.ne")];
  return [...i32Const(0), ...octet, ...isFull, ...op("i32.add"), opcodeNamed("i32.store8").code, ...at];
}

/** spent := spent + cost, and a trap when that is above the bound. */
function paid(spent: number, cost: number, costMax: number): Code {
  return [
    ...[...globalGet(spent), ...i32Const(cost), ...op("i32.add"), ...globalSet(spent)],
    ...[...globalGet(spent), ...i32Const(costMax), ...op("i32.gt_u"), ...when(op("unreachable"))],
  ];
}

const LEAVES_FOR_GOOD = ["br", "br_table", "return", "unreachable"];

/** May control come to the region's start: from the one before it, or by a jump to behind that one's last instruction? */
function isReached(before: Region | undefined, { functionIndex }: Region): boolean {
  if (before === undefined || before.functionIndex !== functionIndex) return true;
  const last = before.instructions[before.instructions.length - 1];
  return last.joins || !LEAVES_FOR_GOOD.includes(last.opcode.name);
}

function ifsWithoutElse(regions: readonly Region[]): Set<Instruction> {
  const lone = new Set<Instruction>();
  const open: Instruction[] = [];
  for (const { instructions } of regions) {
    for (const instruction of instructions) {
      const { name } = instruction.opcode;
      if (name === "if") lone.add(instruction);
      if (name === "if" || name === "block" || name === "loop") open.push(instruction);
      else if (name === "else") lone.delete(open[open.length - 1]);
      else if (name === "end") open.pop();
    }
  }
  return lone;
}
