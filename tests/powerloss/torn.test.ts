/**
 * Power fails while any octet of any NVM write is in flight, and that octet becomes anything: the record boots, no
 * SNonce repeats though the noise source is stuck, and device and key service share a generation that works.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Nvm, Torn } from "../../host/device/nvm.ts";
import { DEVICES } from "../support/device.ts";
import { repeated } from "../support/devicerounds.ts";
import { isZero } from "../twin/bytes.ts";
import { seededRandom } from "../twin/life.ts";
import { CACHE, CELLS, SLOTS, storedCrc } from "../twin/record.ts";
import { KINDS } from "./kinds.ts";
import { Life, type LifeOptions } from "./life.ts";

const random = seededRandom(20261122);
const anyOctet = (): number => Math.floor(256 * random());

/** What the octet in flight becomes. */
const TORN: readonly (readonly [name: string, value: () => Torn])[] = [
  ["new", () => "new"],
  ["old", () => "old"],
  ["00", () => 0x00],
  ["FF", () => 0xff],
  ["random", anyOctet],
];

/** The new value is the old value of the octet behind, so it is tried where there is none. */
function tornAt(at: number, written_octets: number): typeof TORN {
  return at === written_octets ? TORN : TORN.slice(1);
}

/** Objects of the record that end in a check field of four octets. */
const CHECKED = [...CELLS, ...SLOTS, CACHE];

/** A check field is not 0 only where the octets before it are complete, unless it was being written itself. */
function isOrderly({ octets, log }: Nvm): void {
  const inFlight = log?.at(-1)?.offset;
  for (const { offset, length } of CHECKED) {
    const end = offset + length;
    const [body, check] = [octets.slice(offset, end - 4), octets.slice(end - 4, end)];
    if (isZero(check) || inFlight === end - 4) continue;
    const wanted = length === CELLS[0].length ? body.map((octet) => octet ^ 0xff) : storedCrc(body);
    assert.deepEqual(check, wanted, `the check field at ${end - 4} stands behind a torn object`);
  }
}

/** Power-up and one exchange. */
function live(life: Life): void {
  life.scene.powerUp();
  life.scene.boot();
  life.exchange();
}

/** A life of one exchange that is cut while octet `at` (from 1) is written, and that then goes on. */
function cut(module: WebAssembly.Module, options: LifeOptions, at: number, torn: Torn): void {
  const life = new Life(module, options);
  life.scene.nvm.cutAt(at, torn);
  life.scene.nvm.log = [];
  assert.ok(
    life.dies(() => {
      life.scene.boot();
      life.exchange();
    }),
    "the power failed",
  );
  isOrderly(life.scene.nvm);
  life.scene.nvm.log = undefined;
  life.recover();
}

function told(error: unknown, what: string): Error {
  return new Error(what, { cause: error });
}

for (const { name: build, module } of DEVICES) {
  for (const { name, options, written_octets } of KINDS) {
    test(`AMP-R2, AMP-R7, 002-A10 on ${build}: torn writes: ${name}`, () => {
      const whole = new Life(module, options);
      live(whole);
      assert.equal(whole.scene.nvm.written, written_octets, "octets of all its writes");
      whole.recover();
      for (let at = 1; at <= written_octets; at++) {
        for (const [value, torn] of tornAt(at, written_octets)) {
          try {
            cut(module, options, at, torn());
          } catch (error) {
            throw told(error, `octet ${at} of ${written_octets}, which becomes ${value}`);
          }
        }
      }
    });
  }

  test(`AMP-R7, 002-A10, 002-A11 on ${build}: two cuts in a row, anywhere in an update and its second try`, () => {
    const pairs = repeated(300);
    const updates = KINDS.filter(({ options }) => options.isUpdating);
    for (let pair = 0; pair < pairs; pair++) {
      const { name, options, written_octets } = updates[pair % updates.length];
      const [first, second] = [0, 0].map(() => 1 + Math.floor(written_octets * random()));
      const [one, two] = [0, 0].map(() => TORN[Math.floor(TORN.length * random())]);
      const life = new Life(module, options);
      try {
        life.scene.nvm.cutAt(first, one[1]());
        life.dies(() => {
          life.scene.boot();
          life.exchange();
        });
        life.scene.powerUp();
        life.scene.nvm.cutAt(second, two[1]());
        life.dies(() => {
          life.scene.boot();
          life.exchange();
        });
        life.recover();
      } catch (error) {
        throw told(error, `${name}: octet ${first} becomes ${one[0]}, then octet ${second} becomes ${two[0]}`);
      }
    }
  });
}
