/**
 * AMP-R4 on the device: what is refused changes nothing. All 64 KiB of linear memory and all of NVM are compared, from
 * behind the host's own writing of the buffer; what the call worked with is gone.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { STATUS, statusName } from "../../host/device/abi.ts";
import { type Fault, ORDER, situation } from "../conformance/drafts.ts";
import { DEVICES } from "../support/device.ts";
import { dlData, m3, tampered } from "../support/deviceframes.ts";
import { DeviceScene } from "../support/devicescene.ts";
import { ascii } from "../twin/bytes.ts";
import { PROFILES } from "../twin/frames.ts";
import { SLOTS } from "../twin/record.ts";
import { labelled, READING, STRONG } from "../vectors/world.ts";

type FrameType = keyof typeof ORDER;

/** A command is looked at behind the MIC: a refused one leaves the session secure. */
const isBeforeMic = ({ check }: Fault): boolean => check !== "command";

/** The station refuses this call with that status, and neither memory nor NVM nor the state show that it came. */
function changesNothing(scene: DeviceScene, call: () => number, name: string, what: string): void {
  const { station, nvm } = scene;
  const [memory, record, state] = [station.memory.slice(), nvm.octets.slice(), station.state()];
  nvm.log = [];
  assert.equal(statusName(call()), name, what);
  assert.equal(firstChange(memory, station.memory), -1, `${what}: memory changed at this address`);
  assert.equal(firstChange(record, nvm.octets), -1, `${what}: NVM changed at this offset`);
  assert.deepEqual([nvm.log.length, station.state()], [0, state], what);
}

function firstChange(before: Uint8Array, after: Uint8Array): number {
  return Buffer.compare(before, after) === 0 ? -1 : before.findIndex((octet, at) => octet !== after[at]);
}

function refusesUnchanged(scene: DeviceScene, frame: Uint8Array, name: string, what: string): void {
  const { memory, exports } = scene.station;
  memory.set(frame.subarray(0, 72), exports.amp_rx_buffer());
  changesNothing(scene, () => exports.amp_receive(frame.length), name, what);
}

for (const { name: build, module } of DEVICES) {
  for (const type of Object.keys(ORDER) as FrameType[]) {
    test(`AMP-R4 on ${build}: frames of type ${type} that fail a check leave memory and NVM as they were`, () => {
      for (const fault of ORDER[type].filter(isBeforeMic)) {
        const { scene, frame } = situation(module, type, [fault]);
        refusesUnchanged(scene, frame, fault.status, fault.check);
      }
    });
  }

  test(`AMP-R4 on ${build}: forged Confirm and Data, each profile, both modes, every length: no plaintext stays`, () => {
    for (const profile of PROFILES) {
      for (const encrypted of [true, false]) {
        for (const length of [0, 1, 15, 16, 17, 40, 62 - profile.M]) {
          const scene = new DeviceScene(module, { profile }).boot();
          const payload = labelled("a payload that nobody is to see", length);
          const { session } = scene.waiting({ dlData: ascii("LED") });
          const what = `${profile.name}, ${encrypted ? "CCM" : "CMAC"}, ${length} octets`;
          const confirm = m3(session, { payload, encrypted });
          refusesUnchanged(scene, tampered(confirm, confirm.length - 3), "bad MIC", what);
          scene.takes(m3(session, { encrypted }));
          const data = dlData(session, { payload, encrypted });
          refusesUnchanged(scene, tampered(data, data.length - 3), "bad MIC", what);
          scene.takes(data);
        }
      }
    }
  });

  test(`AMP-R4 on ${build}: a trigger that is refused in state 2 or 3 leaves the session and its M2 whole`, () => {
    const odd: ((scene: DeviceScene) => readonly [frame: Uint8Array, status: string])[] = [
      (scene) => [tampered(scene.m1(), 11), "not for me"],
      (scene) => [tampered(scene.m1(), 10), "reserved bits"],
      (scene) => {
        scene.nvm.failRead = (offset) => offset === SLOTS[0].offset;
        return [scene.m1(), "NVM failed"];
      },
    ];
    for (const make of odd) {
      for (const isSecure of [false, true]) {
        const scene = new DeviceScene(module).boot();
        const m1 = scene.m1();
        const m2 = scene.answer(m1);
        const taken = scene.taken(m2);
        if (isSecure) scene.takes(taken.confirm().frame);
        const [frame, status] = make(scene);
        refusesUnchanged(scene, frame, status, status);
        scene.nvm.failRead = undefined;
        if (isSecure) scene.takes(taken.data(READING).frame);
        else assert.deepEqual(scene.answer(m1), m2);
      }
    }
  });

  test(`AMP-R4 on ${build}: refused calls change nothing: amp_set_payload, amp_send, and all of them when off`, () => {
    const scene = new DeviceScene(module, { profile: STRONG });
    const call = (name: string, made: () => number): void => changesNothing(scene, made, name, name);
    const { exports } = scene.station;
    call("not booted", () => exports.amp_set_payload(3, 1));
    call("not booted", () => exports.amp_send());
    call("not booted", () => exports.amp_receive(20));
    assert.deepEqual([exports.amp_received(), exports.amp_trigger_data(), exports.amp_state()], [0, 0, 0]);
    scene.boot();
    call("no session", () => exports.amp_send());
    scene.waiting();
    call("no session", () => exports.amp_send());
    call("bad argument", () => exports.amp_set_payload(55, 1));
    call("bad argument", () => exports.amp_set_payload(1, 2));
    scene.secure();
    assert.equal(exports.amp_set_payload(54, 1), 0);
    call("payload too long", () => exports.amp_send());
  });

  test(`AMP-R4 on ${build}: PN exhausted up: state 3 stays, DL Data are still taken`, () => {
    const scene = new DeviceScene(module).boot();
    const { session } = scene.secure();
    for (let pn = 2; pn <= 0xffff; pn++) assert.ok(scene.station.exports.amp_send() > 0);
    changesNothing(scene, () => scene.station.exports.amp_send(), "PN exhausted", "amp_send");
    scene.takes(dlData(session));
    assert.equal(scene.station.send().status, STATUS["PN exhausted"]);
    scene.secure();
  });
}
