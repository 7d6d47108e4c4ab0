/**
 * AMP-R6: no secret decides a branch, an address or a loop count. The shipped modules are traced over random roots,
 * noise, readings, payloads and Modifiers': every call of a talk has one trace, whatever the secrets are, and so has
 * every case of the table.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FUNCTIONS } from "../../host/device/abi.ts";
import { DEVICES } from "../support/device.ts";
import { repeated } from "../support/devicerounds.ts";
import { wordsOf } from "./hand.ts";
import { VARIANTS } from "./rounds.ts";
import { playTalk } from "./talk.ts";
import { Traces } from "./traces.ts";

const ROUNDS = repeated(1000);

test("the talk comes through every export in every state", () => {
  const [{ octets }] = DEVICES;
  const calls = new Set(new Traces(octets).of(playTalk, VARIANTS[0], 1).map(wordsOf));
  for (const name of Object.keys(FUNCTIONS)) {
    for (const state of [0, 1, 2, 3]) assert.ok(calls.has(`${name} in state ${state}`), `${name} in state ${state}`);
  }
});

for (const { name: build, octets } of DEVICES) {
  const traces = new Traces(octets);
  for (const variant of VARIANTS) {
    test(`AMP-R6 on ${build}, ${variant.name}: one trace for every call over ${ROUNDS} random secrets`, () => {
      const seeds = Array.from({ length: ROUNDS }, (_, seed) => seed);
      assert.equal(traces.leak(playTalk, variant, seeds), undefined);
    });
  }
}
