/** The module's own globals, which it exports none of: a copy of the module that tells what each of them holds. */
import { globalGet, globalSet, localGet } from "../../host/device/rewrite/asm.ts";
import { rewrite } from "../../host/device/rewrite/rewrite.ts";

const GET = "peek.";
const SET = "poke.";

/** A global of the module. An i32 is told as a signed number. */
export interface Peeked {
  value: number | bigint;
}

/** The module with one more function for each global that it defines, and two for those that are mutable. */
export function withGlobals(octets: Uint8Array): Uint8Array<ArrayBuffer> {
  const { wasm } = rewrite(octets, "region", ({ module }, additions) => {
    for (const [index, { type, mutable }] of module.globals.entries()) {
      if (index < module.importedGlobals) continue;
      additions.addFunction(`${GET}${index}`, [], [type], globalGet(index));
      if (mutable) additions.addFunction(`${SET}${index}`, [type], [], [...localGet(0), ...globalSet(index)]);
    }
    return {};
  });
  return wasm as Uint8Array<ArrayBuffer>;
}

/** The globals of an instance of such a module. Setting one that is not mutable throws a TypeError. */
export function globalsIn(exports: WebAssembly.Exports): Peeked[] {
  const names = Object.keys(exports).filter((name) => name.startsWith(GET));
  return names.map((name) => {
    const get = exports[name] as () => number | bigint;
    const set = exports[name.replace(GET, SET)] as (value: number | bigint) => void;
    return {
      get value() {
        return get();
      },
      set value(value) {
        set(value);
      },
    };
  });
}

/** What they hold now. */
export function globalsOf(exports: WebAssembly.Exports): (number | bigint)[] {
  return globalsIn(exports).map(({ value }) => value);
}
