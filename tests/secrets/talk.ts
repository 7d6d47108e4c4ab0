/**
 * One long talk with a station that comes through every export in every state: M2 after a cache miss, after a hit and
 * in direct mode, in both modes; M3 and Data right and wrong; UPDATE right and with a wrong T; PROVE; power cycles.
 */
import assert from "node:assert/strict";
import { STATUS } from "../../host/device/abi.ts";
import { FC } from "../twin/frames.ts";
import { proveCommand } from "../twin/update.ts";
import { CLEAR, COMMAND, ENCRYPTED, type Hand } from "./hand.ts";

/** Plays all of it on a station that was just powered up. */
export function playTalk(hand: Hand): void {
  off(hand);
  firstExchange(hand);
  secondExchange(hand);
  update(hand);
  laterPowerCycles(hand);
}

/** State 0. */
function off(hand: Hand): void {
  hand.look();
  assert.equal(hand.setPayload(hand.secrets.readings[0], 1), STATUS["not booted"]);
  assert.equal(hand.receive(hand.trigger()), STATUS["not booted"]);
  assert.equal(hand.call("amp_send"), STATUS["not booted"]);
  assert.equal(hand.call("amp_boot"), 0);
  assert.equal(hand.call("amp_boot"), 0);
}

/** A cache miss (or direct mode), encrypted; behind a source that fails its test first. */
function firstExchange(hand: Hand): void {
  const { readings, payloads, refused } = hand.secrets;
  assert.equal(hand.setPayload(readings[0], 1), 0);
  hand.look();
  assert.equal(hand.call("amp_send"), STATUS["no session"]);
  assert.equal(hand.receive(hand.trigger()), STATUS["entropy failed"]);
  hand.newM1();
  hand.look();
  assert.equal(hand.call("amp_send"), STATUS["no session"]);
  assert.ok(hand.receive(hand.m1) > 0, "the kept M2");
  hand.isRefused(FC.confirm, 1, refused, ENCRYPTED);
  hand.isRefused(FC.confirm, 1, refused, CLEAR);
  assert.equal(hand.receive(hand.data(2, payloads[0])), STATUS["no session"]);
  assert.equal(hand.receive(hand.m3(payloads[1])), 0);
  hand.look();
  assert.ok(hand.call("amp_send") > 0, "Data");
  for (const mode of [ENCRYPTED, CLEAR]) {
    const pn = mode.encrypted ? 2 : 3;
    hand.isRefused(FC.data, pn, refused, mode);
    assert.equal(hand.receive(hand.data(pn, payloads[2], mode)), 0);
    assert.equal(hand.receive(hand.data(pn, payloads[2], mode)), STATUS["replayed PN"]);
    hand.look();
  }
  assert.equal(hand.receive(hand.m3(payloads[1])), STATUS["replayed PN"]);
}

/** A cache hit, in clear; a new reading in state 2. */
function secondExchange(hand: Hand): void {
  const { readings, payloads } = hand.secrets;
  assert.equal(hand.setPayload(readings[1], 0), 0);
  assert.ok(hand.call("amp_send") > 0, "Data");
  hand.newM1();
  assert.equal(hand.setPayload(readings[0], 0), 0);
  hand.newM1(hand.m1);
  assert.equal(hand.receive(hand.m3(payloads[0], CLEAR)), 0);
  hand.look();
  assert.equal(hand.receive(hand.m1), 0, "the same M1 in state 3");
}

/** UPDATE with a wrong T, UPDATE, PROVE under the new root. */
function update(hand: Hand): void {
  hand.newM1();
  assert.equal(hand.receive(hand.m3(hand.wrongUpdate(), COMMAND)), STATUS["bad command"]);
  hand.look();
  hand.newM1();
  hand.isRefused(FC.confirm, 1, hand.update(), COMMAND);
  assert.ok(hand.receive(hand.m3(hand.update(), COMMAND), () => hand.learnRoot()) > 0, "the proof");
  assert.ok(hand.call("amp_send") > 0, "Data");
  hand.look();
  hand.newM1();
  assert.ok(hand.receive(hand.m3(proveCommand(), COMMAND)) > 0, "the proof once more");
  hand.look();
}

/** Power that fails in states 3 and 2, with RAM that survives; the cache is written again, and hit. */
function laterPowerCycles(hand: Hand): void {
  const { readings, payloads } = hand.secrets;
  for (const isLast of [false, true]) {
    assert.equal(hand.call("amp_boot"), 0);
    assert.equal(hand.call("amp_received"), 0);
    assert.equal(hand.setPayload(readings[0], 1), 0);
    hand.newM1();
    if (isLast) assert.equal(hand.call("amp_boot"), 0);
    else assert.equal(hand.receive(hand.m3(payloads[0])), 0);
  }
  hand.look();
}
