/**
 * The portable backend in a realm of its own: the language, getRandomValues, and nothing else of any platform. The realm
 * also keeps every typed array that is made in it, so that a test can look at what is left in memory.
 */
import { webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";
import ts from "typescript";
import type * as Hmac from "../../host/crypto/portable/hmac.ts";
import type * as Portable from "../../host/crypto/portable.ts";

/** A typed array of the realm's. */
export type Scratch = Uint8Array | Int32Array;

export interface Realm {
  readonly createPortableCrypto: typeof Portable.createPortableCrypto;
  readonly midstates: typeof Hmac.midstates;
  /** The modules that were loaded, relative to host/crypto. */
  readonly loaded: readonly string[];
  /** All typed arrays that own memory, in the order in which they were made; emptied by the caller. */
  readonly made: Scratch[];
}

const FOLDER = new URL("../../host/crypto/", import.meta.url);

const RECORDING = `
  const recorded = (Base) => class extends Base {
    constructor(...given) {
      super(...given);
      // A view of another array's memory has nothing of its own.
      if (!(given[0] instanceof ArrayBuffer)) made.push(this);
    }
  };
  globalThis.Uint8Array = recorded(Uint8Array);
  globalThis.Int32Array = recorded(Int32Array);`;

/** Loads the backend anew. @throws Error for an import of anything but a file of host/crypto. */
export function portableRealm(): Realm {
  const made: Scratch[] = [];
  const getRandomValues = (octets: Uint8Array) => webcrypto.getRandomValues(octets);
  const realm = createContext({ made, crypto: { getRandomValues } });
  runInContext(RECORDING, realm);

  const modules = new Map<string, object>();
  const load = (url: URL): object => {
    const path = url.href.slice(FOLDER.href.length);
    if (!url.href.startsWith(FOLDER.href)) throw new Error(`the portable backend imports ${url.href}`);
    const known = modules.get(path);
    if (known !== undefined) return known;
    const exports = {};
    modules.set(path, exports);
    const body = runInContext(`(function (exports, require) {${commonJs(url)}\n})`, realm, { filename: path });
    body(exports, (specifier: string) => load(new URL(specifier, url)));
    return exports;
  };
  const { createPortableCrypto } = load(new URL("portable.ts", FOLDER)) as typeof Portable;
  const { midstates } = load(new URL("portable/hmac.ts", FOLDER)) as typeof Hmac;
  return { createPortableCrypto, midstates, loaded: [...modules.keys()], made };
}

const translated = new Map<string, string>();

/** The file's JavaScript, with exports and require(). */
function commonJs({ href }: URL): string {
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS };
  const known = translated.get(href) ?? ts.transpile(readFileSync(new URL(href), "utf8"), compilerOptions);
  translated.set(href, known);
  return known;
}
