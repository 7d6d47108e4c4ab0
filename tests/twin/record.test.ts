/** The NVM record of PROTOCOL 7 by itself: check fields, steps of a write, steps of a wipe, and what a fault leaves. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { concat, hex, isZero, littleEndian, unhex, xor } from "./bytes.ts";
import { crc32 } from "./crc.ts";
import { midstates } from "./hmac.ts";
import { MemoryHost } from "./host.ts";
import {
  CACHE,
  CELLS,
  HEAD,
  newestSlot,
  provision,
  RECORD_octets,
  raiseCounter,
  readCache,
  readCells,
  readHead,
  readRoot,
  SLOTS,
  slotOctets,
  storedCrc,
  wipeSlot,
  wipeStaleCache,
  writeCache,
  writeRoot,
} from "./record.ts";

const SPA = unhex("02c0ffee0001");
const AA = unhex("020000000001");
const MODIFIER = unhex("a0a1a2a3a4a5a6a7");
const KEY = midstates(unhex("00"));
const provisioned = (): MemoryHost => new MemoryHost(provision(SPA, KEY));
const steps = (host: MemoryHost): string[] =>
  host.writes.map(({ offset, octets }) => `${offset}+${octets.length}${isZero(octets) ? " zero" : ""}`);

test("the table's offsets follow from its lengths", () => {
  const parts = [HEAD, ...CELLS, ...SLOTS, CACHE];
  let offset = 0;
  for (const part of parts) {
    assert.equal(part.offset, offset);
    offset += part.length;
  }
  assert.equal(offset, RECORD_octets);
  assert.equal(provision(SPA, KEY).length, RECORD_octets);
});

test("a CRC-32 that is 0 is stored as 1; a check field of 0 is never valid", () => {
  const start = slotOctets({ generation: 9, key: KEY }).slice(0, 64);
  const body = concat(start, xor(littleEndian(crc32(start), 4), unhex("9d0ad96d")));
  assert.equal(crc32(body), 0);
  assert.equal(hex(storedCrc(body)), "01000000");
  const host = provisioned();
  host.nvm.set(concat(body, 1, 0, 0, 0), SLOTS[0].offset);
  assert.equal(newestSlot(host), 0);
  host.nvm.set([0], SLOTS[0].offset + 68);
  assert.equal(newestSlot(host), null);
  assert.equal(readRoot(host, 0)?.generation, 9, "a slot that was found valid is read without its CRC");
});

test("the steps of each write and wipe", () => {
  const host = provisioned();
  const taken = (): string[] => {
    const done = steps(host);
    host.writes = [];
    return done;
  };
  raiseCounter(host, readCells(host) ?? assert.fail());
  assert.deepEqual(taken(), ["24+4", "28+4"]);
  raiseCounter(host, readCells(host) ?? assert.fail());
  assert.deepEqual(taken(), ["20+4 zero", "16+4", "20+4"]);
  assert.ok(writeRoot(host, 1, { generation: 1, key: KEY }));
  assert.deepEqual(taken(), ["104+68", "172+4"]);
  wipeSlot(host, 0);
  assert.deepEqual(taken(), ["100+4 zero", "32+68 zero"]);
  wipeSlot(host, 0);
  assert.deepEqual(taken(), []);
  writeCache(host, 0, AA, MODIFIER, KEY);
  assert.deepEqual(taken(), ["176+88", "264+4"]);
  assert.deepEqual(readCache(host, 0, AA, MODIFIER), KEY);
  wipeStaleCache(host, 0);
  assert.deepEqual(taken(), []);
  writeCache(host, 0, AA, unhex("0000000000000000"), KEY);
  assert.deepEqual(taken(), ["264+4 zero", "176+88", "264+4"]);
  assert.equal(readCache(host, 0, AA, MODIFIER), "other");
  wipeStaleCache(host, 1);
  assert.deepEqual(taken(), ["264+4 zero", "176+88 zero"]);
});

test("a step that fails ends the write", () => {
  const host = provisioned();
  host.nvm.set(slotOctets({ generation: 255, key: KEY }), SLOTS[1].offset);
  const faults: [offset: number, expected: string[]][] = [
    [SLOTS[1].offset + 68, ["172+4 zero"]],
    [SLOTS[1].offset + 10, ["172+4 zero", "104+68"]],
  ];
  for (const [offset, expected] of faults) {
    host.unwritable = { offset, length: 1 };
    host.writes = [];
    assert.equal(writeRoot(host, 1, { generation: 1, key: KEY }), false);
    assert.deepEqual(steps(host), expected);
  }
  assert.equal(newestSlot(host), 0);
});

test("a slot that does not read back as written is a failed write", () => {
  const host = provisioned();
  const write = host.nvmWrite.bind(host);
  host.nvmWrite = (offset, octets) => {
    const done = write(offset, octets);
    host.nvm[SLOTS[1].offset + 40] = 0xee;
    return done;
  };
  assert.equal(writeRoot(host, 1, { generation: 1, key: KEY }), false);
  assert.equal(newestSlot(host), 0);
});

test("what cannot be read: head and slots are NVM failed, a cache is a miss, a check field is cleared", () => {
  const host = provisioned();
  writeCache(host, 0, AA, MODIFIER, KEY);
  host.writes = [];
  host.unreadable = { offset: 0, length: RECORD_octets };
  assert.equal(readHead(host), null);
  assert.equal(newestSlot(host), null);
  assert.equal(readRoot(host, 0), null);
  assert.equal(readCache(host, 0, AA, MODIFIER), null);
  wipeSlot(host, 0);
  wipeStaleCache(host, 1);
  assert.deepEqual(steps(host), [], "a wipe that cannot look is passed over");
  writeCache(host, 0, AA, MODIFIER, KEY);
  assert.deepEqual(steps(host), ["264+4 zero", "176+88", "264+4"]);
});

test("the host's faults: outside the record is a mistake of the caller", () => {
  const host = provisioned();
  assert.throws(() => host.nvmRead(RECORD_octets - 1, 2), RangeError);
  assert.throws(() => host.nvmWrite(-1, Uint8Array.of(0)), RangeError);
  assert.equal(host.entropy(32), null);
});
