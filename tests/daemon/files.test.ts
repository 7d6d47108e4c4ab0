/** What the daemon and the station keep in files. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { Writable } from "node:stream";
import { type TestContext, test } from "node:test";
import type { Consumer, Outcome } from "../../host/daemon/consumer.ts";
import { FileConsumer } from "../../host/daemon/fileconsumer.ts";
import { NvmFile } from "../../host/daemon/nvmfile.ts";
import { StreamConsumer } from "../../host/daemon/streamconsumer.ts";
import { encodeRecord } from "../../host/keys/record.ts";
import { scratchFolder } from "../cli/ampcore.ts";

const FOLDER = scratchFolder();
const SPA = Uint8Array.of(0x02, 0xc0, 0xff, 0xee, 0, 1);
const at = (name: string): string => join(FOLDER, name);

function delivered(consumer: Consumer, line: string): Promise<Outcome> {
  return new Promise((resolve) => consumer.deliver(line, resolve, SPA));
}

/** The methods of all file handles, to fail for a while. */
async function handles(): Promise<FileHandle> {
  const file = await open(at("probe"), "w");
  const methods = Object.getPrototypeOf(file);
  await file.close();
  return methods;
}

async function counted(t: TestContext, method: "datasync" | "write") {
  return t.mock.method(await handles(), method);
}

test("lines that wait while the disk flushes share the next flush, and stand in the file in their order", async (t) => {
  const flushes = await counted(t, "datasync");
  const consumer = await FileConsumer.open(at("group.ndjson"));
  const outcomes = await Promise.all(Array.from({ length: 100 }, (_, i) => delivered(consumer, `{"n":${i}}`)));
  assert.equal(flushes.mock.callCount(), 2, "the first line, and the other 99");
  await consumer.close();
  assert.ok(
    outcomes.every((outcome) => outcome === "stored"),
    "all are stored",
  );
  const lines = readFileSync(at("group.ndjson"), "utf8").trimEnd().split("\n");
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).n),
    Array.from({ length: 100 }, (_, i) => i),
  );
});

test("a line that a crash tore is cut off, whatever its length, and what stands before it stays", async () => {
  for (const [whole, torn] of [
    ["", ""],
    ["", `{"kind":"${"x".repeat(200_000)}`],
    ["a\nb\n", ""],
    ["a\nb\n", "{"],
    [`${"a".repeat(70_000)}\n`, `{"kind":"${"b".repeat(140_000)}`],
  ]) {
    writeFileSync(at("torn"), whole + torn);
    const consumer = await FileConsumer.open(at("torn"));
    assert.equal(consumer.torn_octets, torn.length);
    assert.equal(await delivered(consumer, "new"), "stored");
    await consumer.close();
    assert.ok(readFileSync(at("torn"), "utf8") === `${whole}new\n`, `${whole.length} and ${torn.length} octets`);
  }
});

test("a file that is none of readings is left as it is, one process has it at a time, and one that is removed is told", async () => {
  writeFileSync(at("notes"), "a page of somebody's");
  await assert.rejects(FileConsumer.open(at("notes")), {
    name: "RangeError",
    message: /does not end as a file of read/,
  });
  assert.equal(readFileSync(at("notes"), "utf8"), "a page of somebody's");
  execFileSync("mkfifo", [at("pipe")]);
  await assert.rejects(FileConsumer.open(at("pipe")), { name: "RangeError", message: /no regular file/ });

  const consumer = await FileConsumer.open(at("mine"));
  await assert.rejects(FileConsumer.open(at("mine")), { name: "StoreError", message: /is open already, in process/ });
  rmSync(at("mine"));
  assert.equal(await delivered(consumer, "a"), "unknown");
  assert.match(consumer.failure ?? "", /removed/);
  await consumer.close();
  await (await FileConsumer.open(at("mine"))).close();
});

test("a write that fails half way is taken back: not stored, and the next line is", async (t) => {
  const consumer = await FileConsumer.open(at("full"));
  assert.equal(await delivered(consumer, "first"), "stored");
  const flushes = await counted(t, "datasync");
  flushes.mock.mockImplementationOnce(async () => {
    throw new Error("no space is left");
  });
  assert.equal(await delivered(consumer, "second"), "not stored");
  assert.equal(readFileSync(at("full"), "utf8"), "first\n");
  assert.equal(consumer.interruption, "no space is left", "health tells it");
  assert.equal(await delivered(consumer, "third"), "stored");
  assert.equal(consumer.interruption, undefined);
  await consumer.close();
  assert.equal(readFileSync(at("full"), "utf8"), "first\nthird\n");
});

test("a write that cannot be taken back is neither stored nor not stored, and nothing is taken after it", async (t) => {
  const consumer = await FileConsumer.open(at("lost"));
  const flushes = await counted(t, "datasync");
  flushes.mock.mockImplementation(async () => {
    throw new Error("the disk is gone");
  });
  assert.deepEqual([await delivered(consumer, "a"), await delivered(consumer, "b")], ["unknown", "not stored"]);
  assert.equal(consumer.failure, "the disk is gone");
  await consumer.close();
});

test("a stream has a line when it says so, and one that breaks is told", async () => {
  const written: string[] = [];
  const slow = new Writable({
    write(chunk, _, done) {
      written.push(String(chunk));
      setTimeout(() => done(written.length > 1 ? new Error("closed") : null), 1);
    },
  });
  slow.on("error", () => {});
  const consumer = new StreamConsumer(slow);
  const together = ["a", "b"].map((line) => delivered(consumer, line));
  await Promise.resolve();
  const outcomes = [...together, delivered(consumer, "c"), delivered(consumer, "d")];
  assert.equal(consumer.pending, 4);
  await consumer.close();
  assert.deepEqual(await Promise.all(outcomes), ["stored", "stored", "unknown", "unknown"]);
  // Those of one turn of the event loop together.
  assert.deepEqual([written, consumer.failure], [["a\nb\n", "c\nd\n"], "closed"]);
});

test("a station's NVM file is as the NVM was at the last flush, and is replaced whole", () => {
  const spa = Uint8Array.of(0x02, 0xc0, 0xff, 0xee, 0, 1);
  const image = encodeRecord({ spa, psk: new Uint8Array(32).fill(7), counter: 0 });
  writeFileSync(at("nvm"), image);
  const file = new NvmFile(at("nvm"));
  file.nvm.nvmWrite(16, Uint8Array.of(1, 2, 3));
  assert.deepEqual(new Uint8Array(readFileSync(at("nvm"))), image);
  file.flush();
  assert.deepEqual(new Uint8Array(readFileSync(at("nvm"))), file.nvm.octets);
  assert.deepEqual(new NvmFile(at("nvm")).nvm.octets, file.nvm.octets);
  writeFileSync(at("nvm"), image.subarray(1));
  assert.throws(() => new NvmFile(at("nvm")), { name: "RangeError", message: /267 octets, where a record has 268/ });
});
