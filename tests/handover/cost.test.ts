/** 003-M6: what the page says that a handover costs is what the metered module takes. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { costs, tableOf } from "./cost.ts";

test("003-M6: the costs in section 9 of docs/PROTOCOL.md are those that are measured", async () => {
  const page = readFileSync(new URL("../../docs/PROTOCOL.md", import.meta.url), "utf8");
  const { parts, rows } = await costs();
  assert.ok(page.includes(parts), `the page names the parts ${parts}`);
  for (const row of tableOf(rows)) assert.ok(page.includes(row), `the page has not: ${row}`);
});
