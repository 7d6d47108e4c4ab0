/*
 * What to call a function in a report: by its export, its import, the "name" custom section (Core Specification 1.0,
 * appendix "Custom Sections", 7.4.1), else by its index.
 */
import { Cursor, ModuleError } from "./cursor.ts";
import type { Module } from "./module.ts";

const FUNCTION_NAMES = 1;

/** A name for every function of the index space. */
export function functionNames(module: Module): string[] {
  const names = module.functions.map((_, index) => `function ${index}`);
  for (const [index, name] of debugNames(module)) if (index < names.length) names[index] = name;
  for (const { kind, name, index } of module.exports) if (kind === "function") names[index] = name;
  const imports = module.imports.filter(({ kind }) => kind === "function");
  for (const [index, { module: from, name }] of imports.entries()) names[index] = `${from}.${name}`;
  return names;
}

/** The name section's function names. A malformed one is no error of the module (7.3): it names nothing. */
function debugNames(module: Module): [index: number, name: string][] {
  const section = module.sections.find(({ custom }) => custom === "name");
  if (!section) return [];
  const cursor = new Cursor(module.octets, "the name section", section.at, section.end);
  try {
    while (!cursor.done) {
      const id = cursor.u8();
      const subsection = cursor.inner(cursor.u32(), "the name section");
      if (id === FUNCTION_NAMES) return subsection.vector(() => [subsection.u32(), subsection.name()]);
    }
  } catch (error) {
    if (!(error instanceof ModuleError)) throw error;
  }
  return [];
}
