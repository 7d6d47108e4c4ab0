/** Every script of tests/vectors/amp, replayed on both builds: statuses, frames, states, payloads and NVM writes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { DEVICES, scripted } from "../support/device.ts";
import { committed, FILE_NAMES } from "../vectors/generate.ts";
import { replay, type Script } from "../vectors/script.ts";

/** The cases of a vector file, as committed. */
function casesOf(name: string): { readonly name: string; readonly script: Script }[] {
  return JSON.parse(committed(name)).cases;
}

for (const { name: build, module } of DEVICES) {
  for (const file of FILE_NAMES) {
    test(`${file} on ${build}: the device answers every call and makes every NVM write as recorded`, () => {
      const cases = casesOf(file);
      assert.ok(cases.length > 0, `${file} has no cases`);
      for (const { name, script } of cases) {
        try {
          replay(script, (host) => scripted(module, host));
        } catch (error) {
          throw new Error(name, { cause: error });
        }
      }
    });
  }
}
