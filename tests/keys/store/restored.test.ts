/** What becomes of a fleet whose key service is restored from an older copy of its store, and of a log that was changed. */
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { open } from "lmdb";
import type { DurableStore } from "../../../host/keys/store/durable.ts";
import { openLmdbStore } from "../../../host/keys/store/lmdb.ts";
import { verifyLog } from "../../../host/keys/store/verify.ts";
import { equalOctets } from "../../../host/wire/octets.ts";
import { Bed, type BedDevice, nextRootOf, pskOf, spaOf } from "../../ap/bed.ts";
import { KEK } from "./kek.ts";
import { scratchFolder } from "./stores.ts";

const SPA = spaOf(0);

async function bedOver(folder: string): Promise<{ bed: Bed; store: DurableStore }> {
  const store = await openLmdbStore(folder, { kek: KEK, create: true });
  const bed = new Bed({ store });
  await store.settled();
  return { bed, store };
}

/** One update of the device, proven. */
async function update(bed: Bed, store: DurableStore, device: BedDevice): Promise<void> {
  bed.service.startUpdate(SPA);
  await store.settled();
  assert.equal(bed.receive(bed.command(device, "UPDATE")).kind, "proof");
  await store.settled();
  device.powerCycle();
}

/** A device of a store of which there is a copy, and so many updates since that. */
async function restored(updates: number): Promise<{ bed: Bed; store: DurableStore; device: BedDevice }> {
  const folder = join(scratchFolder(), "store");
  const copy = join(scratchFolder(), "copy");
  const before = await bedOver(folder);
  const device = before.bed.enrol();
  await before.store.settled();
  cpSync(folder, copy, { recursive: true });
  for (let i = 0; i < updates; i++) await update(before.bed, before.store, device);
  await before.store.close();
  return { ...(await bedOver(copy)), device };
}

test("002-A11: restored from a copy one update older, the service makes the same update again and reaches the device", async () => {
  const { bed, store, device } = await restored(1);
  bed.refuses(device.answer(bed.trigger()), "no root of that generation");
  assert.equal(bed.service.events["no root of that generation"], 1, "which tells the operator");
  bed.service.startUpdate(SPA);
  await store.settled();
  assert.equal(bed.receive(bed.command(device, "PROVE")).kind, "proof");
  await store.settled();
  const [{ generation, root }] = store.load().devices;
  assert.deepEqual([generation, root], [1, nextRootOf(pskOf(SPA), 1, SPA)]);
  await update(bed, store, device);
  await store.close();
});

test("restored from a copy two updates older, the service does not reach the device, says so, and drops nothing", async () => {
  const { bed, store, device } = await restored(2);
  bed.refuses(device.answer(bed.trigger()), "no root of that generation");
  bed.service.startUpdate(SPA);
  await store.settled();
  bed.refuses(device.answer(bed.trigger()), "no root of that generation");
  assert.ok(bed.service.events["no root of that generation"] >= 2, "counted");
  assert.equal(store.load().devices[0].generation, 0, "no root goes without a proof");
  await store.close();
});

/** A store with a log of some entries; what `change` does to the file is done behind its back. */
async function changed(
  change: (database: ReturnType<typeof open<Buffer, Buffer>>) => void,
): Promise<readonly string[]> {
  const folder = join(scratchFolder(), "store");
  const { bed, store } = await bedOver(folder);
  bed.enrol();
  await store.settled();
  bed.enrol(spaOf(1));
  await store.settled();
  await store.close();
  const database = open<Buffer, Buffer>({
    path: folder,
    noSubdir: false,
    encoding: "binary",
    keyEncoding: "binary",
    overlappingSync: false,
  });
  database.transactionSync(() => change(database));
  await database.close();
  const again = await openLmdbStore(folder, { kek: KEK });
  const { faults } = await verifyLog(again);
  await again.close();
  return faults;
}

const entryKey = (number: number): Buffer => Buffer.from([0x6c, 0, 0, 0, 0, 0, 0, 0, number]);
const deviceKey = (n: number): Buffer => Buffer.concat([Buffer.from("d"), spaOf(n)]);

test("a log that was changed, cut or thinned out does not verify, nor does a store that it does not tell of", async () => {
  assert.deepEqual(await changed(() => {}), []);
  const rewritten = await changed((database) => {
    const entry = Buffer.from(database.get(entryKey(3)) ?? []);
    entry[17] ^= 1;
    database.put(entryKey(3), entry);
  });
  assert.deepEqual(rewritten, ["entry 4 does not name the one before it: one of them was changed"]);
  const cut = await changed((database) => void database.remove(entryKey(4)));
  assert.match(cut[0], /^the log ends with entry 3, and the store has sealed that its last one is 4$/);
  const thinned = await changed((database) => void database.remove(entryKey(2)));
  assert.match(thinned[0], /^entry 2 is missing: entry 3 is in its place$/);
  const gone = await changed((database) => void database.remove(deviceKey(1)));
  assert.match(gone[0], /^the device .* of entry 4 is not in the store$/);
  const unreadable = await changed((database) => void database.put(entryKey(4), Buffer.from("no entry")));
  assert.match(unreadable[0], /^entry 4 cannot be read: version 110, where 1 is expected$/);
});

test("the log verifies beside a service that goes on writing", async () => {
  const folder = join(scratchFolder(), "store");
  const { bed, store } = await bedOver(folder);
  bed.enrol();
  await store.settled();
  const reader = await openLmdbStore(folder, { kek: KEK, readOnly: true });
  bed.enrol(spaOf(1));
  bed.service.startUpdate(spaOf(0));
  await store.settled();
  const { entries, faults } = await verifyLog(reader);
  assert.deepEqual([entries, faults], [3, []], "what was there when it was opened");
  await reader.close();
  assert.deepEqual((await verifyLog(store)).faults, []);
  await store.close();
});

test("one record that is put back to what it was before does not verify", async () => {
  const folder = join(scratchFolder(), "store");
  const { bed, store } = await bedOver(folder);
  const device = bed.enrol();
  await store.settled();
  await store.close();
  const at = {
    path: folder,
    noSubdir: false,
    encoding: "binary",
    keyEncoding: "binary",
    overlappingSync: false,
  } as const;
  let database = open<Buffer, Buffer>(at);
  const old = Buffer.from(database.get(deviceKey(0)) ?? []);
  await database.close();
  const next = await bedOver(folder);
  await update(next.bed, next.store, device);
  await next.store.close();
  database = open<Buffer, Buffer>(at);
  assert.ok(!equalOctets(database.get(deviceKey(0)) ?? new Uint8Array(0), old), "it has changed since");
  await database.put(deviceKey(0), old);
  await database.close();
  const again = await openLmdbStore(folder, { kek: KEK });
  const { faults } = await verifyLog(again);
  assert.match(faults[0], /^the device .* was written with entry 3, and the log's last word of it is entry 5$/);
  await again.close();
});
