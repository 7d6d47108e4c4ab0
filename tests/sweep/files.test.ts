/** Results as Parquet and CSV in the hands of programs that know nothing of us: Apache Arrow, and Python's own csv. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { ROOT } from "../../host/build/build.ts";
import { ampcore, scratchFolder } from "../cli/ampcore.ts";
import { python, skipWithoutPyarrow } from "./python.ts";

const skip = skipWithoutPyarrow();
const FOLDER = scratchFolder();
const PARQUET = join(FOLDER, "results.parquet");
const CSV = join(FOLDER, "plain.csv");
const EXAMPLE = join(ROOT, "examples/sweep/read_results.py");
const GRID = join(FOLDER, "mixed.yaml");

/** Numbers, names, both in one axis, lists, truths, nothing, and a cell that is refused. */
writeFileSync(
  GRID,
  `
name: mixed
about: 'a "name", with commas, and µ'
set: {duration_s: 0.5, harvest.source: constant}
grid:
  stations.distance_m: [[1, 5], [2, 3]]
  ap.modifier: [true]
  ap.slot_us: [auto, 1200]
  stations.wait_max_s: [0, 0.000001]
  stations.storage: [mlcc-10uF]
repetitions: 2
results: [confirmed, success_in_one_life, energy_per_reading_J, {name: last, path: stations.3.spa}, energy.mover, deaths.byPhase.pmk]
`,
);
let told: { readonly fields: string[]; readonly rows: unknown[][]; readonly hash: string };

before(async () => {
  const { code, stdout, stderr } = await ampcore(["sweep", GRID, "--out", FOLDER, "--json"]);
  assert.equal(code, 0, stderr);
  told = JSON.parse(stdout);
  const { code: other } = await ampcore(["sweep", GRID, "--out", CSV, "--quiet"]);
  assert.equal(other, 0);
});

test("Apache Arrow reads of the Parquet file every value as --json has it, and hashes and units of its metadata", {
  skip,
}, () => {
  const script = `
import json, sys, pyarrow.parquet as parquet
table = parquet.read_table(sys.argv[1])
parquet.ParquetFile(sys.argv[1]).metadata
meta = {key.decode(): value.decode() for key, value in table.schema.metadata.items()}
print(json.dumps({"names": table.schema.names, "types": [str(t) for t in table.schema.types], "meta": meta,
                  "rows": [list(row.values()) for row in table.to_pylist()]}))`;
  const read = JSON.parse(python("-c", script, PARQUET));
  assert.deepEqual(read.names, told.fields);
  assert.deepEqual(read.rows, told.rows, "every double to its last bit");
  const types = Object.fromEntries(read.names.map((name: string, i: number) => [name, read.types[i]]));
  const expected = {
    job: "int64",
    seed: "int64",
    "stations.distance_m": "string",
    "ap.modifier": "bool",
    "ap.slot_us": "string",
    "stations.wait_max_s": "double",
    confirmed: "int64",
    energy_per_reading_J: "double",
    last: "string",
    refused: "string",
  };
  for (const [name, type] of Object.entries(expected)) assert.equal(types[name], type, name);
  assert.equal(read.meta["ampcore.sweep_sha256"], told.hash);
  assert.match(read.meta["ampcore.files_sha256"], /^\{"release":"[0-9a-f]{64}"\}$/);
  const columns = JSON.parse(read.meta["ampcore.columns"]);
  assert.equal(columns.find(({ name }: { name: string }) => name === "energy_per_reading_J").unit, "J");
  assert.equal(JSON.parse(read.meta["ampcore.grid"]).about, 'a "name", with commas, and µ');
});

test("a cell whose parts do not fit together is refused in its row, in one sentence, and the others are run", () => {
  const at = (name: string): number => told.fields.indexOf(name);
  const [refused, wait, confirmed] = ["refused", "stations.wait_max_s", "confirmed"].map(at);
  assert.equal(told.rows.length, 16);
  for (const row of told.rows) {
    if (row[wait] === 0) assert.ok(row[refused] === null && (row[confirmed] as number) > 0);
    else
      assert.ok(
        /^stations\.wait_max_s is 0\.000001, where the slots/.test(row[refused] as string) && row[confirmed] === null,
      );
  }
});

test("Python's csv reads of the CSV what its schema says, the same as --json", () => {
  const script = `
import csv, json, sys
print(json.dumps(list(csv.reader(open(sys.argv[1], newline="")))))`;
  const [heads, ...rows] = JSON.parse(python("-c", script, CSV));
  const schema = JSON.parse(readFileSync(CSV.replace(/csv$/, "schema.json"), "utf8"));
  assert.deepEqual(
    heads,
    schema.fields.map(({ name }: { name: string }) => name),
  );
  const parsed: Readonly<Record<string, (text: string) => unknown>> = {
    integer: Number,
    number: Number,
    string: (text) => text,
    boolean: (text) => text === "true",
  };
  const read = rows.map((row: string[]) =>
    row.map((text, i) => (schema.missingValues.includes(text) ? null : parsed[schema.fields[i].type](text))),
  );
  assert.deepEqual(read, told.rows);
  assert.equal(schema.ampcore.sweep_sha256, told.hash);
});

test("the example reads either file and comes to the same", { skip }, () => {
  const [first, second] = [PARQUET, CSV].map((file) => python(EXAMPLE, file));
  assert.equal(first, second);
  assert.match(first, new RegExp(`^mixed: 16 runs by ampcore [\\d.]+, jobs ${told.hash.slice(0, 12)}\n`));
  assert.match(first, /\n {2}energy_per_reading_J \(number, J\)\n/);
  const [tried, succeeded] = ["lives_tried", "lives_succeeded"].map((name) => told.fields.indexOf(name));
  const sum = (at: number): number => told.rows.slice(0, 2).reduce((all, row) => all + (row[at] as number), 0);
  assert.match(first, new RegExp(`: ${sum(succeeded)} of ${sum(tried)} lives\n`));
});
