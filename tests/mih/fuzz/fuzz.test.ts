/** The target "mih" in short: ampcore fuzz --target mih --seconds 600 is the long form. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openTarget } from "../../../host/cli/fuzz/targets.ts";
import { SecurityAssociation } from "../../../host/mih/sa/association.ts";
import { fuzzed, told } from "../../fuzz/fuzzing.ts";
import { repeated } from "../../support/devicerounds.ts";

const RUNS = 60;

test(`003-M5 003-C15 ${RUNS} sequences of messages that nobody should send change nothing in any role, and nothing throws`, async (t) => {
  const { target, close } = await openTarget("mih", "release");
  const fuzzer = await fuzzed(target, repeated(RUNS));
  close();
  assert.equal(told(target, fuzzer), "", "a property broke");
  const { covered, unit } = target.coverage();
  t.diagnostic(`${covered} ${unit}, ${fuzzer.calls} calls`);
  assert.ok(covered >= 10, `${covered} ${unit}`);
});

test("an association that ends by a message that was changed on its way is found", async (t) => {
  const open = SecurityAssociation.prototype.open;
  t.mock.method(
    SecurityAssociation.prototype,
    "open",
    function (this: SecurityAssociation, aad: Uint8Array, sealed: Uint8Array) {
      const opened = open.call(this, aad, sealed);
      if (opened === "bad MIC") this.wipe();
      return opened;
    },
  );
  const { target, close } = await openTarget("mih", "release");
  const fuzzer = await fuzzed(target, RUNS);
  close();
  assert.deepEqual(
    fuzzer.found.map(({ finding }) => finding.rule),
    ["state"],
    told(target, fuzzer),
  );
});
