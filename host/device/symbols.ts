/*
 * The symbol map of a module: the shipped ones carry no names, so the build writes the names of their functions to a file
 * beside them.
 *
 *   { "module": SHA-256 of the module's octets, in hexadecimal, "functions": [its functions' names, by index] }
 *
 * It names the one module it was made with. Any other, a user's own above all, runs everywhere without one; it is only
 * that what it computes is not told apart.
 */

interface SymbolMap {
  readonly module: string;
  readonly functions: readonly string[];
}

/** The map as the text of a file. */
export function symbolMap(sha256: string, functions: readonly string[]): string {
  const map: SymbolMap = { module: sha256, functions };
  return `${JSON.stringify(map, null, 2)}\n`;
}

/**
 * The function names by index for the module of that digest; undefined when the map is another module's.
 * @throws SyntaxError or TypeError when `text` is no symbol map.
 */
export function namesFor(text: string, sha256: string): string[] | undefined {
  const { module, functions }: Partial<SymbolMap> = JSON.parse(text);
  if (typeof module !== "string" || !Array.isArray(functions) || functions.some((name) => typeof name !== "string")) {
    throw new TypeError('This is no symbol map: it is not { "module": digest, "functions": [names] }.');
  }
  return module === sha256 ? functions : undefined;
}
