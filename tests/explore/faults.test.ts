/**
 * The explorer finds what it is there for: each of these known errors of a station, an AP or a key service, by itself, in
 * the short form, and its token tells the story of it again.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { Machine } from "../../host/explore/machine.ts";
import { type Stage, storyOf, tell } from "../../host/explore/story.ts";
import { HONEST } from "../../host/explore/world.ts";
import { DEVICES } from "../support/device.ts";
import { DEVICE_FAULTS, type Fault, plant, planted } from "./faults/device.ts";
import { found } from "./faults/found.ts";
import { WIRED_FAULTS } from "./faults/wired.ts";

let octets: Uint8Array;
before(async () => {
  octets = await planted();
});

function isFound(stage: Stage, fault: Fault): void {
  const violation = found(stage, fault);
  assert.ok(violation, `nothing broke ${fault.breaks} in ${fault.exchange}`);
  const { violations } = tell(stage, storyOf(violation.token)).witness;
  const isTold = violations.some(({ rule }) => rule === fault.breaks);
  assert.ok(isTold, `the replay of ${violation.token} does not show: ${violation.what}`);
}

test("with every planted fault switched off, nothing is found where they would show", () => {
  const stage = { ...HONEST, machine: new Machine(octets, (exports) => plant(exports)) };
  for (const { exchange, environment, breaks, name } of DEVICE_FAULTS.slice(0, 4)) {
    assert.equal(found(stage, { exchange, environment, breaks, name }), undefined, name);
  }
});

for (const fault of DEVICE_FAULTS) {
  test(`${fault.breaks}: found: ${fault.name}`, () => {
    isFound({ ...HONEST, machine: new Machine(octets, (exports) => plant(exports, fault)) }, fault);
  });
}

for (const fault of WIRED_FAULTS) {
  test(`${fault.breaks}: found: ${fault.name}`, () => {
    isFound({ ...fault.makers, machine: new Machine(DEVICES[0].octets) }, fault);
  });
}
