/** What a verifier and a replay say, read: the texts are Spin 6.5.2's own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readSearch } from "../../host/model/pan.ts";
import { readTrail } from "../../host/model/trail.ts";

const output = (errors: number, { states = "   449363", unreached = "", before = "" } = {}): string => `${before}
(Spin Version 6.5.2 -- 6 December 2019)
	+ Partial Order Reduction

Full statespace search for:
	never claim         	- (none specified)
	assertion violations	+
	invalid end states	+

State-vector 36 byte, depth reached 246, errors: ${errors}
${states} states, stored
   279807 states, matched
   729170 transitions (= stored+matched)
       10 atomic steps
hash conflicts:         0 (resolved)

   74.773	total actual memory usage

unreached in proctype Station
	models/a-b/slots.pml:9, state 182, "printf('BROKEN %e\\n',1)"
${unreached}	models/a-b/slots.pml:146, state 201, "-end-"
	(2 of 201 states)

pan: elapsed time 0.32 seconds
`;

test("a search that visited every state without an error holds, with its figures", () => {
  assert.deepEqual(readSearch(output(0)), {
    verdict: "holds",
    states: 449_363,
    transitions: 729_170,
    depth: 246,
    memory_MB: 74.773,
    seconds: 0.32,
    unreached: [],
  });
  assert.equal(readSearch(output(0, { states: "2.6500986e+08" })).states, 265_009_860);
});

test("an error breaks the model; a search that gave out proves nothing", () => {
  assert.equal(readSearch(output(1)).verdict, "broken");
  for (const before of ["error: max search depth too small", "pan: reached -DMEMLIM bound"]) {
    assert.equal(readSearch(output(0, { before })).verdict, "incomplete");
    assert.equal(readSearch(output(1, { before })).verdict, "broken");
  }
});

test("what no path reaches is named, but for ends and broken properties", () => {
  const unreached = '\tmodels/a-b/slots.pml:41, state 338, "newest = 8"\n';
  assert.deepEqual(readSearch(output(0, { unreached })).unreached, ['slots.pml:41: "newest = 8"']);
});

test("a verifier without a result is an error, not a proof", () => {
  assert.throws(() => readSearch("Segmentation fault"), /without a result: Segmentation fault/);
});

test("a replay is its events, the property that fell, and where it goes round", () => {
  const asserted = [
    "ltl goes_on: [] (<> (confirmed))",
    "station: hears M1 of the attacker",
    "key service: crashes",
    "BROKEN key_and_pn",
    "spin: common.pml:9, Error: assertion violated",
  ].join("\n");
  assert.deepEqual(readTrail(asserted, "no_deadlock"), {
    property: "key_and_pn",
    events: ["station: hears M1 of the attacker", "key service: crashes"],
    cycle: undefined,
  });
  const round = "AP: M1 with ANonce 1\n  <<<<<START OF CYCLE>>>>>\nAP: nothing comes any more\nspin: trail ends";
  assert.deepEqual(readTrail(round, "goes_on"), {
    property: "goes_on",
    events: ["AP: M1 with ANonce 1", "AP: nothing comes any more"],
    cycle: 1,
  });
  assert.throws(() => readTrail("BROKEN something_else", "goes_on"), /something_else/);
});
