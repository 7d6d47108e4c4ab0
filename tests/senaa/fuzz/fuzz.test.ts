/** The target "senaa": datagrams of anybody break no property, and readers with planted errors are found. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { senaaTarget } from "../../../host/fuzz/senaa.ts";
import { readMessage } from "../../../host/senaa/wire/message.ts";
import { isRefusal } from "../../../host/senaa/wire/refusal.ts";
import { fuzzed, told } from "../../fuzz/fuzzing.ts";
import { repeated } from "../../support/devicerounds.ts";

const RUNS = 1500;

test(`senaa: ${repeated(RUNS)} datagrams break no property`, async (t) => {
  const target = senaaTarget();
  const fuzzer = await fuzzed(target, repeated(RUNS));
  assert.equal(told(target, fuzzer), "");
  const { covered, unit } = target.coverage();
  t.diagnostic(`${covered} ${unit}`);
  assert.ok(covered >= 25, `${covered} ${unit}`);
});

test("a reader that throws, and one that takes a message for another with the T flag, are found", async () => {
  const throwing = senaaTarget((octets, way) => {
    const message = readMessage(octets, way);
    if (isRefusal(message) && message.refusal === "bad AVP length") throw new Error("planted");
    return message;
  });
  assert.match(told(throwing, await fuzzed(throwing, RUNS)), /planted/);
  const forgetful = senaaTarget((octets, way) => {
    const message = readMessage(octets, way);
    if (isRefusal(message) || !message.header.isRetransmitted) return message;
    return { refusal: "bad header bits", resultCode: 3008 };
  });
  assert.match(told(forgetful, await fuzzed(forgetful, RUNS)), /another message with the T flag/);
});
