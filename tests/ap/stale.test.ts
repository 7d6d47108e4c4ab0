/**
 * An AP whose PMKs are from an old copy: it catches up however many updates it missed, the number modulo 4 included; and
 * M2s that fit nobody make it ask the key service no more than once a device and session.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { builtModule } from "../../host/build/build.ts";
import { flipped } from "../../host/explore/forge.ts";
import { Machine } from "../../host/explore/machine.ts";
import { variantNamed } from "../../host/explore/variant.ts";
import { HONEST, SPA, World } from "../../host/explore/world.ts";

let machine: Machine;
before(async () => {
  machine = new Machine(await builtModule("release"));
});

function world(): World {
  const variant = variantNamed("compact-ccm-cold");
  assert.ok(variant, "the variant is there");
  const made = new World({ ...HONEST, machine, variant, seed: 1 });
  made.boot("lost");
  return made;
}

/** One root update, proven. */
function update(one: World): void {
  one.keys.service.startUpdate(SPA);
  one.exchange();
  one.exchange();
}

for (const updates of [1, 2, 3, 4, 5, 8]) {
  test(`section 6: an AP that is put back by ${updates} updates asks for what it lacks, and takes readings again`, () => {
    const one = world();
    one.exchange();
    const old = one.keys.backup();
    for (let n = 0; n < updates; n++) update(one);
    assert.equal(one.keys.service.progressOf(SPA).generation, updates);
    for (const ap of one.aps) ap.restart();
    one.keys.rollBackTables(old);
    const isTaken = [0, 1, 2].map(() => one.exchange());
    assert.deepEqual(isTaken, [false, true, true], "the first asks, the others are taken");
    assert.deepEqual(one.witness.violations, []);
  });
}

test("R4: a flood of M2s that fit nobody asks the key service once a device and session", () => {
  const one = world();
  const m2 = one.hears(one.trigger())?.frame;
  assert.ok(m2, "an M2");
  const before = one.keys.service.events["PMK given again"];
  for (let n = 0; n < 500; n++) one.reaches(flipped(m2, -1 - (n % 8), (n >> 3) & 7), 0, true);
  assert.equal(one.keys.service.events["PMK given again"] - before, 1);
  one.hears(one.trigger());
  one.reaches(flipped(m2, -1), 0, true);
  assert.equal(one.keys.service.events["PMK given again"] - before, 2, "another session, another time");
});

test("AMP-R1..R7, section 6: a device goes through all 256 generations and on, past the wrap of the octet", () => {
  const one = world();
  for (let n = 0; n < 260; n++) {
    update(one);
    if (n % 16 !== 0) continue;
    one.die();
    one.boot("lost");
    one.exchange();
  }
  assert.equal(one.keys.service.progressOf(SPA).generation, 260 & 0xff);
  one.witness.shares(one.device.nvm.octets, one.keys.generations);
  assert.deepEqual(one.witness.violations, []);
});
