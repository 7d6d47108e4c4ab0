/*
 * How far into memory a module reaches by itself: one past the highest octet it loaded or stored. An access that traps
 * counts too: it was asked for. What the host's imports touch on its behalf is not seen here (load.ts bounds that).
 */
import type { Code } from "./rewrite/asm.ts";
import { globalGet, globalSet, i64Const, localGet, op } from "./rewrite/asm.ts";
import { rewrite } from "./rewrite/rewrite.ts";

/** Addresses one past the highest octet, 0 when there was no access. */
export interface Touched {
  readonly loadEnd: number;
  readonly storeEnd: number;
}

const LOAD_END = "touched.loadEnd";
const STORE_END = "touched.storeEnd";

/** Makes a module that remembers how far it reached. Throws a ModuleError when `octets` is no plain MVP module. */
export function watchTouched(octets: Uint8Array): Uint8Array {
  const { wasm } = rewrite(octets, "region", (_, additions) => {
    // i64, because address + static offset + width may exceed 2^32.
    const load = additions.addGlobal("i64", i64Const(0n), LOAD_END);
    const store = additions.addGlobal("i64", i64Const(0n), STORE_END);
    return {
      watch({ opcode: { access }, operand: offset }) {
        if (!access) return undefined;
        return ([address]) => raised(access.kind === "load" ? load : store, address, offset + access.octets);
      },
    };
  });
  return wasm;
}

/** global := max(global, address + reach) */
function raised(global: number, address: number, reach: number): Code {
  const end = [...localGet(address), ...op("i64.extend_i32_u"), ...i64Const(BigInt(reach)), ...op("i64.add")];
  return [
    ...[...globalGet(global), ...end],
    ...[...globalGet(global), ...end, ...op("i64.gt_u")],
    ...[...op("select"), ...globalSet(global)],
  ];
}

/** How far an instance of such a module has reached since it was made. */
export function touchedBy(exports: WebAssembly.Exports): Touched {
  const end = (name: string): number => Number((exports[name] as WebAssembly.Global<bigint>).value);
  return { loadEnd: end(LOAD_END), storeEnd: end(STORE_END) };
}
