/** The committed AMP vectors: they are what the twin makes, they cover every refusal, and they can be replayed. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { TwinStation } from "../twin/station.ts";
import { STATUS_NAMES } from "../twin/status.ts";
import { committed, FILE_NAMES, generate } from "./generate.ts";
import { replay, type Script } from "./script.ts";

interface RefusedCase {
  readonly name: string;
  readonly check: string;
  readonly statusName: string;
  readonly script: Script;
}

const scriptsOf = (name: string): { readonly name: string; readonly script: Script }[] =>
  JSON.parse(committed(name)).cases;
const refused: RefusedCase[] = JSON.parse(committed("refused.json")).cases;

/** The checks of PROTOCOL 4a in its order, its table, and the refusals of calls: each needs a vector. */
const CHECKS = [
  "not booted",
  "too short (< 4, or < 8 unless type Ack)",
  "too long (> 71; Ack != 4)",
  "not for me (ID, 0xFFFF in anything but a Trigger too: before the FCS)",
  "bad type (a Response too)",
  "bad FCS",
  "reserved bits (FC 5-7, a Protected bit other than the type's, TDC)",
  "bad length (TDC against the frame)",
  "bad profile",
  "bad length (body under the type's minimum)",
  "AA rule (not for me)",
  "TriggerInfo (reserved bits)",
  "payload too long",
  "NVM failed (newest slot not readable)",
  "PN exhausted (n used up)",
  "entropy failed",
  "Confirm and Data in state 1",
  "Confirm in state 2",
  "Confirm in state 3",
  "Data in state 2",
  "Data in state 3",
  "the command of a verified M3",
  "NVM failed (boot)",
  "send",
  "bad argument",
];

for (const name of FILE_NAMES) {
  test(`vectors: ${name} is what the twin makes`, () => {
    // Not assert.equal: a difference of two long texts takes minutes to print.
    assert.ok(generate(name) === committed(name), "run npx tsx tests/vectors/generate.ts and look at the difference");
  });
}

test("vectors: every one of the 19 statuses is caused, and only by scripts that claim it", () => {
  const claimed = new Set(refused.map(({ statusName }) => statusName));
  assert.deepEqual([...claimed].sort(), [...STATUS_NAMES].sort());
  for (const { name, statusName, script } of refused) {
    assert.ok(
      script.steps.some((step) => step.statusName === statusName),
      name,
    );
  }
});

test("vectors: every check of PROTOCOL 4a has a refused vector, and no vector names another", () => {
  const covered = new Set(refused.map(({ check }) => check));
  assert.deepEqual([...covered].sort(), [...CHECKS].sort());
});

test("vectors: names are unique in each file", () => {
  for (const name of FILE_NAMES) {
    const names = scriptsOf(name).map((entry) => entry.name);
    assert.deepEqual(
      names.filter((entry, i) => names.indexOf(entry) !== i),
      [],
      name,
    );
  }
});

test("vectors: replay() accepts the twin on every script, and one wrong octet in it is found", () => {
  const start = (host: ConstructorParameters<typeof TwinStation>[0]): TwinStation => new TwinStation(host);
  let replayed = 0;
  for (const name of FILE_NAMES) {
    for (const { script } of scriptsOf(name)) {
      // The two scripts that use up a counter were just played by the generator; they take seconds.
      if (script.steps.some(({ call }) => call === "repeat")) continue;
      replay(script, start);
      replayed++;
    }
  }
  assert.ok(replayed > 200, `${replayed} scripts`);

  const [{ script }] = scriptsOf("exchange-compact.json");
  const spoilt = JSON.parse(JSON.stringify(script).replace('"reply":"19', '"reply":"18'));
  assert.throws(() => replay(spoilt, start), assert.AssertionError);
  assert.throws(() => replay({ ...script, nvmAfter: script.nvm }, start), assert.AssertionError);
});

test("vectors: the folder holds these files and no others, below 1.5 MB, and README.md names each", () => {
  const folder = new URL("amp/", import.meta.url);
  const files = readdirSync(folder).sort();
  assert.deepEqual(files, [...FILE_NAMES, "README.md", "example.json"].sort());
  const octets = files.reduce((sum, file) => sum + readFileSync(new URL(file, folder)).length, 0);
  assert.ok(octets < 1.5e6, `${octets} octets`);
  const readme = readFileSync(new URL("README.md", folder), "utf8");
  for (const file of [...FILE_NAMES, "example.json"])
    assert.ok(readme.includes(file), `README.md says nothing of ${file}`);
});
