/**
 * Power fails between any two instructions: the module runs on fuel and dies where it ends. Every boundary of an NVM
 * write, and a seeded sample of all the other instants; the properties are those of torn.test.ts.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FULL, fuelOf, hasDied, meter } from "../../host/device/meter.ts";
import { DEVICES } from "../support/device.ts";
import { repeated } from "../support/devicerounds.ts";
import { seededRandom } from "../twin/life.ts";
import { KINDS } from "./kinds.ts";
import { Life, type LifeOptions } from "./life.ts";

const random = seededRandom(2026);

interface Cost {
  /** Fuel of boot and exchange. */
  readonly whole: number;
  /** Fuel used when each nvmWrite was called. */
  readonly atWrites: readonly number[];
}

function costOf(metered: WebAssembly.Module, options: LifeOptions): Cost {
  const life = new Life(metered, options);
  const fuel = fuelOf(life.scene.station.exports);
  fuel.value = FULL; // what loading took is not boot's
  const atWrites: number[] = [];
  life.scene.nvm.failWrite = () => {
    atWrites.push(FULL - fuel.value);
    return undefined;
  };
  life.scene.boot();
  life.exchange();
  return { whole: FULL - fuel.value, atWrites };
}

/** A life whose station dies when it has used up `fuel`, and that then goes on; the octets it wrote before it died. */
function killed(metered: WebAssembly.Module, options: LifeOptions, fuel: number): number {
  const life = new Life(metered, options);
  const { exports } = life.scene.station;
  fuelOf(exports).value = fuel;
  assert.throws(() => {
    life.scene.boot();
    life.exchange();
  });
  assert.ok(hasDied(exports), "it died of nothing but its fuel");
  const { written } = life.scene.nvm;
  life.recover();
  return written;
}

for (const { name: build, octets } of DEVICES) {
  const metered = new WebAssembly.Module(meter(octets, "effect"));

  for (const kind of KINDS) {
    test(`AMP-R2, AMP-R7, 002-A10 on ${build}: killed around every NVM write and anywhere else: ${kind.name}`, () => {
      const options = { ...kind.options, extraExports: true };
      const { whole, atWrites } = costOf(metered, options);
      // The fuel that a call of an import takes is paid when it is made: one unit less and it is not made.
      const before = atWrites.map((fuel) => killed(metered, options, fuel - 1));
      const behind = atWrites.map((fuel) => killed(metered, options, fuel));
      assert.deepEqual([...before.slice(1), kind.written_octets], behind, "one write lies between the two");
      for (let sample = repeated(60); sample > 0; sample--) {
        killed(metered, options, Math.floor(whole * random()));
      }
    });
  }
}
