/**
 * AMP-R4, AMP-R5, AMP-R6 over a table: every export in every state, by every way to each of its answers. It has every
 * answer that the page knows; whole.test.ts holds it against what the other suites come to.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { DEVICES } from "../support/device.ts";
import { withGlobals } from "../support/deviceglobals.ts";
import { repeated } from "../support/devicerounds.ts";
import { type Case, caseName } from "./cases/case.ts";
import { answerOf, answerOfCall, answersOfPage, CASES } from "./cases/table.ts";
import { VARIANTS, type Variant } from "./rounds.ts";
import { Scan } from "./scan.ts";
import { Traces } from "./traces.ts";

const SEEDS = Array.from({ length: repeated(5) }, (_, seed) => seed);

/** Two variants of a case, of different profiles: over the table each variant has its share. */
function variantsOf({ only = () => true }: Case, i: number): Variant[] {
  const fitting = VARIANTS.filter(only);
  return [...new Set([0, 1 + Math.trunc(fitting.length / 2)].map((ahead) => fitting[(i + ahead) % fitting.length]))];
}

test("the cases are told apart by their names, and have every answer of the page, and no other", () => {
  const names = CASES.map(caseName);
  assert.deepEqual([...names].sort(), [...new Set(names)].sort());
  const answers = new Set(CASES.map(({ call, state, answer }) => answerOf(call, state, answer)));
  assert.deepEqual([...answers].sort(), [...answersOfPage()].sort());
});

for (const { name: build, octets } of DEVICES) {
  const module = new WebAssembly.Module(withGlobals(octets));

  test(`AMP-R4, AMP-R5 on ${build}: each of ${CASES.length} cases answers as the table says, and nothing stays behind`, () => {
    for (const [i, one] of CASES.entries()) {
      for (const variant of variantsOf(one, i)) {
        const scan = new Scan(module, variant, i % SEEDS.length);
        const words = `${caseName(one)}, ${variant.name}`;
        try {
          scan.playAndLook(one.play);
        } catch (error) {
          throw new Error(words, { cause: error });
        }
        const last = scan.made[scan.made.length - 1];
        assert.equal(answerOfCall(last), answerOf(one.call, one.state, one.answer), words);
      }
    }
  });

  test(`AMP-R6 on ${build}: each case has one trace over ${SEEDS.length} random secrets`, () => {
    const traces = new Traces(octets);
    for (const [i, one] of CASES.entries()) {
      for (const variant of variantsOf(one, i)) {
        assert.equal(traces.leak(one.play, variant, SEEDS), undefined, `${caseName(one)}, ${variant.name}`);
      }
    }
  });
}
