/** The lists of models, faults and properties, and the Promela files, say the same. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { FAULTS, macroOf } from "../../host/model/faults.ts";
import { MODELS } from "../../host/model/models.ts";
import { PROPERTIES } from "../../host/model/properties.ts";

const ROOT = new URL("../../", import.meta.url);
const FOLDER = new URL("host/model/promela/", ROOT);
const files = readdirSync(FOLDER);
const textOf = (file: string): string => readFileSync(new URL(file, FOLDER), "utf8");

test("every planted fault is a macro of its model's file, and every such macro is a planted fault", () => {
  for (const { name, file } of MODELS) {
    const sharing = MODELS.filter((model) => model.file === file).map((model) => model.name);
    const planted = FAULTS.filter(({ model }) => sharing.includes(model)).map(macroOf);
    const macros = [...textOf(file).matchAll(/^#(?:ifn?def|if|elif)\s+(?:defined\()?(\w+)/gm)].map(
      ([, macro]) => macro,
    );
    const used = new Set(macros.filter((macro) => macro !== "LIVENESS"));
    assert.deepEqual([...used].sort(), [...new Set(planted)].sort(), name);
  }
});

test("every property that a file asserts is in words, and every one in words is asserted or is the verifier's own", () => {
  const asserted = files.flatMap((file) =>
    [...textOf(file).matchAll(/(?<!inline )hold\((\w+),/g)].map(([, name]) => name),
  );
  const known = [...Object.keys(PROPERTIES)];
  const own = ["no_deadlock", "goes_on"];
  assert.deepEqual([...new Set([...asserted, ...own])].sort(), known.sort());
});

test("every property is broken by a planted fault", () => {
  assert.deepEqual([...new Set(FAULTS.map(({ breaks }) => breaks))].sort(), Object.keys(PROPERTIES).sort());
});

test("no two faults of a model have one name, and every file is a model's or an include", () => {
  const names = FAULTS.map(({ model, name }) => `${model}/${name}`);
  assert.equal(new Set(names).size, names.length);
  const included = files.flatMap((file) => [...textOf(file).matchAll(/^#include "(.+)"$/gm)].map(([, name]) => name));
  assert.deepEqual([...new Set([...MODELS.map(({ file }) => file), ...included])].sort(), files.sort());
});

test("the code that a model names as what it abstracts is there", () => {
  for (const file of files) {
    const text = textOf(file);
    assert.match(text, /PROTOCOL\.md|\/\.\.\/properties\.ts|properties\.ts/, file);
    for (const [path] of text.matchAll(/\b(?:assembly|host)\/[\w/]+\.ts\b/g)) {
      assert.ok(existsSync(fileURLToPath(new URL(path, ROOT))), `${file} names ${path}, which does not exist`);
    }
  }
});
