/** AMP-R4, AMP-R5: after every export in every state, memory holds only what the state needs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { DEVICES } from "../support/device.ts";
import { withGlobals } from "../support/deviceglobals.ts";
import { repeated } from "../support/devicerounds.ts";
import { VARIANTS } from "./rounds.ts";
import { Scan } from "./scan.ts";
import { playTalk } from "./talk.ts";

const ROUNDS = repeated(2);

for (const { name: build, octets } of DEVICES) {
  const module = new WebAssembly.Module(withGlobals(octets));
  for (const variant of VARIANTS) {
    test(`AMP-R5 on ${build}, ${variant.name}: no key, keystream, KDF input or refused plaintext stays behind a call`, () => {
      for (let seed = 0; seed < ROUNDS; seed++) {
        const scan = new Scan(module, variant, seed);
        scan.play(playTalk);
        scan.checkPastRoot();
        assert.ok(scan.made.length > 80, `${scan.made.length} calls were looked at`);
      }
    });
  }
}
