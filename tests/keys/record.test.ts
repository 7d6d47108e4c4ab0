/** The NVM record as the provisioner writes and reads it (PROTOCOL.md section 7). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { crc16, crc32 } from "../../host/keys/crc.ts";
import { COUNTER_MAX, decodeRecord, encodeRecord, RECORD_OCTETS } from "../../host/keys/record.ts";
import { hex, toHex } from "../support/hex.ts";
import { readReference, skipWithout } from "../support/reference.ts";

const SPA = hex("02c0ffee0001");
const PSK = Uint8Array.from({ length: 32 }, (_, i) => i);
const provisioned = () => encodeRecord({ spa: SPA, psk: PSK, counter: 0 });

const SLOT_A = 32;
const SLOT_B = 104;
const CACHE = 176;

/** Writes a region that ends in a CRC-32 of what stands before it. */
function seal(record: Uint8Array, start: number, content: Uint8Array): void {
  record.set(content, start);
  new DataView(record.buffer).setUint32(start + content.length, crc32(content), true);
}

/** The content of a root slot, without its CRC. */
function slot(generation: number): Uint8Array {
  const content = new Uint8Array(68).fill(0x5a);
  content.set([generation, 0, 0, 0]);
  return content;
}

interface Example {
  nvmProvisioned: string;
  update: { root1: string; slotB: string };
}
const EXAMPLE = "design/example.json";

test("the record of the worked example, and its slot B after the update", { skip: skipWithout(EXAMPLE) }, () => {
  const { nvmProvisioned, update } = readReference<Example>(EXAMPLE);
  assert.equal(toHex(provisioned()), nvmProvisioned);
  const root1 = encodeRecord({ spa: SPA, psk: hex(update.root1), counter: 0 });
  assert.equal(toHex(root1.subarray(SLOT_A + 4, SLOT_A + 68)), update.slotB.slice(8, -8));

  const updated = provisioned();
  updated.set(hex(update.slotB), SLOT_B);
  const { slots, failure } = decodeRecord(updated);
  assert.deepEqual(
    slots.map(({ valid, newest }) => [valid, newest]),
    [
      [true, false],
      [true, true],
    ],
  );
  assert.equal(failure, undefined);
});

test("a provisioned record: head, cell 0, slot A; all else is zero", () => {
  const record = encodeRecord({ spa: SPA, psk: PSK, counter: 258 });
  assert.equal(record.length, RECORD_OCTETS);
  assert.equal(toHex(record.subarray(0, 12)), "414d50310100" + "02c0ffee0001");
  assert.equal(toHex(record.subarray(16, 32)), "00000102fffffefd0000000000000000");
  assert.ok(record.subarray(SLOT_B).every((octet) => octet === 0));
  const report = decodeRecord(record);
  assert.deepEqual(report.spa, SPA);
  assert.equal(report.counter, 258);
  assert.deepEqual(report.cells, [
    { value: 258, valid: true },
    { value: 0, valid: false },
  ]);
  assert.equal(report.failure, undefined);
});

test("the ID is LE16 of SHA-256(AMP ID, SPA), and 0xFFFF becomes 0xFFFE", () => {
  const idOf = (spa: Uint8Array) => decodeRecord(encodeRecord({ spa, psk: PSK, counter: 0 })).id;
  const label = new TextEncoder().encode("AMP ID");
  let broadcast = 0;
  for (let n = 0; n < 200_000 && broadcast === 0; n++) {
    const spa = hex(`02c0${n.toString(16).padStart(8, "0")}`);
    const digest = nodeCrypto.sha256(Uint8Array.from([...label, ...spa]));
    const hashed = digest[0] | (digest[1] << 8);
    if (n < 50) assert.equal(idOf(spa), hashed);
    if (hashed === 0xffff) {
      assert.equal(idOf(spa), 0xfffe);
      broadcast++;
    }
  }
  assert.equal(broadcast, 1, "no SPA of the search has the ID 0xFFFF");
});

test("what cannot be provisioned is a RangeError with the parameter's name", () => {
  const refuses = (parameter: string, change: object) =>
    assert.throws(() => encodeRecord({ spa: SPA, psk: PSK, counter: 0, ...change }), {
      name: "RangeError",
      message: new RegExp(`^${parameter}: `),
    });
  refuses("spa", { spa: SPA.subarray(1) });
  refuses("spa", { spa: hex("03c0ffee0001") });
  refuses("psk", { psk: PSK.subarray(1) });
  for (const counter of [-1, 1.5, COUNTER_MAX + 1, Number.NaN]) refuses("counter", { counter });
  assert.throws(() => decodeRecord(new Uint8Array(267)), { name: "RangeError", message: /^record: / });
  assert.equal(decodeRecord(encodeRecord({ spa: SPA, psk: PSK, counter: COUNTER_MAX })).counter, COUNTER_MAX);
});

test("one changed bit anywhere makes exactly the region it lies in not valid", () => {
  const good = provisioned();
  seal(good, SLOT_B, slot(1));
  seal(good, CACHE, new Uint8Array(88).fill(3));
  new DataView(good.buffer).setUint32(24, 9);
  new DataView(good.buffer).setUint32(28, ~9);
  for (let at = 0; at < RECORD_OCTETS; at++) {
    const record = good.slice();
    record[at] ^= 0x10;
    const { head, cells, slots, cache } = decodeRecord(record);
    const verdicts = [head.crcValid, cells[0].valid, cells[1].valid, slots[0].valid, slots[1].valid, cache.valid];
    const region = [16, 24, 32, SLOT_B, CACHE, RECORD_OCTETS].findIndex((end) => at < end);
    assert.deepEqual(
      verdicts.flatMap((valid, i) => (valid ? [] : [i])),
      [region],
      `octet ${at}`,
    );
  }
});

test("a check field of 0 is never valid: a cell of all ones, a CRC that comes out as 0", () => {
  const record = provisioned();
  record.fill(0xff, 16, 20);
  record.fill(0, 20, 24);
  assert.equal(decodeRecord(record).cells[0].valid, false);

  const steered = withZeroCrc(slot(0));
  assert.equal(crc32(steered), 0);
  record.set(steered, SLOT_A);
  for (const [stored, valid] of [
    [0, false],
    [1, true],
  ] as const) {
    new DataView(record.buffer).setUint32(SLOT_A + 68, stored, true);
    assert.equal(decodeRecord(record).slots[0].valid, valid);
  }
});

/** Runs the CRC's register back from the all ones that complement to 0: what it has to meet are the last four octets. */
function withZeroCrc(content: Uint8Array): Uint8Array {
  let register = 0xffffffff;
  for (let bit = 0; bit < 32; bit++) {
    const shiftedOut = register >>> 31;
    register = (((register ^ (shiftedOut * 0xedb88320)) << 1) | shiftedOut) >>> 0;
  }
  const steered = content.slice();
  const before = ~crc32(steered.subarray(0, -4));
  new DataView(steered.buffer).setUint32(steered.length - 4, register ^ before, true);
  return steered;
}

test("the newest slot is the one a step ahead mod 256; two valid slots that are no neighbours fail", () => {
  const cases: [a: number, b: number, newest: string][] = [
    [0, 1, "B"],
    [2, 1, "A"],
    [255, 0, "B"],
    [0, 255, "A"],
    [5, 5, ""],
    [5, 7, ""],
  ];
  for (const [a, b, newest] of cases) {
    const record = provisioned();
    seal(record, SLOT_A, slot(a));
    seal(record, SLOT_B, slot(b));
    const { slots, failure } = decodeRecord(record);
    assert.equal(
      slots
        .filter((one) => one.newest)
        .map(({ name }) => name)
        .join(),
      newest,
      `${a} and ${b}`,
    );
    assert.equal(failure === undefined, newest !== "");
  }
});

test("the counter is the greater of the valid cells, and 0 with none", () => {
  const record = provisioned();
  const fields = new DataView(record.buffer);
  const write = (at: number, value: number) => {
    fields.setUint32(at, value);
    fields.setUint32(at + 4, ~value);
  };
  write(16, 41);
  write(24, 42);
  assert.equal(decodeRecord(record).counter, 42);
  fields.setUint32(28, 0); // torn: cell 1 no longer counts
  assert.equal(decodeRecord(record).counter, 41);
  fields.setUint32(20, 0);
  assert.equal(decodeRecord(record).counter, 0);
});

test("every reason for NVM failed is named", () => {
  const failing: [RegExp, (record: Uint8Array) => void][] = [
    [/CRC/, (record) => record.set([0], 14)],
    [/magic/, (record) => rehead(record, 0, 0x42)],
    [/version/, (record) => rehead(record, 4, 2)],
    [/octet 5/, (record) => rehead(record, 5, 1)],
    [/no root slot/, (record) => record.fill(0, SLOT_A, SLOT_B)],
  ];
  for (const [reason, spoil] of failing) {
    const record = provisioned();
    spoil(record);
    assert.match(decodeRecord(record).failure ?? "boots", reason);
  }
});

/** Changes an octet of the head and makes its CRC right again. */
function rehead(record: Uint8Array, at: number, octet: number): void {
  record[at] = octet;
  new DataView(record.buffer).setUint16(14, crc16(record.subarray(0, 14)), true);
}
