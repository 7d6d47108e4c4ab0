/** docs/REQUIREMENTS.md is what is made now, and no title carries an id that nobody knows. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../host/build/build.ts";
import { idsIn, matrixPage, PAGE, sources, testsById } from "./matrix.ts";
import { titledOf } from "./titles.ts";

test("the page of requirements is what `npm run matrix` makes", () => {
  assert.equal(readFileSync(PAGE, "utf8"), matrixPage());
});

test("every id in a title is a requirement, and what is said to be in part has a test", () => {
  const known = new Set(sources().flatMap(({ rows }) => Object.keys(rows)));
  const tests = testsById();
  assert.deepEqual(
    [...tests.keys()].filter((id) => !known.has(id)),
    [],
  );
  for (const { rows } of sources()) {
    for (const [id, row] of Object.entries(rows)) {
      assert.ok(row.length === 2 || row.length === 3, `${id}: where it stands, what it asks for, what is missing`);
      assert.ok(row.length === 2 || tests.has(id), `${id} is in part there, and no test says so`);
    }
  }
});

test("titles are those of tests that may run: not of comments, texts or what is switched off", () => {
  const file = join(ROOT, "tests/readme/nothing.test.ts");
  const text = `
    import { a } from "../../host/rsn/ap/port.ts";
    import { b } from "../support/hex.ts";
    import { ensureBuilt } from "../../host/build/build.ts";
    // test("000-R1 in a comment", () => {});
    const c = 'test("000-R2 in a text", () => {})';
    test("000-R3 switched off", { skip: true }, () => {});
    test("000-R4 for later", { todo: "later" }, () => {});
    test("000-R5 runs", { skip: isMissing && "no program" }, () => {});
    for (const n of [1, 2]) test(\`000-R6 number \${n} of two\`, () => {});
    describe("000-R7", () => it("holds", () => {}));`;
  assert.deepEqual(titledOf(text, file), {
    titles: ["000-R5 runs", "000-R6 number ... of two", "000-R7", "holds"],
    imports: ["host/rsn/ap"],
  });
});

test("ids are read one by one, in ranges, and nowhere else", () => {
  assert.deepEqual(idsIn("002-A13, 002-A4 on small: x"), ["002-A13", "002-A4"]);
  assert.deepEqual(idsIn("AMP-R1..R3 hold"), ["AMP-R1", "AMP-R2", "AMP-R3"]);
  assert.deepEqual(idsIn("AMP-R1 to AMP-R2 hold"), ["AMP-R1", "AMP-R2"]);
  assert.deepEqual(idsIn("000-R2..R4: AKM 1"), ["000-R2", "000-R3", "000-R4"]);
  assert.deepEqual(idsIn("A13 of 1002-A1"), []);
});
