/** Each tutorial, done from its first line to its last by someone who has installed the package, comes out as it says. */
import assert from "node:assert/strict";
import { readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { ROOT } from "../../host/build/build.ts";
import { scratchFolder } from "../cli/ampcore.ts";
import { install } from "../package/installed.ts";
import { skipWithoutTool } from "../readme/tools.ts";
import { follow } from "./page.ts";

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
