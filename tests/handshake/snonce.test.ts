/** AMP-R2 on the device: an SNonce never repeats, and is never made of nothing. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { STATUS } from "../../host/device/abi.ts";
import { DEVICES } from "../support/device.ts";
import { DeviceScene, freshEntropy } from "../support/devicescene.ts";
import { ascii, bigEndian, concat, hex } from "../twin/bytes.ts";
import { CELLS, COUNTER_MAX, cellOctets } from "../twin/record.ts";
import { COMPACT, entropyOf, PROVISIONED, SPA, WIDE } from "../vectors/world.ts";

/** A source that always says the same, and passes its test. */
const stuck = (): Uint8Array => entropyOf(0);
const isCell = (offset: number): boolean => offset >= CELLS[0].offset && offset < CELLS[1].offset + CELLS[1].length;
const DEAD = { written: 0 };

/** SHA-256("AMP SNonce" ‖ entropy(32) ‖ SPA ‖ BE32(boot counter) ‖ BE16(n)), all of it. */
function formula(entropy: Uint8Array, counter: number, n: number): Uint8Array {
  const message = concat(ascii("AMP SNonce"), entropy, SPA, bigEndian(counter, 4), bigEndian(n, 2));
  return new Uint8Array(createHash("sha256").update(message).digest());
}

/** The record with this boot counter. */
function counted(value: number): Uint8Array {
  const image = PROVISIONED.slice();
  image.set(cellOctets(value), CELLS[0].offset);
  return image;
}

for (const { name: build, module } of DEVICES) {
  const scene = (options = {}): DeviceScene => new DeviceScene(module, options).boot();

  test(`AMP-R2 on ${build}: SNonce is the formula's, n counts within a power cycle and the counter the power cycles`, () => {
    const talk = scene({ image: counted(0x01020303) });
    for (let cycle = 0; cycle < 3; cycle++) {
      const noise = entropyOf(cycle);
      talk.entropy = () => noise;
      for (let n = 0; n < 3; n++) {
        for (const profile of [COMPACT, WIDE]) {
          const { sNonce } = talk.waiting({ profile });
          const wanted = formula(noise, 0x01020304 + cycle, 2 * n + Number(profile === WIDE));
          assert.equal(hex(sNonce), hex(wanted.slice(0, profile.N)));
        }
      }
      talk.powerCycle();
    }
  });

  test(`AMP-R2 on ${build}: with a dead entropy source no SNonce repeats, over 300 power cycles`, () => {
    const talk = scene({ entropy: stuck });
    const seen = new Set<string>();
    for (let cycle = 0; cycle < 300; cycle++) {
      for (let n = 0; n <= cycle % 3; n++) seen.add(hex(talk.answer(talk.m1()).slice(5, 21)));
      if (cycle % 5) talk.powerCycle();
      else talk.boot(); // RAM survived: it is another power cycle all the same
    }
    assert.equal(seen.size, 600);
  });

  test(`AMP-R2 on ${build}: with a dead counter the device is not silent and its SNonces are random`, () => {
    const talk = scene();
    const seen = new Set<string>();
    for (let cycle = 0; cycle < 50; cycle++) {
      talk.nvm.failWrite = (offset) => (isCell(offset) ? DEAD : undefined);
      for (let n = 0; n < 2; n++) seen.add(hex(talk.secure().sNonce));
      talk.powerCycle();
    }
    assert.equal(seen.size, 100);
    assert.deepEqual(talk.nvm.octets.slice(16, 32), PROVISIONED.slice(16, 32));
  });

  test(`AMP-R2 on ${build}: a counter that cannot be read is not started again, and with dead entropy nothing repeats`, () => {
    const talk = scene();
    talk.entropy = stuck;
    const seen = new Set<string>();
    for (let cycle = 0; cycle < 40; cycle++) {
      if (cycle % 4 === 3) {
        const before = talk.nvm.octets.slice();
        talk.nvm.failRead = (offset, length) => isCell(offset + length - 1);
        assert.equal(talk.station.receive(talk.m1()).status, STATUS["NVM failed"]);
        talk.nvm.failRead = undefined;
        assert.deepEqual(talk.nvm.octets, before);
      }
      seen.add(hex(talk.answer(talk.m1()).slice(5, 21)));
      talk.powerCycle();
    }
    assert.equal(seen.size, 40);
  });

  test(`AMP-R2 on ${build}: a counter that cannot be read is not started again: NVM failed, and nothing is spent`, () => {
    const talk = scene({ image: counted(7), entropy: stuck });
    const before = hex(talk.nvm.octets);
    talk.nvm.failRead = isCell;
    for (let tries = 0; tries < 3; tries++) talk.refuses(talk.m1(), "NVM failed");
    assert.deepEqual([talk.entropyDraws, hex(talk.nvm.octets)], [0, before]);
    talk.nvm.failRead = undefined;
    assert.equal(hex(talk.waiting().sNonce), hex(formula(stuck(), 8, 0).slice(0, 16)));
    talk.nvm.failRead = isCell;
    talk.waiting(); // the cells are read once in a power cycle
  });

  test(`AMP-R2 on ${build}: entropy is drawn and the counter raised once per power cycle, in this order`, () => {
    const talk = scene();
    talk.nvm.log = [];
    talk.entropy = () => {
      assert.deepEqual(talk.nvm.log, [], "the counter is raised after the entropy was tested");
      return entropyOf(0);
    };
    for (let flood = 0; flood < 500; flood++) talk.answer(talk.m1());
    assert.equal(talk.entropyDraws, 1);
    assert.deepEqual(
      talk.nvm.log.map(({ offset, octets }) => [offset, hex(octets)]),
      [
        [24, "00000001"],
        [28, "fffffffe"],
      ],
      "a flood of forged M1 costs one write of the counter",
    );
  });

  test(`AMP-R2 on ${build}: a counter that cannot be written is not tried again in that power cycle`, () => {
    const talk = scene();
    let tries = 0;
    talk.nvm.failWrite = () => {
      tries++;
      return DEAD;
    };
    for (let n = 0; n < 5; n++) {
      assert.equal(
        hex(talk.answer(talk.m1()).slice(5, 21)),
        hex(formula(freshEntropy()() ?? stuck(), 1, n).slice(0, 16)),
      );
    }
    assert.equal(tries, 1);
  });

  test(`AMP-R2 on ${build}: entropy that fails its test silences the device and costs nothing; it is drawn anew`, () => {
    const talk = scene();
    const bad = [null, new Uint8Array(32), new Uint8Array(32).fill(0xff), entropyOf(0).fill(7, 26)];
    talk.nvm.log = [];
    for (const noise of bad) {
      talk.entropy = () => noise;
      talk.refuses(talk.m1(), "entropy failed");
    }
    assert.equal(talk.entropyDraws, bad.length);
    assert.equal(talk.nvm.log.length, 0, "the counter is not raised for it");
    talk.entropy = stuck;
    assert.equal(hex(talk.waiting().sNonce), hex(formula(stuck(), 1, 0).slice(0, 16)));
    talk.entropy = () => null;
    talk.waiting();
  });

  test(`AMP-R2 on ${build}: an M1 that is refused draws nothing`, () => {
    const talk = scene();
    talk.station.setPayload(new Uint8Array(54), false);
    talk.refuses(talk.m1(), "payload too long");
    talk.station.setPayload(new Uint8Array(0), false);
    talk.nvm.failRead = () => true;
    talk.refuses(talk.m1(), "NVM failed");
    assert.equal(talk.entropyDraws, 0);
    talk.nvm.failRead = undefined;
    assert.equal(hex(talk.waiting().sNonce), hex(formula(freshEntropy()() ?? stuck(), 1, 0).slice(0, 16)));
  });

  test(`AMP-R2 on ${build}: the counter goes to the other cell and stays at its last value`, () => {
    const talk = scene({ image: counted(COUNTER_MAX - 2), entropy: stuck });
    const cells = (): string => hex(talk.nvm.octets.slice(16, 32));
    const cell = (value: number): string => hex(cellOctets(value));
    const states = [
      cell(COUNTER_MAX - 2) + cell(COUNTER_MAX - 1),
      cell(COUNTER_MAX) + cell(COUNTER_MAX - 1),
      cell(COUNTER_MAX) + cell(COUNTER_MAX - 1),
    ];
    for (const wanted of states) {
      talk.waiting();
      assert.equal(cells(), wanted);
      talk.powerCycle();
    }
  });

  test(`AMP-R2 on ${build}: 65,536 SNonces in one power cycle, all different, then PN exhausted until the next`, () => {
    const talk = scene({ entropy: stuck });
    const seen = new Set<string>();
    const [one, two] = [talk.m1(), talk.m1()];
    for (let n = 0; n < 0x10000; n++) {
      // Two triggers in turn: each is "any other Trigger" for the other one's session.
      const { frame } = talk.station.receive(n % 2 ? two : one);
      assert.ok(frame);
      seen.add(String.fromCharCode(...frame.subarray(5, 21)));
    }
    assert.equal(seen.size, 0x10000);
    talk.refuses(one, "PN exhausted");
    talk.expectState("waiting for M3");
    talk.nvm.failRead = () => true;
    talk.refuses(one, "NVM failed");
    talk.powerCycle().secure();
  });
}
