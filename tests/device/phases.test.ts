/*
 * What an M1 costs by phase. The oracles: the instructions of one compression and of one cipher call, counted in the same
 * module by count.ts, times how often the protocol asks for them; and that everything adds up.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { builtNames } from "../../host/build/build.ts";
import { counter } from "../../host/device/count.ts";
import { PHASES, type Phase } from "../../host/device/phase.ts";
import { Device } from "../../host/device/runner.ts";
import { Silicon } from "../../host/device/silicon.ts";
import { ONE_EACH } from "../../host/device/weights.ts";
import { m2Work } from "../../host/device/work.ts";
import { PROFILES } from "../../host/wire/profile.ts";
import { KINDS } from "../powerloss/kinds.ts";
import { DEVICES } from "../support/device.ts";
import { repeated } from "../support/devicerounds.ts";
import { DeviceScene, type DeviceSceneOptions } from "../support/devicescene.ts";
import { PROFILES as TWIN_PROFILES } from "../twin/frames.ts";
import { seededRandom } from "../twin/life.ts";
import { READING } from "../vectors/world.ts";
import { Budget, downlinkFor, live, NOISE, nvmOf, WEIGHTS } from "./poweredlife.ts";

const random = seededRandom(99);

/** Half a cache entry of the AP and Modifier that the M1 comes with: its CRC-32 is reckoned, and then the PMK all the same. */
const TORN_CACHE = KINDS.find(({ name }) => /^half a cache entry/.test(name))?.options.image;

test("every phase has its sentence", () => {
  for (const [phase, sentence] of Object.entries(PHASES)) assert.match(sentence, /^[A-Z].+\.$/, phase);
});

for (const { name: build, octets, module } of DEVICES) {
  const names = await builtNames(build);
  const silicon = new Silicon(octets, { weights: ONE_EACH, names });
  const gauge = counter(octets);
  const counting = new WebAssembly.Module(gauge.wasm as Uint8Array<ArrayBuffer>);

  function deviceOf(on: Silicon, image: Uint8Array, power: Budget): Device {
    const nvm = nvmOf({ image, frames: [] });
    const entropy = (into: Uint8Array): boolean => {
      into.set(NOISE);
      return true;
    };
    const device = new Device(on, { nvm, power, entropy, ram: "lost", random });
    device.powerUp();
    return device;
  }

  /** What the first and the second M1 of a power cycle cost by phase, an M3 in between; and by function, counted. */
  function twoM1(options: DeviceSceneOptions = {}) {
    const scene = new DeviceScene(counting, { extraExports: true, entropy: () => NOISE, ...options });
    const power = new Budget();
    const device = deviceOf(silicon, scene.nvm.octets, power);
    scene.boot();
    device.boot();
    return [0, 1].map(() => {
      scene.station.setPayload(READING, true);
      device.setPayload(READING, true);
      const m1 = scene.m1();
      gauge.reset(scene.station.exports);
      const m2 = scene.answer(m1);
      const { functions, total } = gauge.read(scene.station.exports);
      power.told.length = 0;
      assert.deepEqual(device.receive(m1)?.frame, m2);
      const phases = power.byPhase();
      const m3 = scene.taken(m2).confirm().frame;
      scene.takes(m3);
      power.told.length = 0;
      device.receive(m3);
      assert.deepEqual(Object.keys(power.byPhase()), ["m3"]);
      const of = (name: string): number => functions.find(({ index }) => names?.[index] === name)?.instructions ?? 0;
      return { phases, total, compress: of("crypto/sha256/compress"), encrypt: of("crypto/aes/encrypt") };
    });
  }

  test(`${build}: an M1 splits into frame, snonce, pmk, ptk and mic, and the parts are the whole`, () => {
    for (const profile of TWIN_PROFILES) {
      const [cold, warm] = twoM1({ profile });
      // SNonce 1; PMK 2 and its midstates 2; PTK 2, or 3 where its input has two blocks
      const ptk = profile.N === 16 ? 2 : 3;
      const compression = cold.compress / (5 + ptk);
      assert.equal(warm.compress, (1 + ptk) * compression);
      for (const { phases, total, encrypt } of [cold, warm]) {
        assert.deepEqual(Object.keys(phases), ["frame", "snonce", "pmk", "ptk", "mic"] satisfies Phase[]);
        assert.equal(
          Object.values(phases).reduce((sum, fuel) => sum + fuel),
          total,
        );
        const { snonce = 0, mic = 0, ptk: ptkFuel = 0 } = phases;
        within(snonce, compression, 2.5);
        within(ptkFuel, ptk * compression, 1.5);
        within(mic, encrypt, 1.5);
      }
      within(cold.phases.pmk ?? 0, 4 * compression, 1.2);
      assert.ok((warm.phases.pmk ?? 0) < 4 * compression, "a look-up is less than a derivation");
      assert.ok(Math.abs((cold.phases.ptk ?? 0) - (warm.phases.ptk ?? 0)) < 100, "and the PTK is what it was");
    }
  });

  test(`${build}: direct mode has no PMK to get`, () => {
    for (const { phases, total } of twoM1({ modifier: null })) {
      assert.deepEqual(Object.keys(phases), ["frame", "snonce", "ptk", "mic"] satisfies Phase[]);
      assert.equal(
        Object.values(phases).reduce((sum, fuel) => sum + fuel),
        total,
      );
    }
  });

  test(`${build}: without a symbol map all the computing of an M1 is frame, and costs the same`, () => {
    const downlink = downlinkFor(module);
    const [named, nameless] = [names, undefined].map((given) => {
      const power = new Budget();
      const answers = [...live(deviceOf(new Silicon(octets, { names: given }), downlink.image, power), downlink)];
      return { answers, ...power.byPhase() };
    });
    const { frame = 0, snonce = 0, pmk = 0, ptk = 0, mic = 0, ...others } = named;
    assert.deepEqual(nameless, { ...others, frame: frame + snonce + pmk + ptk + mic });
    assert.deepEqual(Object.keys(others).sort(), ["answers", "boot", "data", "m3"]);
  });

  test(`${build}: the names of other functions tell other phases: the split is theirs, and noticed`, () => {
    const downlink = downlinkFor(module);
    const swapped = names?.map((name) =>
      name === "frame/uplink/seal" ? "crypto/kdf/open" : name === "crypto/kdf/open" ? "frame/uplink/seal" : name,
    );
    const [right, wrong] = [names, swapped].map((given) => {
      const power = new Budget();
      for (const _ of live(deviceOf(new Silicon(octets, { names: given }), downlink.image, power), downlink));
      return power.byPhase();
    });
    assert.notDeepEqual(wrong, right);
  });

  test(`${build}: wherever it dies, what an M1 used is told in the phases it had come to`, () => {
    const on = new Silicon(octets, { weights: WEIGHTS, names });
    const downlink = downlinkFor(module);
    const whole = new Budget();
    for (const _ of live(deviceOf(on, downlink.image, whole), downlink));
    const total = whole.told.reduce((sum, { fuel }) => sum + fuel, 0);
    for (let round = repeated(300); round > 0; round--) {
      const fuel = Math.floor(total * random());
      const power = new Budget(fuel);
      const device = deviceOf(on, downlink.image, power);
      for (const _ of live(device, downlink));
      assert.equal(
        power.told.reduce((sum, one) => sum + one.fuel, 0),
        fuel,
      );
      // What was told is the beginning of what the whole life was told, the last part cut short.
      const [last = { fuel: 0, phase: "boot" }, ...before] = power.told.toReversed();
      assert.deepEqual(before.reverse(), whole.told.slice(0, before.length));
      const uncut = whole.told[before.length];
      assert.ok(last.phase === uncut.phase && last.fuel <= uncut.fuel, `fuel ${fuel}`);
      assert.ok(device.lastDeath?.phase === power.deaths[0] && power.deaths.length === 1, `fuel ${fuel}`);
    }
  });

  test(`${build}: no M2 of a kind takes more work than m2Work says, and a usual first one nearly as much`, () => {
    for (const [i, profile] of PROFILES.entries()) {
      for (const modifier of [undefined, null]) {
        const [cold, warm] = twoM1({ profile: TWIN_PROFILES[i], modifier });
        const [torn] = twoM1({ profile: TWIN_PROFILES[i], modifier, image: TORN_CACHE });
        const kind = { profile, hasModifier: modifier === undefined, reading_octets: READING.length, encrypt: true };
        const work = m2Work(silicon, { ...kind, dlData_octets: 0 });
        for (const { total } of [cold, warm, torn]) assert.ok(total <= work.fuel, `${total}, ${work.fuel}`);
        within(work.fuel, cold.total, 1.15);
        assert.deepEqual([work.entropy_octets, work.nvmWritten_octets], [32, 12]);
        assert.equal(work.nvmRead_octets, 72 + 16 + 4 + (modifier === undefined ? 92 : 0));
        assert.equal(m2Work(silicon, { ...kind, dlData_octets: 0 }), work, "measured once");
        // DL data lengthens the AAD, a longer reading the text: each by a cipher block at some length
        assert.ok(m2Work(silicon, { ...kind, dlData_octets: 8 }).fuel > work.fuel);
        assert.ok(m2Work(silicon, { ...kind, dlData_octets: 0, reading_octets: 16 }).fuel > work.fuel);
        assert.notEqual(m2Work(silicon, { ...kind, dlData_octets: 0, encrypt: false }).fuel, work.fuel);
      }
    }
  });
}

/** `value` is `least` at least, and less than `factor` times that. */
function within(value: number, least: number, factor: number): void {
  assert.ok(value >= least && value < factor * least, `${value} is not in ${least} .. ${factor * least}`);
}
