/**
 * amp_boot assumes nothing of RAM: over memory full of anything, and over the life before in the same memory, whatever
 * instant that life ended at, the station is the one that a power-up with clean memory gives.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FULL, fuelOf, hasDied, meter } from "../../host/device/meter.ts";
import { DEVICES } from "../support/device.ts";
import { addressOf, ramOf, uninitialised } from "../support/devicelayout.ts";
import { repeated } from "../support/devicerounds.ts";
import { DeviceScene, freshEntropy } from "../support/devicescene.ts";
import { ascii, hex, isZero } from "../twin/bytes.ts";
import { seededRandom } from "../twin/life.ts";
import { MODIFIER_PRIME, PROVISIONED, READING, SPA } from "../vectors/world.ts";

const random = seededRandom(1120);
const SOILS: Readonly<Record<string, () => number>> = {
  "00": () => 0x00,
  FF: () => 0xff,
  random: () => Math.floor(256 * random()),
};

/**
 * Everything that a station shows from amp_boot on: each answer, and NVM and memory in the end. `peer` is the scene of
 * the AP's side, which has sent nothing yet.
 */
function shown(scene: DeviceScene, peer = scene): string[] {
  const { station, nvm } = scene;
  const told: string[] = [`boot ${station.boot()}`, `state ${station.state()}`, `send ${station.send().status}`];
  told.push(`received ${hex(station.received())}`, `data ${hex(station.triggerData())}`);
  const first = scene.answer(peer.m1({ dlData: ascii("LED") }));
  station.setPayload(READING, true);
  const second = scene.answer(peer.m1({ dlData: ascii("LED") }));
  const taken = peer.taken(second);
  scene.takes(taken.confirm(ascii("ok")).frame);
  const { frame } = station.send();
  assert.ok(frame);
  told.push(hex(first), hex(second), hex(frame), hex(station.received()), hex(station.triggerData()));
  scene.takes(taken.data(ascii("dl")).frame);
  const { from, end } = ramOf(station);
  return [...told, hex(nvm.octets), hex(station.memory.subarray(from, end))];
}

/** Not deepEqual: a difference of two long texts takes minutes to print. */
function isSame(told: string[], wanted: string[]): void {
  const at = wanted.findIndex((text, i) => text !== told[i]);
  assert.equal(at, -1, `difference in what is shown, part ${at}: ${told[at]?.slice(0, 80)}`);
}

for (const { name: build, module, octets } of DEVICES) {
  const clean = shown(new DeviceScene(module));

  for (const [soil, octet] of Object.entries(SOILS)) {
    test(`AMP-R5, AMP-R7 on ${build}: boot over memory full of ${soil} is a boot over clean memory`, () => {
      const scene = new DeviceScene(module);
      for (const address of uninitialised(octets)) scene.station.memory[address] = octet();
      const before = scene.station.memory.slice();
      isSame(shown(scene), clean);
      const { from, end } = ramOf(scene.station);
      const outside = (memory: Uint8Array): string => hex(memory.slice(0, from)) + hex(memory.slice(end));
      assert.equal(outside(scene.station.memory), outside(before), "nothing else is touched");
    });

    test(`AMP-R5 on ${build}: a boot that fails wipes memory full of ${soil}, too`, () => {
      const image = PROVISIONED.slice();
      image[0] ^= 1;
      const scene = new DeviceScene(module, { image });
      for (const address of uninitialised(octets)) scene.station.memory[address] = octet();
      assert.notEqual(scene.station.boot(), 0);
      const { from, end } = ramOf(scene.station);
      const spa = addressOf(scene.station, "SPA");
      const rest = scene.station.memory.slice(from, end).fill(0, spa - from, spa - from + 8);
      assert.ok(isZero(rest), "SPA and ID of the record's head are all that may stand there");
    });
  }

  const lives: Readonly<Record<string, (scene: DeviceScene) => unknown>> = {
    "state 1": (scene) => scene.station.setPayload(READING, true),
    "state 2": (scene) => scene.waiting({ dlData: ascii("old") }),
    "state 3": (scene) => scene.secure({ dlData: ascii("old") }, ascii("old")),
    "a failed boot": (scene) => {
      scene.nvm.failRead = () => true;
      assert.notEqual(scene.station.boot(), 0);
      scene.nvm.failRead = undefined;
    },
  };
  for (const [where, live] of Object.entries(lives)) {
    test(`AMP-R5, AMP-R7 on ${build}: boot over the life before, which ended in ${where}`, () => {
      const scene = new DeviceScene(module).boot();
      live(scene);
      const nvm = scene.nvm.octets.slice();
      isSame(afterDeath(scene), shownBy(module, nvm));
    });
  }

  test(`AMP-R5, AMP-R7 on ${build}: boot over the life before, killed at any instant of an update`, () => {
    const metered = new WebAssembly.Module(meter(octets));
    const newScene = (): DeviceScene => new DeviceScene(metered, { extraExports: true });
    const cost = costOf(newScene());
    for (let kill = repeated(150); kill > 0; kill--) {
      const scene = newScene();
      fuelOf(scene.station.exports).value = Math.floor(cost * random());
      try {
        wholeLife(scene);
        assert.fail("the power failed");
      } catch (error) {
        if (!hasDied(scene.station.exports)) throw error;
      }
      fuelOf(scene.station.exports).value = FULL;
      // Of the dead call's NVM writes each is done or not begun: torn.test.ts has the ones between.
      const nvm = scene.nvm.octets.slice();
      isSame(afterDeath(scene), shownBy(module, nvm));
    }
  });
}

/** Boot, an exchange, another reading, an update. */
function wholeLife(scene: DeviceScene): void {
  scene.boot();
  scene.station.setPayload(READING, true);
  scene.secure({ dlData: ascii("LED") }, ascii("ok"));
  scene.ap.enrolUpdate(SPA, 0, MODIFIER_PRIME);
  scene.answer(scene.waiting().update(MODIFIER_PRIME).frame);
}

function costOf(scene: DeviceScene): number {
  const fuel = fuelOf(scene.station.exports);
  fuel.value = FULL; // what loading took is not boot's
  wholeLife(scene);
  return FULL - fuel.value;
}

/** What the same instance shows when it boots over its dead life, with the noise of a fresh one. */
function afterDeath(scene: DeviceScene): string[] {
  scene.entropy = freshEntropy();
  const peer = peerOf(scene.module, scene.nvm.octets);
  scene.nvm.powerUp();
  return shown(scene, peer);
}

/** What a clean power-up over this record shows. */
function shownBy(module: WebAssembly.Module, image: Uint8Array): string[] {
  return shown(peerOf(module, image));
}

/** A scene over this record whose AP knows both roots that it may hold. */
function peerOf(module: WebAssembly.Module, image: Uint8Array): DeviceScene {
  const peer = new DeviceScene(module, { image, extraExports: true });
  peer.ap.enrolUpdate(SPA, 0, MODIFIER_PRIME);
  return peer;
}
