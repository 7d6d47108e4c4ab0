/**
 * docs/REQUIREMENTS.md: what the sources ask for, the code that answers it, and the tests that carry its id in their titles.
 *   npm run matrix
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";
import { ROOT } from "../../host/build/build.ts";

/** One source with its requirements: id -> where it stands, what it asks for. */
interface Source {
  readonly source: string;
  readonly code: string;
  readonly rows: Readonly<Record<string, readonly [where: string, asks: string]>>;
}

export const PAGE = join(ROOT, "docs/REQUIREMENTS.md");
/** An id in a title, and a range of them: AMP-R1..R5, AMP-R1 to AMP-R7, 002-A13, 000-R2..R10. */
const ID = /\b(AMP|00\d)-([RPAMCSD])(\d+)(?:(?:\.\.| to (?:AMP-|00\d-)?)[RPAMCSD](\d+))?/g;
/** A quoted text that begins the title of a test, whatever makes the test. */
const TITLE = /\b(?:test|it|describe)\(\s*(["'`])((?:(?!\1)[^\\]|\\.)*)\1/g;
const SHOWN_MAX = 3;

export function sources(): readonly Source[] {
  return parse(readFileSync(join(ROOT, "docs/requirements.yaml"), "utf8"));
}

/** Ids that a title carries. */
export function idsIn(title: string): string[] {
  return [...title.matchAll(ID)].flatMap(([, seed, letter, from, to = from]) => {
    const count = Number(to) - Number(from) + 1;
    return Array.from({ length: Math.max(1, count) }, (_, i) => `${seed}-${letter}${Number(from) + i}`);
  });
}

/** Files with tests, by the ids that their titles carry, with how many titles do. */
export function testsById(): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const found = new Map<string, Map<string, number>>();
  for (const file of testFiles(join(ROOT, "tests"))) {
    const name = relative(ROOT, file);
    for (const [, , title] of readFileSync(file, "utf8").matchAll(TITLE)) {
      for (const id of new Set(idsIn(title))) {
        const files = found.get(id) ?? new Map<string, number>();
        found.set(id, files);
        files.set(name, (files.get(name) ?? 0) + 1);
      }
    }
  }
  return found;
}

function testFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return testFiles(path);
      return /\.(test|spec)\.ts$/.test(entry.name) ? [path] : [];
    });
}

export function matrixPage(): string {
  const tests = testsById();
  const parts = sources().map(({ source, code, rows }) => {
    const lines = Object.entries(rows).map(([id, [where, asks]]) => {
      const files = [...(tests.get(id) ?? [])].sort(([, a], [, b]) => b - a);
      const shown = files.slice(0, SHOWN_MAX).map(([file, titles]) => `[${name(file)}](../${file}) (${titles})`);
      const more = files.length > SHOWN_MAX ? ` and ${files.length - SHOWN_MAX} files more` : "";
      return `| ${id} | ${where} | ${asks} | ${files.length > 0 ? `${shown.join(", ")}${more}` : "**not done**"} |`;
    });
    const done = Object.keys(rows).filter((id) => tests.has(id)).length;
    const where =
      code === ""
        ? ""
        : ` Code: ${code
            .split(", ")
            .map((path) => `[${path}](../${path})`)
            .join(", ")}.`;
    return `## ${source}

${done} of ${lines.length} have tests.${where}

| id | where | what it asks for | tests, with how many titles |
| --- | --- | --- | --- |
${lines.join("\n")}
`;
  });
  return `# Requirements, and the tests that carry them

Each id stands in the titles of the tests that are about it: \`npm test -- --only 002-A13\` runs those of one. What has no test
is not done. Titles that are put together when they run count once.

${parts.join("\n")}
Made by \`npm run matrix\` of [requirements.yaml](requirements.yaml) and the titles; do not edit.
`;
}

/** Short, for a table. */
function name(file: string): string {
  return file.replace(/^tests\//, "").replace(/\.test\.ts$/, "");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) writeFileSync(PAGE, matrixPage());
