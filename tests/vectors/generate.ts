/**
 * Writes tests/vectors/amp/*.json from the twin; the same octets in every run.
 *   npx tsx tests/vectors/generate.ts            writes the files
 *   npx tsx tests/vectors/generate.ts --check    compares with the committed files, exit code 1 if they differ
 */
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { conversationFile } from "./conversations.ts";
import { exchangeFile } from "./exchanges.ts";
import { bootFile } from "./images.ts";
import { refusedFile } from "./refused.ts";
import { sNonceFile } from "./snonces.ts";
import { updateFile } from "./updates.ts";
import { COMPACT, STRONG, type VectorFile, WIDE } from "./world.ts";

const FOLDER = new URL("amp/", import.meta.url);

/** Each file's name and how it is made. */
const FILES: Readonly<Record<string, () => VectorFile>> = {
  "exchange-compact.json": () => exchangeFile(COMPACT),
  "exchange-wide.json": () => exchangeFile(WIDE),
  "exchange-strong.json": () => exchangeFile(STRONG),
  "snonce.json": sNonceFile,
  "update.json": updateFile,
  "conversation.json": conversationFile,
  "boot.json": bootFile,
  "refused.json": refusedFile,
};

/** Names of the generated files. */
export const FILE_NAMES = Object.keys(FILES);

/** The text of a file as it should be. */
export function generate(name: string): string {
  return `${JSON.stringify({ generatedBy: "tests/vectors/generate.ts", ...FILES[name]() }, null, 1)}\n`;
}

/** The text of a file as it is committed; empty if it is missing. */
export function committed(name: string): string {
  try {
    return readFileSync(new URL(name, FOLDER), "utf8");
  } catch {
    return "";
  }
}

function main(mode: string | undefined): void {
  for (const name of FILE_NAMES) {
    const text = generate(name);
    if (mode !== "--check") {
      writeFileSync(new URL(name, FOLDER), text);
    } else if (text !== committed(name)) {
      console.error(`tests/vectors/amp/${name} is not what the twin makes: run npx tsx tests/vectors/generate.ts`);
      process.exitCode = 1;
    }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) main(process.argv[2]);
