/** AMP-R5, AMP-R6: the two checks of this folder find what they are there for, each fault planted alone. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { withGlobals } from "../support/deviceglobals.ts";
import { FORGOTTEN, LEAKS, type Plant, plant, planted } from "./planted.ts";
import { VARIANTS } from "./rounds.ts";
import { Scan } from "./scan.ts";
import { Traces } from "./traces.ts";

const PLANTS = [...LEAKS, ...FORGOTTEN];
/** Rounds in which a leak shows; the check itself takes a thousand. */
const ROUNDS = 20;
const [VARIANT] = VARIANTS;

let octets: Uint8Array;
before(async () => {
  octets = await planted(PLANTS);
});

/** What parts the traces of the first rounds, or undefined. */
function leak(on?: Plant): string | undefined {
  const traces = new Traces(octets, (exports) => plant(exports, PLANTS, on));
  const tracesOf = (seed: number): string => JSON.stringify(traces.of(VARIANT, seed));
  const first = tracesOf(0);
  for (let seed = 1; seed < ROUNDS; seed++) {
    if (tracesOf(seed) !== first) return traces.difference(VARIANT, [0, seed]);
  }
  return undefined;
}

function scan(on?: Plant): void {
  const scanned = new Scan(new WebAssembly.Module(withGlobals(octets)), VARIANT, 0);
  plant(scanned.exports, PLANTS, on);
  scanned.play();
}

test("with every planted fault switched off, both checks pass", () => {
  assert.equal(leak(), undefined);
  scan();
});

for (const fault of LEAKS) {
  test(`AMP-R6: a planted leak is found and named: ${fault.name}`, () => {
    assert.match(leak(fault) ?? "no difference", /^event \d+: .+ in one run, .+ in the other$/);
  });
}

for (const fault of FORGOTTEN) {
  test(`AMP-R5: a forgotten wipe is found: ${fault.name}`, () => {
    assert.throws(() => scan(fault), assert.AssertionError);
  });
}
