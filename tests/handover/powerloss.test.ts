/**
 * Power fails in a HANDOVER: while any octet of any write of the entry is in flight, whatever that octet becomes, and between
 * any two instructions around its writes. The next life has the whole entry or none.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FULL, fuelOf, hasDied, meter } from "../../host/device/meter.ts";
import type { Torn } from "../../host/device/nvm.ts";
import { repeated } from "../support/devicerounds.ts";
import { seededRandom } from "../twin/life.ts";
import { ROAMING } from "./bed.ts";
import { entryOctets, KINDS, type Kind, Life } from "./life.ts";

const random = seededRandom(802);

function told(error: unknown, what: string): Error {
  return new Error(what, { cause: error });
}

/** The new value of an octet is the old value of the one behind, so it is tried where there is none. */
function tornAt(at: number, isLast: boolean): readonly Torn[] {
  const values: Torn[] = ["old", at & 1 ? 0x00 : 0xff, Math.floor(256 * random())];
  return isLast ? [...values, "new"] : values;
}

for (const kind of KINDS) {
  test(`003-M6, AMP-R7: torn writes: ${kind.name}`, () => {
    const octets = entryOctets(kind);
    assert.equal(octets.length, kind.written_octets, "octets of all its writes");
    for (const [i, at] of octets.entries()) {
      for (const torn of tornAt(at, i === octets.length - 1)) {
        try {
          const life = new Life(kind);
          life.scene.nvm.cutAt(at, torn);
          life.scene.nvm.log = [];
          assert.ok(life.dies(), "the power failed");
          life.isOrderly(life.scene.nvm.log.at(-1)?.offset);
          life.recover();
        } catch (error) {
          throw told(error, `octet ${i + 1} of ${octets.length}, which becomes ${torn}`);
        }
      }
    }
  });
}

const metered = new WebAssembly.Module(meter(ROAMING.octets, "effect"));

/** A life whose station dies when it has used up `fuel`, and that then goes on. */
function killed(kind: Kind, fuel: number): void {
  const life = new Life(kind, metered, true);
  const { exports } = life.scene.station;
  fuelOf(exports).value = fuel;
  assert.throws(() => life.dies());
  assert.ok(hasDied(exports), "it died of nothing but its fuel");
  life.recover();
}

for (const kind of KINDS) {
  test(`003-M6, AMP-R7: killed around every NVM write and anywhere else: ${kind.name}`, () => {
    const life = new Life(kind, metered, true);
    const fuel = fuelOf(life.scene.station.exports);
    fuel.value = FULL;
    const atWrites: number[] = [];
    life.scene.nvm.failWrite = () => {
      atWrites.push(FULL - fuel.value);
      return undefined;
    };
    assert.ok(!life.dies(), "it lives");
    const whole = FULL - fuel.value;
    for (const used of atWrites) for (const at of [used - 1, used]) killed(kind, at);
    for (let sample = repeated(80); sample > 0; sample--) killed(kind, Math.floor(whole * random()));
  });
}
