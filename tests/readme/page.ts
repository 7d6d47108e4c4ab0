/** README.md, taken apart for the tests that hold it to the truth. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../host/build/build.ts";

export const README = readFileSync(join(ROOT, "README.md"), "utf8");
export const SECURITY = readFileSync(join(ROOT, "SECURITY.md"), "utf8");

/** The text of the fenced blocks in that language. */
export function blocks(language: string): string[] {
  return [...README.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, of]) => of === language)
    .map(([, , text]) => text);
}

/** What stands between single backticks, outside of fenced blocks. */
export function codeSpans(page = README): string[] {
  return [...prose(page).matchAll(/`([^`\n]+)`/g)].map(([, text]) => text);
}

/** Everything that a reader may type: lines of the shell blocks, and code spans that start like a command. */
export function commands(): string[] {
  const lines = blocks("sh").flatMap((block) => block.split("\n").filter((line) => line !== ""));
  const spans = [README, SECURITY].flatMap((page) => codeSpans(page));
  return [...lines, ...spans.filter((span) => /^(npm|npx|ampcore|node) /.test(span))];
}

/** The page without its fenced blocks. */
export function prose(page = README): string {
  return page.replace(/^```[\s\S]*?^```$/gm, "");
}

/** Rows of the README's table whose heads are these, cell by cell; throws when there is no such table. */
export function table(...heads: string[]): string[][] {
  return tableOf(README, ...heads);
}

/** The same of any page. */
export function tableOf(page: string, ...heads: string[]): string[][] {
  const start = `|${heads.map((head) => (head === "" ? " |" : ` ${head} |`)).join("")}\n`;
  const at = page.indexOf(start);
  if (at < 0) throw new Error(`the page has no table ${start}`);
  const [, , ...rows] = page.slice(at).split("\n\n")[0].trimEnd().split("\n");
  return rows.map((row) =>
    row
      .slice(1, -1)
      .split(" | ")
      .map((cell) => cell.trim()),
  );
}

/** The lines from one heading to the next of its depth. */
export function section(heading: string): string {
  const depth = heading.indexOf(" ");
  const from = README.indexOf(`\n${heading}\n`);
  if (from < 0) throw new Error(`README.md has no heading ${heading}`);
  const rest = README.slice(from + heading.length + 2);
  const end = rest.search(new RegExp(`^#{1,${depth}} `, "m"));
  return end < 0 ? rest : rest.slice(0, end);
}
