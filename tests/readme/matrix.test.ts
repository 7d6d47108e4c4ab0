/** docs/REQUIREMENTS.md is what is made now, and no title carries an id that nobody knows. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../host/build/build.ts";
import { idsIn, matrixPage, PAGE, sources, testsById } from "./matrix.ts";

test("the page of requirements is what `npm run matrix` makes", () => {
  assert.equal(readFileSync(PAGE, "utf8"), matrixPage());
});

test("every id in a title is a requirement, and every requirement's code is there", () => {
  const known = new Set(sources().flatMap(({ rows }) => Object.keys(rows)));
  assert.deepEqual(
    [...testsById().keys()].filter((id) => !known.has(id)),
    [],
  );
  for (const { code, rows } of sources()) {
    for (const [id, row] of Object.entries(rows))
      assert.equal(row.length, 2, `${id}: where it stands, and what it asks for`);
    for (const path of code.split(", ").filter((one) => one !== "")) {
      assert.ok(existsSync(join(ROOT, path)), `${path} is there`);
    }
  }
});

test("ids are read one by one, in ranges, and nowhere else", () => {
  assert.deepEqual(idsIn("002-A13, 002-A4 on small: x"), ["002-A13", "002-A4"]);
  assert.deepEqual(idsIn("AMP-R1..R3 hold"), ["AMP-R1", "AMP-R2", "AMP-R3"]);
  assert.deepEqual(idsIn("AMP-R1 to AMP-R2 hold"), ["AMP-R1", "AMP-R2"]);
  assert.deepEqual(idsIn("000-R2..R4: AKM 1"), ["000-R2", "000-R3", "000-R4"]);
  assert.deepEqual(idsIn("A13 of 1002-A1"), []);
});
