/**
 * Folders of test files that share one process: to start Node and load what they have in common takes longer than most of
 * them do. What ends its process, changes it, or wants it for itself has no place here.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { javascriptOf } from "../../build/javascript.ts";

/** Relative to the repository; the folders below them are folders of their own. */
const TOGETHER: ReadonlySet<string> = new Set([
  "tests/binary",
  "tests/capture",
  "tests/channel",
  "tests/crypto",
  "tests/device",
  "tests/eap",
  "tests/energy",
  "tests/energy/traces",
  "tests/handshake",
  "tests/keys",
  "tests/mih",
  "tests/mih/amp",
  "tests/mih/gkb",
  "tests/mih/roles",
  "tests/mih/sa",
  "tests/mih/transport",
  "tests/mih/wire",
  "tests/primitives",
  "tests/rsn/ap",
  "tests/rsn/eap",
  "tests/rsn/roots",
  "tests/rsn/station",
  "tests/rsn/twin",
  "tests/senaa/plain",
  "tests/senaa/session",
  "tests/senaa/transport",
  "tests/senaa/wire",
  "tests/sim",
  "tests/twin",
  "tests/wire",
]);

/** Where the files go that only name others. */
const FOLDER = "build/tests";

/** What a runner is handed in place of these files, as JavaScript: one file for each folder that shares a process. */
export function together(root: string, files: readonly string[]): string[] {
  const folders = new Map<string, string[]>();
  for (const file of files) {
    const folder = dirname(file);
    const key = TOGETHER.has(folder) ? folder : file;
    folders.set(key, [...(folders.get(key) ?? []), file]);
  }
  return [...folders].map(([folder, own]) => (own.length === 1 ? javascriptOf(own[0]) : entry(root, folder, own)));
}

function entry(root: string, folder: string, files: readonly string[]): string {
  const path = `${FOLDER}/${folder.replaceAll("/", "-")}.test.mjs`;
  mkdirSync(join(root, FOLDER), { recursive: true });
  const lines = files.map((file) => `import ${JSON.stringify(pathToFileURL(join(root, javascriptOf(file))).href)};\n`);
  writeFileSync(join(root, path), lines.join(""));
  return path;
}
