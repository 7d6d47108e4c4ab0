/** Variants of the module with a known error behind a rare combination of fields: what the fuzzer has to find. */
import { type Code, i32Const, op, when } from "../../host/device/rewrite/asm.ts";
import { uleb } from "../../host/device/rewrite/leb.ts";
import { opcodeNamed } from "../../host/device/rewrite/opcodes.ts";
import { rewrite } from "../../host/device/rewrite/rewrite.ts";

/** An octet of the frame in the rx buffer that has to have this value. */
export interface Condition {
  readonly at: number;
  readonly value: number;
}

const load8 = (address: number): Code => [...i32Const(0), opcodeNamed("i32.load8_u").code, 0, ...uleb(address)];
const store8 = (address: number, value: number): Code => [
  ...[...i32Const(0), ...i32Const(value)],
  ...[opcodeNamed("i32.store8").code, 0, ...uleb(address)],
];

/** What happens when all conditions hold. */
export const TRAPS: Code = op("unreachable");
/** An octet of memory is written. */
export const writes = (address: number): Code => store8(address, 0xa5);

/** The module, in which `effect` happens at the start of the export `name` when all conditions hold, one in the other. */
export function planted(
  octets: Uint8Array,
  name: string,
  rx: number,
  conditions: readonly Condition[],
  effect: Code,
): Uint8Array<ArrayBuffer> {
  const guarded = conditions.reduceRight<Code>(
    (body, { at, value }) => [...load8(rx + at), ...i32Const(value), ...op("i32.eq"), ...when(body)],
    effect,
  );
  const { wasm } = rewrite(octets, "region", ({ module, regions }) => {
    const index = module.exports.find((one) => one.name === name)?.index;
    const first = regions.find(({ functionIndex }) => functionIndex === index);
    if (first === undefined) throw new Error(`there is no function ${name} to plant an error in`);
    return { enter: (region) => (region === first ? guarded : []) };
  });
  return wasm as Uint8Array<ArrayBuffer>;
}
