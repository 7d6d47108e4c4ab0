/** The points of a call are all there are: held against the writes and the cost that an unmetered module shows. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { counter } from "../../host/device/count.ts";
import { loadStation } from "../../host/device/load.ts";
import { Nvm, type NvmWrite } from "../../host/device/nvm.ts";
import { CONTINUATIONS } from "../../host/explore/continuations.ts";
import { ENVIRONMENTS } from "../../host/explore/environments.ts";
import { EXCHANGES } from "../../host/explore/exchanges.ts";
import { Machine } from "../../host/explore/machine.ts";
import { IN_FLIGHT, sweep, tornAt } from "../../host/explore/points.ts";
import { begin, storyOf, tokenOf } from "../../host/explore/story.ts";
import { VARIANTS, type Variant, variantName } from "../../host/explore/variant.ts";
import { HONEST } from "../../host/explore/world.ts";
import { DEVICES } from "../support/device.ts";
import { hex } from "../twin/bytes.ts";

const SEED = 7;
const [PLAIN] = ENVIRONMENTS;
const [COLD] = VARIANTS;

for (const { name: build, octets } of DEVICES) {
  const stage = { ...HONEST, machine: new Machine(octets) };

  /** The writes of the exchange's call, run once from its beginning to its end. */
  const writesOf = (exchange: (typeof EXCHANGES)[number], variant: Variant): { image: Uint8Array; log: NvmWrite[] } => {
    const { world, call } = begin(stage, { exchange, variant, environment: PLAIN, seed: SEED });
    const { nvm } = world.device;
    const image = nvm.octets.slice();
    const log: NvmWrite[] = [];
    nvm.log = log;
    stage.machine.call(call);
    return { image, log };
  };

  for (const name of ["m1-first", "m3", "m3-prove"]) {
    test(`${build}: the survivors of ${name} are the images that its writes can leave, and no others`, () => {
      const exchange = EXCHANGES.find((one) => one.name === name);
      assert.ok(exchange, name);
      const { image, log } = writesOf(exchange, COLD);
      const wanted = new Set([hex(image)]);
      let octet = 0;
      for (const { offset, octets: written } of log) {
        for (let i = 0; i < written.length; i++) {
          octet++;
          for (const inFlight of IN_FLIGHT) {
            const torn = tornAt({ kind: "nvm", octet, inFlight }, SEED);
            const left = image.slice();
            left[offset + i] = torn === "old" ? left[offset + i] : torn === "new" ? written[i] : torn;
            wanted.add(hex(left));
          }
          image[offset + i] = written[i];
        }
      }
      const { world, call } = begin(stage, { exchange, variant: COLD, environment: PLAIN, seed: SEED });
      const swept = sweep(world, call, { seed: SEED, fuelStride: 31 });
      const images = swept.survivors.filter(({ onAir }) => onAir === 0).map((survivor) => hex(survivor.image));
      assert.deepEqual(new Set(images), wanted);
      assert.equal(images.length, wanted.size, "each of them once");
      assert.equal(swept.written_octets, octet);
      assert.equal(swept.points.nvm, IN_FLIGHT.length * octet);
      assert.equal(swept.points.air, swept.answer_octets);
      assert.deepEqual(swept.violations, []);
    });
  }

  test(`${build}: fuel goes from 0 to the number of instructions of the call, one by one`, () => {
    const exchange = EXCHANGES.find(({ name }) => name === "payload");
    assert.ok(exchange, "payload");
    const { world, call } = begin(stage, { exchange, variant: COLD, environment: PLAIN, seed: SEED });
    assert.ok(call.kind === "setPayload", call.kind);
    const { fuel, points, restarts } = sweep(world, call, { seed: SEED });
    const { wasm, reset, total } = counter(octets);
    const nvm = new Nvm(world.device.nvm.octets);
    const nvmRead = nvm.nvmRead.bind(nvm);
    const station = loadStation(wasm, { nvmRead, nvmWrite: () => false, entropy: () => false }, { extraExports: true });
    station.boot();
    reset(station.exports);
    assert.equal(station.setPayload(call.reading, call.encrypt), 0);
    assert.equal(fuel, total(station.exports), "by the counter, which is not the meter");
    assert.equal(points.fuel, fuel + 1);
    assert.ok(restarts > points.fuel, "each death was restarted");
  });

  test(`${build}: the NVM writes of a call are the same in every profile and mode`, () => {
    for (const exchange of EXCHANGES) {
      for (const keying of ["cold", "cached", "direct"]) {
        const told = VARIANTS.filter((variant) => variant.keying === keying).map((variant) =>
          JSON.stringify(writesOf(exchange, variant).log.map(({ offset, octets: own }) => [offset, hex(own)])),
        );
        assert.deepEqual(new Set(told).size, 1, `${exchange.name}, ${keying}`);
      }
    }
  });
}

test("a story's token tells the same story again, and what is no token is refused in one sentence", () => {
  for (const exchange of EXCHANGES) {
    for (const continuation of CONTINUATIONS) {
      const story = {
        ...{ exchange, variant: COLD, environment: PLAIN, seed: 3, continuation },
        point: { kind: "nvm", octet: 5, inFlight: "FF" } as const,
        second: { kind: "fuel", fuel: 12 } as const,
      };
      assert.deepEqual(storyOf(tokenOf(story)), story);
      const unread = { ...story, point: { kind: "read", read: 2, fails: "always" } as const, second: undefined };
      assert.deepEqual(storyOf(tokenOf(unread)), unread);
    }
  }
  const good = `m3/${variantName(COLD)}/plain/fuel=1/nothing/1`;
  assert.ok(storyOf(good), good);
  for (const bad of [
    "",
    "m3",
    `${good}/more`,
    good.replace("fuel=1", "fuel=x"),
    good.replace("fuel=1", "read=1"),
    good.replace("fuel=1", "read=0:once"),
    good.replace("m3", "m4"),
    good.replace("/1", "/x"),
  ]) {
    assert.throws(() => storyOf(bad), RangeError, bad);
  }
});
