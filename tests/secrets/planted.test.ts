/** AMP-R5, AMP-R6: the two checks of this folder find what they are there for, each fault planted alone. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import { withGlobals } from "../support/deviceglobals.ts";
import { skipWithoutProgram } from "../support/devicetools.ts";
import { concat } from "../twin/bytes.ts";
import type { Story } from "./bed.ts";
import { CASES } from "./cases/table.ts";
import {
  FORGOTTEN,
  LEAKS,
  type Plant,
  plant,
  planted,
  REFUSAL_LEAKS,
  REFUSAL_TRACES,
  type RefusalPlant,
} from "./planted.ts";
import { VARIANTS } from "./rounds.ts";
import { Scan } from "./scan.ts";
import { playTalk } from "./talk.ts";
import { Traces } from "./traces.ts";
import { compile, memcheck, VALGRIND, WASM2C } from "./valgrind/memcheck.ts";
import { PUBLIC } from "./valgrind/public.ts";
import { tapeOf } from "./valgrind/tape.ts";

const TOOLS = skipWithoutProgram(VALGRIND) || skipWithoutProgram(WASM2C) || skipWithoutProgram("gcc");
const PLANTS = [...LEAKS, ...FORGOTTEN, ...REFUSAL_LEAKS, ...REFUSAL_TRACES];
/** Rounds in which a leak shows; the check itself takes a thousand. */
const ROUNDS = 20;
const [VARIANT] = VARIANTS;

let octets: Uint8Array;
before(async () => {
  octets = await planted(PLANTS);
});

/** What parts the traces of the first rounds, or undefined. */
function leak(on?: Plant, story: Story = playTalk): string | undefined {
  const traces = new Traces(octets, (exports) => plant(exports, PLANTS, on));
  const seeds = Array.from({ length: ROUNDS }, (_, seed) => seed);
  return traces.leak(story, VARIANT, seeds);
}

function scan(on?: Plant, story: Story = playTalk): void {
  const scanned = new Scan(new WebAssembly.Module(withGlobals(octets)), VARIANT, 0);
  plant(scanned.exports, PLANTS, on);
  scanned.play(story);
  if (story === playTalk) scanned.checkPastRoot();
}

test("with every planted fault switched off, both checks pass", () => {
  assert.equal(leak(), undefined);
  scan();
});

for (const fault of LEAKS) {
  test(`AMP-R6: a planted leak is found and named: ${fault.name}`, () => {
    assert.match(leak(fault) ?? "no difference", /^call \d+, .+: event \d+: .+ in one run, .+ in the other$/);
  });
}

for (const fault of FORGOTTEN) {
  test(`AMP-R5: a forgotten wipe is found: ${fault.name}`, () => {
    assert.throws(() => scan(fault), assert.AssertionError);
  });
}

/** The cases that the table has of a refusal, under a variant that all of them have. */
const casesOf = ({ answer }: RefusalPlant): Story[] =>
  CASES.filter((one) => one.answer === answer && (one.only?.(VARIANT) ?? true)).map(({ play }) => play);

/** Those that a talk with the fault switched on comes through unseen, or does not come to, are found by the table. */
for (const fault of REFUSAL_LEAKS) {
  test(`AMP-R6: a leak on the way to "${fault.answer}" alone is found by the table: ${fault.name}`, () => {
    const found = casesOf(fault).some((story) => leak(fault, story) !== undefined);
    assert.ok(found, "no case shows it");
  });
}

for (const fault of REFUSAL_TRACES) {
  test(`AMP-R4, AMP-R5: what "${fault.answer}" alone leaves or changes is found by the table: ${fault.name}`, () => {
    const found = casesOf(fault).some((story) => {
      try {
        scan(fault, story);
      } catch (error) {
        assert.ok(error instanceof assert.AssertionError, String(error));
        return true;
      }
      return false;
    });
    assert.ok(found, "no case shows it");
  });
}

test("AMP-R6: memcheck finds a planted lookup, a planted branch and one on a way to a refusal in the module's C", {
  skip: TOOLS,
}, () => {
  const folder = mkdtempSync(join(tmpdir(), "ampcore-planted-c-"));
  try {
    const module = new WebAssembly.Module(withGlobals(octets));
    const faults = [LEAKS[0], LEAKS[2], REFUSAL_LEAKS[0]];
    const stories = [playTalk, ...casesOf(REFUSAL_LEAKS[0])];
    const tape = concat(...stories.flatMap((story, i) => tapeOf(module, `story ${i}`, story, VARIANT) ?? []));
    const program = compile(octets, folder, { hasPlant: true });
    const textsOf = (on?: Plant): string[] => {
      return memcheck(program, tape, on === undefined ? 0 : PLANTS.indexOf(on) + 1).map((site) => JSON.stringify(site));
    };
    const without = new Set(textsOf());
    const places = Object.values(PUBLIC).reduce((sum, { places: own }) => sum + own, 0);
    assert.ok(without.size <= places, `switched off, ${without.size} places, of which ${places} are public`);
    for (const fault of faults) {
      assert.ok(
        textsOf(fault).some((text) => !without.has(text)),
        `not found: ${fault.name}`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
