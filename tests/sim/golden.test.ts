/**
 * Results that are kept: a run of today gives the octets of the run that was committed, on any machine. What changes them
 * on purpose (the module, a profile's number, the loop) writes them anew, and their diff says what became different:
 *
 *     AMPCORE_GOLDEN=write npx tsx --test tests/sim/golden.test.ts
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import type { Result } from "../../host/sim/result.ts";
import { builtIn, changed, simulated } from "../support/simulated.ts";

const SCENARIOS = ["default", "hostile"];

/** What a person compares; the hash below it is of everything. */
function figuresOf(result: Result): object {
  const { violations, readings, lives, hashes, invariants, exchanges, deaths, energy, refusals, air } = result;
  return {
    ...{ violations, readings, lives, hashes, exchanges, deaths, refusals, air },
    checked: Object.fromEntries(invariants.map(({ rule, checked }) => [rule, checked])),
    spent_J: energy.total,
    harvest: energy.harvest,
    sha256: createHash("sha256").update(JSON.stringify(result)).digest("hex"),
  };
}

for (const name of SCENARIOS) {
  test(`two seconds of ${name} are those that were kept, to the last bit`, () => {
    const file = new URL(`golden/${name}.json`, import.meta.url);
    const { result } = simulated(changed({ duration_s: 2 }, builtIn(name)));
    const figures = JSON.parse(JSON.stringify(figuresOf(result)));
    if (process.env.AMPCORE_GOLDEN === "write") writeFileSync(file, `${JSON.stringify(figures, null, 2)}\n`);
    assert.deepEqual(figures, JSON.parse(readFileSync(file, "utf8")));
  });
}
