/**
 * PROTOCOL 4a: the checks run in the page's order, and the first that fails is the answer. For every two checks of a
 * frame type there is a frame that fails both. (PN exhausted of a Trigger, behind NVM failed: the script of refused.json
 * that uses up n has it.)
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { STATUS, statusName } from "../../host/device/abi.ts";
import { DEVICES } from "../support/device.ts";
import { DeviceScene } from "../support/devicescene.ts";
import { STRONG } from "../vectors/world.ts";
import { canFailBoth, ORDER, tried } from "./drafts.ts";

type FrameType = keyof typeof ORDER;
const TYPES = Object.keys(ORDER) as FrameType[];

/** What a frame without any fault is answered with: M2, the proof, 0, 0. */
const GOOD_octets: Readonly<Record<FrameType, number>> = { trigger: 31, confirm: 27, data: 0, ack: 0 };

for (const { name: build, module } of DEVICES) {
  for (const type of TYPES) {
    test(`4a on ${build}, ${type}: every check alone refuses, and none refuses a frame that is right`, () => {
      assert.equal(tried(module, type, []), GOOD_octets[type]);
      for (const fault of ORDER[type]) {
        assert.equal(statusName(tried(module, type, [fault])), fault.status, fault.check);
      }
    });

    test(`4a on ${build}, ${type}: of any two checks that fail, the earlier answers`, () => {
      let pairs = 0;
      for (const [i, first] of ORDER[type].entries()) {
        for (const second of ORDER[type].slice(i + 1)) {
          if (!canFailBoth(first, second)) continue;
          const name = `${first.check}, before ${second.check}`;
          assert.equal(statusName(tried(module, type, [first, second])), first.status, name);
          assert.equal(statusName(tried(module, type, [second, first])), first.status, name);
          pairs++;
        }
      }
      assert.ok(pairs >= ORDER[type].length - 1, `${pairs} pairs`);
    });
  }

  test(`4a on ${build}: the session's own M1 is looked at before everything that a new one is refused for`, () => {
    const scene = new DeviceScene(module).boot();
    const m1 = scene.m1();
    const m2 = scene.answer(m1);
    const taken = scene.taken(m2);
    scene.nvm.failRead = () => true;
    assert.deepEqual(scene.answer(m1), m2, "state 2: the kept M2, whatever NVM says");
    scene.refuses(scene.m1(), "NVM failed");
    scene.nvm.failRead = undefined;
    scene.station.setPayload(new Uint8Array(41), false);
    scene.refuses(m1, "payload too long");
    scene.takes(taken.confirm().frame);
    scene.takes(m1);
    scene.expectState("secure");
  });

  test(`4a on ${build}, amp_send and amp_set_payload: the order of their refusals`, () => {
    const scene = new DeviceScene(module, { profile: STRONG });
    const setPayload = (length: number, encrypt: number): number =>
      scene.station.exports.amp_set_payload(length, encrypt);
    assert.equal(setPayload(55, 2), STATUS["not booted"]);
    assert.equal(scene.station.send().status, STATUS["not booted"]);
    scene.boot();
    for (const [length, encrypt] of [
      [55, 0],
      [-1, 0],
      [2 ** 31 - 1, 1],
      [0, 2],
      [0, -1],
    ]) {
      assert.equal(setPayload(length, encrypt), STATUS["bad argument"], `${length} ${encrypt}`);
    }
    assert.equal(setPayload(54, 1), 0);
    assert.equal(scene.station.send().status, STATUS["no session"]);
    assert.equal(setPayload(0, 0), 0);
    scene.secure();
    assert.equal(setPayload(47, 1), 0);
    assert.equal(scene.station.send().status, STATUS["payload too long"]);
    assert.equal(setPayload(46, 1), 0);
    assert.equal(scene.station.send().frame?.length, 71);
  });

  test(`4a on ${build}: amp_receive with a negative length is too short, and no length makes it trap`, () => {
    const scene = new DeviceScene(module).boot();
    for (const length of [-1, -71, -(2 ** 31), 0, 3]) {
      assert.equal(scene.station.exports.amp_receive(length), STATUS["too short"], `${length}`);
    }
    for (const length of [72, 73, 255, 65536, 2 ** 31 - 1]) {
      assert.equal(scene.station.exports.amp_receive(length), STATUS["too long"], `${length}`);
    }
  });
}
