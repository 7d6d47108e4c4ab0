/** An AP's PMKs on its own disk: committed before the service hears of it, and one whole epoch whenever it is stopped. */
import assert from "node:assert/strict";
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, mock, test } from "node:test";
import { PmkTable } from "../../host/ap/pmks.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { PmkStore } from "../../host/daemon/pmkstore.ts";
import type { Batch, Row } from "../../host/keys/store/backend.ts";
import { StoreError } from "../../host/keys/store/errors.ts";
import { Kek } from "../../host/keys/store/kek.ts";
import { LmdbBackend, openLmdbStore } from "../../host/keys/store/lmdb.ts";
import { scratchFolder } from "../keys/store/stores.ts";
import { hex, toHex } from "../support/hex.ts";

const [KEK, OTHER_KEK] = [0x4b, 0x4c].map((octet) => new Kek(new Uint8Array(32).fill(octet)));
const AA = hex("02a000000000");
const SPAS = [1, 2, 3].map((n) => Uint8Array.of(2, 0xc0, 0xff, 0xee, 0, n));
const MODIFIERS = ["a0a1a2a3a4a5a6a7", "b0b1b2b3b4b5b6b7", "c0c1c2c3c4c5c6c7"].map(hex);

/** 32 octets that only that epoch, device and generation have. */
const pmkOf = (modifier: Uint8Array, spa: Uint8Array, generation: number): Uint8Array =>
  nodeCrypto.sha256(Uint8Array.of(...modifier, ...spa, generation));

interface Opened {
  readonly table: PmkTable;
  readonly store: PmkStore;
  readonly failures: StoreError[];
}

async function opened(folder: string, aa = AA, kek = KEK): Promise<Opened> {
  const table = new PmkTable(aa, nodeCrypto);
  const failures: StoreError[] = [];
  const store = await PmkStore.open({ table, folder, kek, onFailure: (error) => failures.push(error) });
  return { table, store, failures };
}

/** A step of the service's; it resolves when it is acknowledged. */
type Step = (store: PmkStore) => Promise<void>;
const step = (act: (store: PmkStore, done: () => void) => void): Step => {
  return (store) => new Promise((done) => act(store, done));
};
const assign = (modifier: Uint8Array): Step => step((store, done) => store.assign(modifier, done));
const begin: Step = step((store, done) => store.begin(done));
const hold = (modifier: Uint8Array, spa: Uint8Array, ...generations: readonly number[]): Step =>
  step((store, done) => {
    const pmks = generations.map((generation) => ({ generation, pmk: pmkOf(modifier, spa, generation) }));
    store.hold({ spa: spa.slice(), pmks }, done);
  });
const epoch = (modifier: Uint8Array): Step[] => [assign(modifier), ...SPAS.map((spa) => hold(modifier, spa, 0)), begin];

async function taken(store: PmkStore, steps: readonly Step[]): Promise<void> {
  for (const act of steps) await act(store);
}

/** What the table has: the number of the epoch's Modifier, and the generations of each device, all of that epoch. */
function heldIn(table: PmkTable): { readonly epoch: number; readonly generations: string } {
  const { modifier } = table;
  if (!modifier) return { epoch: -1, generations: "" };
  const held = SPAS.map((spa) => {
    const device = table.device(spa);
    const pmks = [0, 1, 2, 3].flatMap((bits) => device?.pmkOf(bits) ?? []);
    for (const { generation, pmk } of pmks) {
      assert.equal(toHex(pmk), toHex(pmkOf(modifier, spa, generation)), "a PMK of that epoch, device and generation");
    }
    return pmks.map(({ generation }) => generation).join("+");
  });
  return { epoch: MODIFIERS.findIndex((known) => toHex(known) === toHex(modifier)), generations: held.join(" ") };
}

afterEach(() => mock.restoreAll());

test("002-A11: a Modifier, a PMK and an epoch's beginning are on the disk before they are used, and before they are acknowledged", async () => {
  const events: string[] = [];
  const write = LmdbBackend.prototype.write;
  mock.method(LmdbBackend.prototype, "write", async function (this: LmdbBackend, batch: Batch) {
    await write.call(this, batch);
    events.push(`committed ${batch.rows.length}`);
  });
  const { store, table } = await opened(scratchFolder());
  for (const name of ["assign", "hold", "begin"] as const) {
    const act = table[name].bind(table) as (...args: unknown[]) => void;
    mock.method(table, name, (...args: unknown[]) => {
      events.push(name);
      act(...args);
    });
  }
  events.length = 0;
  const [modifier] = MODIFIERS;
  for (const act of [assign(modifier), hold(modifier, SPAS[0], 0), begin]) {
    await act(store);
    events.push("done");
  }
  assert.deepEqual(events, [
    ...["committed 0", "assign", "done"],
    ...["committed 1", "hold", "done"],
    ...["committed 1", "begin", "done"],
  ]);
  events.length = 0;
  await Promise.all([hold(modifier, SPAS[1], 0), hold(modifier, SPAS[2], 0)].map((act) => act(store)));
  assert.deepEqual(events, ["committed 2", "hold", "hold"], "those of one turn go together");
  await store.close();
});

test("002-A11: stopped after any commit of an epoch change the AP opens with the old epoch whole, or the new one", async () => {
  const [first, second, third] = MODIFIERS;
  const steps = [
    ...epoch(first),
    hold(first, SPAS[0], 0, 1),
    ...epoch(second),
    hold(second, SPAS[1], 0, 1),
    hold(second, SPAS[1], 1),
    // Overtaken: the third is begun, and half given, twice, before it is whole.
    ...epoch(third).slice(0, 3),
    ...epoch(third).slice(0, 2),
    ...epoch(third),
  ];
  const seen: string[] = [];
  for (let lasts = 0; lasts <= steps.length; lasts++) {
    const folder = scratchFolder();
    const { store } = await opened(folder);
    await taken(store, steps.slice(0, lasts));
    // Nothing of what comes after that reaches the disk.
    const stopped = mock.method(LmdbBackend.prototype, "write", async () => {
      throw new Error("stopped");
    });
    for (const act of steps.slice(lasts, lasts + 2)) void act(store);
    await store.close();
    stopped.mock.restore();
    const after = await opened(folder);
    const { epoch: number, generations } = heldIn(after.table);
    seen.push(`${number}: ${generations}`);
    // And it can go on from there.
    await taken(after.store, epoch(third));
    assert.deepEqual(heldIn(after.table), { epoch: 2, generations: "0 0 0" });
    await after.store.close();
    const last = await opened(folder);
    assert.deepEqual(heldIn(last.table), { epoch: 2, generations: "0 0 0" }, `after ${lasts} steps, and a whole epoch`);
    assert.equal(last.table.size, SPAS.length);
    await last.store.close();
  }
  const times = (count: number, text: string): string[] => Array.from({ length: count }, () => text);
  assert.deepEqual(seen, [
    ...times(5, "-1: "),
    "0: 0 0 0",
    ...times(5, "0: 0+1 0 0"),
    "1: 0 0 0",
    "1: 0 0+1 0",
    ...times(10, "1: 0 1 0"),
    "2: 0 0 0",
  ]);
});

test("an epoch that is over, and one that was overtaken, leave no PMK behind on the disk", async () => {
  const folder = scratchFolder();
  const sidesAfter = async (...steps: readonly Step[]): Promise<string[]> => {
    const { store } = await opened(folder);
    await taken(store, steps);
    await store.close();
    const backend = new LmdbBackend(folder, { readOnly: true });
    const rows = await backend.rows();
    await backend.close();
    return rows.filter(({ table }) => table === "device").map(({ name }) => `${name[0]}: ${name[6]}`);
  };
  const [first, second, third] = MODIFIERS;
  assert.deepEqual(await sidesAfter(...epoch(first)), ["0: 1", "0: 2", "0: 3"]);
  assert.deepEqual(await sidesAfter(...epoch(second).slice(0, 3)), ["0: 1", "0: 2", "0: 3", "1: 1", "1: 2"]);
  assert.deepEqual(await sidesAfter(assign(third)), ["0: 1", "0: 2", "0: 3"]);
  assert.deepEqual(await sidesAfter(...epoch(third)), ["1: 1", "1: 2", "1: 3"]);
});

test("the epoch in use given again, as after a lost connection, is never without a device, and takes what is new", async () => {
  const folder = scratchFolder();
  const { store, table } = await opened(folder);
  const [modifier] = MODIFIERS;
  await taken(store, epoch(modifier));
  for (const act of [assign(modifier), hold(modifier, SPAS[0], 0, 1), hold(modifier, SPAS[1], 0)]) {
    await act(store);
    assert.equal(table.size, SPAS.length);
  }
  await store.close();
  const again = await opened(folder);
  assert.deepEqual(heldIn(again.table), { epoch: 0, generations: "0+1 0 0" });
  await again.store.close();
});

test("no PMK is in clear in any file of the folder, nor the KEK", async () => {
  const folder = scratchFolder();
  const { store } = await opened(folder);
  for (const modifier of MODIFIERS) await taken(store, epoch(modifier));
  await store.close();
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  const secrets = MODIFIERS.flatMap((modifier) => SPAS.map((spa) => pmkOf(modifier, spa, 0)));
  for (const secret of [...secrets, KEK.key.export()].map((octets) => Buffer.from(octets))) {
    assert.ok(!files.some((octets) => octets.includes(secret)), `${secret.toString("hex")} is in the folder`);
  }
  assert.ok(
    files.some((octets) => octets.includes(Buffer.from(SPAS[0]))),
    "what is not secret is found: the search does find",
  );
});

/** That row of a closed store, made another. */
async function spoil(
  folder: string,
  isIt: (row: Row) => boolean,
  into: (value: Uint8Array) => Uint8Array,
): Promise<void> {
  const backend = new LmdbBackend(folder, {});
  const rows = (await backend.rows()).filter(isIt);
  assert.equal(rows.length, 1, "there is one such row");
  await backend.write({
    rows: rows.map((row) => ({ ...row, value: into(row.value ?? new Uint8Array(0)) })),
    entries: [],
  });
  await backend.close();
}

const named =
  (name: string) =>
  ({ table, name: own }: Row): boolean =>
    table === "meta" && Buffer.from(own).toString() === name;
const flipped =
  (at: number) =>
  (value: Uint8Array): Uint8Array => {
    const octets = value.slice();
    octets[at < 0 ? octets.length + at : at] ^= 1;
    return octets;
  };
const ofFirst = ({ table, name }: Row): boolean => table === "device" && toHex(name.slice(1)) === toHex(SPAS[0]);

test("a store of another AP, another KEK, damaged, newer, or none is one sentence, and stays as it was", async () => {
  const whole = scratchFolder();
  const { store } = await opened(whole);
  await taken(store, epoch(MODIFIERS[0]));
  await store.close();
  const cases: readonly (readonly [
    make: (folder: string) => Promise<Parameters<typeof opened> | undefined>,
    told: RegExp,
  ])[] = [
    [async (folder) => [folder, hex("02a000000001")], /is of the AP 02:a0:00:00:00:00, and not of 02:a0:00:00:00:01/],
    [async (folder) => [folder, AA, OTHER_KEK], /is sealed with another key-encryption key than [0-9a-f]{16}/],
    [async (folder) => void (await spoil(folder, ofFirst, flipped(-1))), /the PMKs of 02:c0:ff:ee:00:01 in /],
    [
      async (folder) => void (await spoil(folder, ofFirst, (value) => value.slice(0, 20))),
      /the PMKs of 02:c0:ff:ee:00:01/,
    ],
    [async (folder) => void (await spoil(folder, named("epoch"), flipped(-20))), /the epoch of the store of PMKs in /],
    [async (folder) => void (await spoil(folder, named("pmks"), flipped(8))), /was written by a newer ampcore/],
    [async (folder) => void (await spoil(folder, named("pmks"), flipped(0))), /is none of ampcore/],
    [async (folder) => void writeFileSync(join(folder, "data.mdb"), "no LMDB file"), /no LMDB file/],
    [async (folder) => [join(folder, "data.mdb")], /a folder is expected/],
  ];
  for (const [make, told] of cases) {
    const folder = scratchFolder();
    cpSync(join(whole, "data.mdb"), join(folder, "data.mdb"));
    const args = (await make(folder)) ?? [folder];
    const before = readFileSync(join(folder, "data.mdb"));
    for (let tries = 0; tries < 2; tries++) {
      await assert.rejects(opened(...args), (error) => {
        assert.ok(error instanceof StoreError, `a StoreError, and not ${error}`);
        assert.match(error.message, told);
        assert.doesNotMatch(error.message, /\n|\. [A-Z]/, "one sentence");
        return true;
      });
    }
    assert.ok(before.equals(readFileSync(join(folder, "data.mdb"))), `${told}: nothing was written`);
  }
});

test("a PMK that is moved to another device, or to the other side, is refused by name", async () => {
  const folder = scratchFolder();
  const { store } = await opened(folder);
  await taken(store, epoch(MODIFIERS[0]));
  await store.close();
  const backend = new LmdbBackend(folder, {});
  const [other] = (await backend.rows()).filter(({ name }) => toHex(name.slice(1)) === toHex(SPAS[1]));
  await backend.close();
  await spoil(folder, ofFirst, () => other.value ?? new Uint8Array(0));
  await assert.rejects(opened(folder), { name: "StoreError", message: /the PMKs of 02:c0:ff:ee:00:01/ });
});

test("a store of PMKs that is open is not opened again, and a key store is none", async () => {
  const folder = scratchFolder();
  const { store } = await opened(folder);
  await assert.rejects(opened(folder), { name: "StoreError", fault: "in use" });
  await store.close();
  await (await opened(folder)).store.close();
  const keys = scratchFolder();
  await (await openLmdbStore(keys, { kek: KEK, create: true })).close();
  await assert.rejects(opened(keys), { name: "StoreError", message: /is none of ampcore/ });
  await (await openLmdbStore(keys, { kek: KEK })).close();
  await assert.rejects(openLmdbStore(folder, { kek: KEK }), { name: "StoreError" });
  await (await opened(folder)).store.close();
});

test("a commit that fails is told once: nothing is acknowledged or used after it, and what was committed opens", async () => {
  const folder = scratchFolder();
  const { store, table, failures } = await opened(folder);
  const [modifier] = MODIFIERS;
  await taken(store, epoch(modifier));
  const full = mock.method(LmdbBackend.prototype, "write", async () => {
    throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
  });
  let done = 0;
  for (let n = 0; n < 3; n++) {
    store.hold({ spa: SPAS[n], pmks: [{ generation: 1, pmk: new Uint8Array(32) }] }, () => done++);
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual([done, failures.map(({ fault }) => fault)], [0, ["full"]]);
  assert.match(failures[0].message, /the store of PMKs in .*: no space is left, so the last change was not made/);
  assert.deepEqual(heldIn(table), { epoch: 0, generations: "0 0 0" });
  full.mock.restore();
  await store.close();
  const again = await opened(folder);
  assert.deepEqual(heldIn(again.table), { epoch: 0, generations: "0 0 0" });
  await again.store.close();
});
