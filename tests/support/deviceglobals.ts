/** The module's own globals, which it exports none of: a copy of the module that answers what each of them holds. */
import { globalGet } from "../../host/device/rewrite/asm.ts";
import { rewrite } from "../../host/device/rewrite/rewrite.ts";

const GLOBAL = "peek.";

/** The module with one more function for each global that it defines. */
export function withGlobals(octets: Uint8Array): Uint8Array {
  return rewrite(octets, "region", ({ module }, additions) => {
    for (const [index, { type }] of module.globals.entries()) {
      if (index >= module.importedGlobals) additions.addFunction(`${GLOBAL}${index}`, [], [type], globalGet(index));
    }
    return {};
  }).wasm;
}

/** What they hold now; an i32 as a signed number. */
export function globalsOf(exports: WebAssembly.Exports): (number | bigint)[] {
  const names = Object.keys(exports).filter((name) => name.startsWith(GLOBAL));
  return names.map((name) => (exports[name] as () => number | bigint)());
}
