/** CITATION.cff: what the format requires, and nothing that the package says otherwise. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { ROOT } from "../../host/build/build.ts";

const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");

test("CITATION.cff has the keys that version 1.2.0 requires, and the package's name, version and licence", () => {
  const citation = parse(read("CITATION.cff"));
  const { name, version, license } = JSON.parse(read("package.json"));
  assert.equal(citation["cff-version"], "1.2.0");
  for (const key of ["message", "title", "authors"]) assert.ok(citation[key]?.length > 0, key);
  assert.deepEqual(
    { name: citation.title, version: citation.version, license: citation.license },
    { name, version, license },
  );
});
