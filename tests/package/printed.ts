import assert from "node:assert/strict";

/** Holds what was printed to what a page shows of it: `...` in a line is any text, a line `...` any lines. */
export function matches(printed: string, wanted: string, what: string): void {
  const lines = wanted.trimEnd().split("\n");
  const pattern = lines.map((line) => (line.trim() === "..." ? "(?:.*\\n)*?" : `${escaped(line)}[ ]*\\n`)).join("");
  if (!new RegExp(`^${pattern}$`).test(`${printed.trimEnd()}\n`))
    assert.equal(printed.trimEnd(), wanted.trimEnd(), what);
}

function escaped(line: string): string {
  return line
    .trimEnd()
    .split("...")
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
    .join(".*");
}
