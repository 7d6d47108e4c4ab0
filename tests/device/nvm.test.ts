import assert from "node:assert/strict";
import { test } from "node:test";
import { NVM_OCTETS } from "../../host/device/abi.ts";
import type { Torn } from "../../host/device/nvm.ts";
import { Nvm, PowerFailure } from "../../host/device/nvm.ts";

const image = (): Uint8Array => Uint8Array.from({ length: NVM_OCTETS }, (_, k) => k & 0xff);
const read = (nvm: Nvm, offset: number, length: number): number[] => {
  const into = new Uint8Array(length);
  assert.ok(nvm.nvmRead(offset, into));
  return [...into];
};

test("what is written is read; the image given is not touched", () => {
  const given = image();
  const nvm = new Nvm(given);
  assert.deepEqual(read(nvm, 10, 3), [10, 11, 12]);
  assert.ok(nvm.nvmWrite(265, Uint8Array.of(1, 2, 3)));
  assert.deepEqual(read(nvm, 264, 4), [8, 1, 2, 3]);
  assert.deepEqual(given, image());
  assert.deepEqual(read(new Nvm(), 0, 2), [0, 0]);
});

test("outside the record nothing is read or written: that is the module's mistake, and it is told", () => {
  const nvm = new Nvm(image());
  assert.throws(() => nvm.nvmRead(267, new Uint8Array(2)), RangeError);
  assert.throws(() => nvm.nvmWrite(-1, new Uint8Array(2)), RangeError);
  assert.throws(() => new Nvm(new Uint8Array(267)), RangeError);
});

test("a cut tears one octet: those before it are new, those behind it old, and all is dead until power is back", () => {
  const torn: [Torn, number][] = [
    ["old", 22],
    ["new", 0xa3],
    [0x00, 0x00],
    [0xff, 0xff],
    [0x42, 0x42],
  ];
  for (const [value, becomes] of torn) {
    const nvm = new Nvm(image());
    nvm.nvmWrite(100, Uint8Array.of(0));
    nvm.cutAt(2 + 3, value); // of two writes, the third octet of the second
    nvm.log = [];
    assert.ok(nvm.nvmWrite(50, Uint8Array.of(7, 7)));
    assert.throws(() => nvm.nvmWrite(20, Uint8Array.of(0xa1, 0xa2, 0xa3, 0xa4, 0xa5)), PowerFailure);
    assert.throws(() => nvm.nvmRead(0, new Uint8Array(1)), PowerFailure);
    assert.throws(() => nvm.nvmWrite(0, new Uint8Array(1)), PowerFailure);
    assert.deepEqual(
      nvm.log.map(({ offset, octets, written }) => [offset, octets.length, written]),
      [
        [50, 2, 2],
        [20, 5, 3],
      ],
    );
    nvm.powerUp();
    assert.deepEqual(read(nvm, 19, 7), [19, 0xa1, 0xa2, becomes, 23, 24, 25]);
    assert.ok(nvm.nvmWrite(20, new Uint8Array(200)), "no cut is left");
  }
  assert.throws(() => new Nvm().cutAt(0, "old"), RangeError);
});

test("octets written are counted from power-up, so that a sweep knows where it can cut", () => {
  const nvm = new Nvm();
  nvm.nvmWrite(0, new Uint8Array(9));
  nvm.nvmWrite(30, new Uint8Array(1));
  assert.equal(nvm.written, 10);
  nvm.powerUp();
  assert.equal(nvm.written, 0);
});

test("reads and writes fail where they are told to; a failed write may have written some octets", () => {
  const nvm = new Nvm(image());
  nvm.failRead = (offset) => offset === 32;
  nvm.failWrite = (offset) => (offset === 40 ? { written: 2 } : undefined);
  assert.equal(nvm.nvmRead(32, new Uint8Array(4)), false);
  assert.deepEqual(read(nvm, 31, 1), [31]);
  assert.equal(nvm.nvmWrite(40, Uint8Array.of(1, 2, 3)), false);
  assert.deepEqual(read(nvm, 40, 3), [1, 2, 42]);
  assert.ok(nvm.nvmWrite(41, Uint8Array.of(9)));
  nvm.powerUp();
  assert.deepEqual(read(nvm, 32, 1), [32]);
});

test("the log keeps what was written, not the module's memory", () => {
  const nvm = new Nvm();
  nvm.log = [];
  const buffer = Uint8Array.of(1, 2);
  nvm.nvmWrite(5, buffer);
  buffer.fill(9);
  assert.deepEqual(nvm.log, [{ offset: 5, octets: Uint8Array.of(1, 2), written: 2 }]);
});
