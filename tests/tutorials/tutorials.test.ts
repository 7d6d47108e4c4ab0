/** Each tutorial, done from its first line to its last by someone who has installed the package, comes out as it says. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { ROOT } from "../../host/build/build.ts";
import { scratchFolder } from "../cli/ampcore.ts";
import { install } from "../package/installed.ts";
import { skipWithoutTool } from "../readme/tools.ts";
import { consoleOf, follow } from "./page.ts";

/** What a page needs beside Node. */
const TOOLS: Readonly<Record<string, readonly string[]>> = {
  "microcontroller.md": ["arm-none-eabi-gcc", "qemu-system-arm", "wasm2c"],
};

/** Installed once, for all pages. */
const installed = scratchFolder();
before(() => install(installed));

/** Blocks that a page has at least. */
const LEAST = 3;

for (const file of readdirSync(join(ROOT, "docs/tutorials"))) {
  const skip = (TOOLS[file] ?? []).map(skipWithoutTool).find((reason) => reason !== false) ?? false;
  test(`docs/tutorials/${file}, every command of it`, { skip }, () => {
    const folder = scratchFolder();
    symlinkSync(join(installed, "node_modules"), join(folder, "node_modules"));
    const ran = follow(`docs/tutorials/${file}`, folder);
    assert.ok(ran >= LEAST, `${ran} blocks`);
  });
}

test("what a page has installed first is what setup:system installs, or the package itself", () => {
  const setup = readFileSync(join(ROOT, ".ci/setup-system"), "utf8");
  const lines = readdirSync(join(ROOT, "docs/tutorials")).flatMap((file) => consoleOf(`docs/tutorials/${file}`));
  assert.ok(lines.length >= 3, `${lines.length} lines`);
  for (const line of lines) {
    const [, packages] = /^sudo apt-get install (.+)$/.exec(line) ?? [];
    // tests/package/campaign.ts does the others.
    if (packages === undefined) assert.match(line, /^npm (init -y|install ampcore-\d+\.\d+\.\d+\.tgz)$/);
    for (const name of packages?.split(" ") ?? []) assert.match(setup, new RegExp(`\\b${name}\\b`), name);
  }
});
