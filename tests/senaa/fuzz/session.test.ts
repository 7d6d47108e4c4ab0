/** The target "senaasession" in short: ampcore fuzz --target senaasession --seconds 600 is the long form. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { senaaSessionTarget } from "../../../host/fuzz/senaasession.ts";
import { Pac } from "../../../host/senaa/pac/pac.ts";
import { fuzzed, told } from "../../fuzz/fuzzing.ts";
import { skipWithoutPrograms } from "../../peers/programs.ts";
import { repeated } from "../../support/devicerounds.ts";

const skip = skipWithoutPrograms("openssl");
const RUNS = 120;

test(`004-S13 004-D13 ${RUNS} sequences of what nobody should send, in and beside sessions with real TLS, break no property`, {
  skip,
}, async (t) => {
  const target = senaaSessionTarget();
  const fuzzer = await fuzzed(target, repeated(RUNS));
  assert.equal(told(target, fuzzer), "", "a property broke");
  const { covered, unit } = target.coverage();
  t.diagnostic(`${covered} ${unit}, ${fuzzer.calls} calls`);
  assert.ok(covered >= 25, `${covered} ${unit}`);
});

test("a PaC that never comes back, and one with another key than its PAA, are found", { skip }, async (t) => {
  const enter = Pac.prototype.enter;
  const entered = new WeakSet<Pac>();
  const once = t.mock.method(Pac.prototype, "enter", async function (this: Pac) {
    if (entered.has(this)) return "planted";
    entered.add(this);
    return enter.call(this);
  });
  const lost = senaaSessionTarget();
  assert.match(told(lost, await fuzzed(lost, RUNS)), /does not get in: "planted"/);
  once.mock.restore();

  const session = Object.getOwnPropertyDescriptor(Pac.prototype, "session")?.get;
  t.mock.getter(Pac.prototype, "session", function (this: Pac) {
    const own = session?.call(this) as Pac["session"];
    return own && { ...own, lsa: own.lsa.map((octet) => octet ^ 1) };
  });
  const other = senaaSessionTarget();
  assert.match(told(other, await fuzzed(other, 2)), /not one key/);
});
