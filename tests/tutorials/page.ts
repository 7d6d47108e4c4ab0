/**
 * A tutorial as a program. From top to bottom, in one folder: a block whose info string has a second word is a file of that
 * name; a block of sh is run; a block of text right behind one is what it prints. Other blocks are for the reader,
 * and what has to be installed first is in blocks of console.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../../host/build/build.ts";
import { matches } from "../package/printed.ts";

interface Block {
  readonly language: string;
  readonly file?: string;
  readonly text: string;
  /** Of its first line, in the page. */
  readonly line: number;
}

function blocksOf(page: string): Block[] {
  return [...page.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm)].map(
    ({ 1: language, 2: file, 3: text, index }) => ({
      ...{ language, file, text },
      line: page.slice(0, index).split("\n").length,
    }),
  );
}

/** What a reader does before the page begins, line by line: its blocks of console. */
export function consoleOf(page: string): string[] {
  const blocks = blocksOf(readFileSync(join(ROOT, page), "utf8")).filter(({ language }) => language === "console");
  return blocks.flatMap(({ text }) => text.trimEnd().split("\n"));
}

/** Does what the page says, in `folder`, where ampcore is installed; returns how many blocks it ran. @throws for what differs. */
export function follow(page: string, folder: string): number {
  const blocks = blocksOf(readFileSync(join(ROOT, page), "utf8"));
  // `npx ampcore` finds it in node_modules/.bin, as npm would have put it there.
  const path = `${join(folder, "node_modules/.bin")}:${dirname(process.execPath)}:${process.env.PATH}`;
  let ran = 0;
  for (const [i, { language, file, text, line }] of blocks.entries()) {
    if (file !== undefined) writeFileSync(join(folder, file), text);
    if (language !== "sh") continue;
    ran++;
    const { status, stdout, stderr } = spawnSync("bash", ["-e", "-o", "pipefail", "-c", text], {
      ...{ cwd: folder, encoding: "utf8", maxBuffer: 1 << 28 },
      // npm tells on stderr what it thinks of its user's settings.
      env: { ...process.env, PATH: path, npm_config_loglevel: "silent" },
    });
    if (status !== 0) throw new Error(`${page}, line ${line}: ended with ${status}\n${text}\n${stderr}`);
    const next = blocks[i + 1];
    if (next?.language === "text") matches(stdout, next.text, `${page}, line ${next.line}`);
  }
  return ran;
}
