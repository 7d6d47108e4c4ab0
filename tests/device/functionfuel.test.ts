/*
 * Whose fuel it was. The oracle is count.ts, which counts entries of regions and knows of no fuel; and the sum has to be
 * what the power was told, wherever a station dies.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { counter } from "../../host/device/count.ts";
import { FunctionFuel } from "../../host/device/functionfuel.ts";
import { fuelOf, meter } from "../../host/device/meter.ts";
import { Device } from "../../host/device/runner.ts";
import { Silicon } from "../../host/device/silicon.ts";
import { ONE_EACH, type Weights } from "../../host/device/weights.ts";
import { CORTEX_M4 } from "../../host/energy/profiles/weights.ts";
import { DEVICES } from "../support/device.ts";
import { repeated } from "../support/devicerounds.ts";
import { DeviceScene } from "../support/devicescene.ts";
import { seededRandom } from "../twin/life.ts";
import { READING } from "../vectors/world.ts";
import { Budget, type Downlink, downlinkFor, live, NOISE, nvmOf, WEIGHTS } from "./poweredlife.ts";
import { EVERYTHING, randomProgram, run } from "./programs.ts";

const random = seededRandom(17);
const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

function deviceOn(silicon: Silicon, downlink: Downlink, power: Budget): Device {
  const entropy = (into: Uint8Array): boolean => {
    into.set(NOISE);
    return true;
  };
  const device = new Device(silicon, { nvm: nvmOf(downlink), power, entropy, ram: "lost", random });
  device.powerUp();
  return device;
}

/** By index, those that took some. */
function kept(silicon: Silicon): Map<number, number> {
  const { functions = [] } = silicon.byFunction?.read() ?? {};
  return new Map([...functions.entries()].filter(([, fuel]) => fuel > 0));
}

/** What each function of a program takes, by the meter and by the counter. */
function bothWays(octets: Uint8Array, argument: number, weights: Weights) {
  const metered = new WebAssembly.Module(
    meter(octets, "effect", weights, { byFunction: true }) as Uint8Array<ArrayBuffer>,
  );
  const { functions, unpaid } = new FunctionFuel(run(metered, argument).exports, octets).read();
  const counting = counter(octets, weights);
  const { exports } = run(new WebAssembly.Module(counting.wasm as Uint8Array<ArrayBuffer>), argument);
  const counts = new Map(counting.read(exports).functions.map(({ index, instructions }) => [index, instructions]));
  return { byMeter: functions, byCounter: functions.map((_, index) => counts.get(index) ?? 0), unpaid };
}

test("each function of a program took what count.ts finds with the same weights; nothing is unpaid where nothing died", () => {
  const property = fc.property(randomProgram, fc.integer({ min: 0, max: 255 }), (octets, argument) => {
    const { byMeter, byCounter, unpaid } = bothWays(octets, argument, CORTEX_M4);
    assert.deepEqual([...byMeter, unpaid], [...byCounter, 0]);
  });
  fc.assert(property, { numRuns: 30, seed: 5 });
  const { byMeter, byCounter } = bothWays(EVERYTHING, 12, WEIGHTS);
  assert.deepEqual(byMeter, byCounter);
  assert.ok(byMeter.filter((fuel) => fuel > 0).length > 2, "several functions");
});

test("a meter that is not asked to tell exports no more than its fuel", () => {
  const exportsOf = (byFunction: boolean): string[] => {
    const metered = meter(EVERYTHING, "effect", ONE_EACH, { byFunction }) as Uint8Array<ArrayBuffer>;
    return WebAssembly.Module.exports(new WebAssembly.Module(metered)).map(({ name }) => name);
  };
  const own = WebAssembly.Module.exports(new WebAssembly.Module(EVERYTHING as Uint8Array<ArrayBuffer>)).length;
  assert.equal(exportsOf(false).length, own + 1);
  assert.ok(exportsOf(true).length > own + 1, "and one that is, has more");
});

for (const { name: build, octets, module } of DEVICES) {
  const downlink = downlinkFor(module);

  test(`${build}: of one undisturbed exchange each function took what count.ts finds with the same weights`, () => {
    for (const weights of [ONE_EACH, CORTEX_M4]) {
      const gauge = counter(octets, weights);
      const counting = new WebAssembly.Module(gauge.wasm as Uint8Array<ArrayBuffer>);
      const scene = new DeviceScene(counting, { extraExports: true, entropy: () => NOISE });
      const silicon = new Silicon(octets, { weights, byFunction: true });
      const power = new Budget();
      const device = deviceOn(silicon, { image: scene.nvm.octets, frames: [] }, power);
      gauge.reset(scene.station.exports);
      scene.boot();
      scene.station.setPayload(READING, true);
      const m1 = scene.m1();
      const m2 = scene.answer(m1);
      const m3 = scene.taken(m2).confirm().frame;
      scene.station.receive(m3);
      const counts = gauge.read(scene.station.exports);
      device.boot();
      device.setPayload(READING, true);
      assert.deepEqual(device.receive(m1)?.frame, m2);
      assert.equal(device.receive(m3)?.status, 0);
      const counted = new Map(counts.functions.map(({ index, instructions }) => [index, instructions]));
      assert.deepEqual(kept(silicon), new Map([...counted].sort(([a], [b]) => a - b)));
      assert.equal(sum(power.told.map(({ fuel }) => fuel)), counts.total);
      assert.ok(counted.size > 20, `${counted.size} functions`);
    }
  });

  test(`${build}: wherever stations die, functions and the unpaid rest are the fuel that the power was told`, () => {
    const whole = new Budget();
    for (const _ of live(deviceOn(new Silicon(octets, { weights: CORTEX_M4 }), downlink, whole), downlink));
    const total = sum(whole.told.map(({ fuel }) => fuel));
    const silicon = new Silicon(octets, { weights: CORTEX_M4, byFunction: true });
    let [told, died, unpaid] = [0, 0, 0];
    for (let round = repeated(100); round > 0; round--) {
      const power = new Budget(Math.floor(1.1 * total * random()));
      // Some die in an import, where all that ran is paid for.
      if (round % 3 === 0) power.imports = Math.floor(12 * random());
      for (const _ of live(deviceOn(silicon, downlink, power), downlink));
      told += sum(power.told.map(({ fuel }) => fuel));
      const now = silicon.byFunction?.read();
      assert.equal(sum(now?.functions ?? []) + (now?.unpaid ?? 0), told, `round ${round}`);
      if (power.deaths.length === 0) assert.equal(now?.unpaid, unpaid, "nothing is left where the CPU did not die");
      else died++;
      unpaid = now?.unpaid ?? 0;
    }
    assert.ok(died > 30 && unpaid > 0, `${died} deaths left ${unpaid}`);
  });

  test(`${build}: paid instruction by instruction nothing is left unpaid, and functions took as much more`, () => {
    for (let round = 0; round < 5; round++) {
      const fuel = Math.floor(300_000 * random());
      const [byEffect, byInstruction] = (["effect", "instruction"] as const).map((cut) => {
        const silicon = new Silicon(octets, { cut, byFunction: true });
        for (const _ of live(deviceOn(silicon, downlink, new Budget(fuel)), downlink));
        return silicon.byFunction?.read() ?? { functions: [], unpaid: Number.NaN };
      });
      assert.equal(byInstruction.unpaid, 0);
      const more = byInstruction.functions.map((own, index) => own - byEffect.functions[index]);
      assert.ok(Math.min(...more) >= 0 && more.filter((one) => one > 0).length <= 1, "of the function that it died in");
      assert.equal(sum(more), byEffect.unpaid);
    }
  });

  test(`${build}: an onlooker's calls are in no account, nor is what the loader calls`, () => {
    const silicon = new Silicon(octets, { weights: WEIGHTS, byFunction: true });
    assert.deepEqual(kept(silicon), new Map(), "a fresh one");
    const [looked, alone] = [true, false].map((looks) => {
      silicon.byFunction?.reset();
      const device = deviceOn(silicon, downlink, new Budget());
      for (const _ of live(device, downlink)) if (looks) assert.ok(device.state() + device.outlook() > 0, "it looks");
      return kept(silicon);
    });
    assert.deepEqual(looked, alone);
    const fuel = fuelOf(silicon.station.exports).value;
    assert.ok(fuel > 0 && looked.size > 20, "something ran");
  });
}
