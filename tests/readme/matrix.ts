/**
 * docs/REQUIREMENTS.md: what the sources ask for, the code that answers it, and the tests that carry its id in their titles.
 *   npm run matrix
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";
import { ROOT } from "../../host/build/build.ts";
import { type Titled, titledIn } from "./titles.ts";

/** One source with its requirements: id -> where it stands, what it asks for, and what of that is missing, if anything is. */
interface Source {
  readonly source: string;
  readonly rows: Readonly<Record<string, readonly [where: string, asks: string, missing?: string]>>;
}

export const PAGE = join(ROOT, "docs/REQUIREMENTS.md");
/** An id in a title, and a range of them: AMP-R1..R5, AMP-R1 to AMP-R7, 002-A13, 000-R2..R10. */
const ID = /\b(AMP|00\d)-([RPAMCSD])(\d+)(?:(?:\.\.| to (?:AMP-|00\d-)?)[RPAMCSD](\d+))?/g;
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

/** What carries an id. */
export interface Carriers {
  /** Files of tests, with how many titles. */
  readonly files: Map<string, number>;
  /** Folders and files that those import of host and assembly, with how many of the files do. */
  readonly code: Map<string, number>;
}

export function testsById(): ReadonlyMap<string, Carriers> {
  const found = new Map<string, Carriers>();
  for (const file of testFiles(join(ROOT, "tests"))) take(found, relative(ROOT, file), titledIn(file));
  return found;
}

function take(found: Map<string, Carriers>, file: string, { titles, imports }: Titled): void {
  for (const title of titles) {
    for (const id of new Set(idsIn(title))) {
      const { files, code } = found.get(id) ?? { files: new Map<string, number>(), code: new Map<string, number>() };
      found.set(id, { files, code });
      if (!files.has(file)) for (const place of imports) code.set(place, (code.get(place) ?? 0) + 1);
      files.set(file, (files.get(file) ?? 0) + 1);
    }
  }
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
  const parts = sources().map(({ source, rows }) => {
    const lines = Object.entries(rows).map(([id, [where, asks, missing]]) => {
      const carriers = tests.get(id);
      const told = carriers
        ? `${codeOf(carriers)} | ${testsOf(carriers)} | ${missing ? `in part: ${missing}` : "done"}`
        : " | | **not done**";
      return `| ${id} | ${where} | ${asks} | ${told} |`;
    });
    const done = Object.entries(rows).filter(([id, [, , missing]]) => tests.has(id) && !missing).length;
    const part = Object.entries(rows).filter(([id, [, , missing]]) => tests.has(id) && missing).length;
    return `## ${source}

${done} of ${lines.length} are done${part > 0 ? `, ${part} in part` : ""}.

| id | where | what it asks for | code | tests, with how many titles | status |
| --- | --- | --- | --- | --- | --- |
${lines.join("\n")}
`;
  });
  return `# Requirements, and the tests that carry them

Each id stands in the titles of the tests that are about it: \`npm test -- --only 002-A13\` runs those of one. What has no test
is not done. Titles that are put together when they run count once; tests that are always skipped do not count. Code: what the
files of those tests import, the most often imported first.

${parts.join("\n")}
Made by \`npm run matrix\` of [requirements.yaml](requirements.yaml) and the tests; do not edit.
`;
}

function testsOf({ files }: Carriers): string {
  const ranked = [...files].sort(([, a], [, b]) => b - a);
  return shown(ranked, ([file, titles]) => `[${name(file)}](../${file}) (${titles})`);
}

function codeOf({ code }: Carriers): string {
  const ranked = [...code].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return shown(ranked, ([place]) => `[${place}](../${place})`);
}

/** The first few, and how many more there are. */
function shown<Item>(items: readonly Item[], told: (item: Item) => string): string {
  const rest = items.length - SHOWN_MAX;
  return `${items.slice(0, SHOWN_MAX).map(told).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

/** Short, for a table. */
function name(file: string): string {
  return file.replace(/^tests\//, "").replace(/\.test\.ts$/, "");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) writeFileSync(PAGE, matrixPage());
