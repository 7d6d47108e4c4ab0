/** The same cases over every store: what the key service relies on, whatever keeps it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { AccessPoint } from "../../../host/ap/accesspoint.ts";
import { PmkTable } from "../../../host/ap/pmks.ts";
import { nodeCrypto } from "../../../host/crypto/node.ts";
import { KeyService } from "../../../host/keys/service.ts";
import type { ApRecord, Change, DeviceRecord, KeyStore } from "../../../host/keys/store.ts";
import { BedDevice, MASTER, nextRootOf, PLAIN_REQUEST, proofOf, pskOf, SPAN_s, spaOf } from "../../ap/bed.ts";
import { AA_HIGH, AA_LOW } from "../../vectors/world.ts";
import { POSTGRES } from "./postgres.ts";
import { LMDB, MEMORY, type Opened, type StoreKind } from "./stores.ts";

const FLEET = 3000;
const nothing = (): void => {};

const plain = (n: number): DeviceRecord => {
  const spa = spaOf(n);
  return { spa, generation: 0, root: pskOf(spa), update: undefined, origin: "psk" };
};

const committed = (store: KeyStore, change: Change): Promise<void> =>
  new Promise((resolve) => store.commit(change, resolve));

const device = (record: DeviceRecord): Change => ({ kind: "device", record });

/** By address, so that the order of a store's own does not matter. */
function held(store: KeyStore): { devices: DeviceRecord[]; aps: ApRecord[] } {
  const { devices, aps } = store.load();
  return {
    devices: [...devices].sort((a, b) => Buffer.compare(a.spa, b.spa)),
    aps: [...aps].sort((a, b) => Buffer.compare(a.aa, b.aa)),
  };
}

/** Closes, and opens what is left. */
async function again(opened: Opened, open: () => Promise<Opened>): Promise<Opened> {
  await opened.close();
  return open();
}

for (const kind of [MEMORY, LMDB, POSTGRES]) {
  const over = (title: string, run: (kind: StoreKind) => Promise<void>): void =>
    void test(`${kind.name}: ${title}`, { skip: kind.skip }, () => run(kind));

  over("what was committed is what a service finds that starts again, octet for octet", async ({ place }) => {
    const open = await place();
    let opened = await open();
    const records: DeviceRecord[] = [
      { ...plain(1), update: { generation: 1, modifierPrime: new Uint8Array(16).fill(7) } },
      { ...plain(2), generation: 255, origin: "eap-psk", update: { generation: 0, root: new Uint8Array(32).fill(8) } },
      { ...plain(3), origin: "802.21 subtree" },
      { ...plain(4), origin: "senaa" },
      { spa: spaOf(5), generation: 9, root: pskOf(spaOf(5)), update: undefined },
    ];
    const aps: ApRecord[] = [
      { aa: AA_LOW, modifier: new Uint8Array(8).fill(3) },
      { aa: AA_HIGH, modifier: undefined },
    ];
    for (const record of records) await committed(opened.store, device(record));
    for (const record of aps) await committed(opened.store, { kind: "AP", record });
    assert.deepEqual(held(opened.store), { devices: records, aps });
    opened = await again(opened, open);
    assert.deepEqual(held(opened.store), { devices: records, aps });
    await committed(opened.store, { kind: "AP dismissed", aa: AA_LOW });
    const rest = { ...records[0], generation: 1, update: undefined };
    await committed(opened.store, device(rest));
    opened = await again(opened, open);
    assert.deepEqual(held(opened.store), { devices: [rest, ...records.slice(1)], aps: aps.slice(1) });
    await opened.close();
  });

  over(
    "commits are done in the order of the calls, also those that a done makes; the caller may wipe at once",
    async (k) => {
      const open = await k.place();
      const opened = await open();
      const order: number[] = [];
      await new Promise<void>((resolve) => {
        for (let i = 0; i < 20; i++) {
          const changed = { ...plain(1 + (i % 4)), root: new Uint8Array(32).fill(i + 1) };
          opened.store.commit(device(changed), () => {
            order.push(i);
            if (i === 3) opened.store.commit(device(plain(9)), resolve);
          });
          changed.root.fill(0);
        }
      });
      await opened.settled();
      assert.deepEqual(
        order,
        Array.from({ length: 20 }, (_, i) => i),
      );
      const next = await again(opened, open);
      assert.deepEqual(
        held(next.store).devices.map(({ root }) => root[0]),
        [17, 18, 19, 20, pskOf(spaOf(9))[0]],
      );
      await next.close();
    },
  );

  over("AMP-R5: what load gives is the caller's, who may wipe it", async ({ place }) => {
    const opened = await (await place())();
    await committed(opened.store, device(plain(1)));
    for (const { root } of opened.store.load().devices) root.fill(0);
    assert.deepEqual(opened.store.load().devices[0].root, pskOf(spaOf(1)));
    await opened.close();
  });

  over(
    "002-A11: an update goes on where it was, with a service that starts anew after every step",
    async ({ place }) => {
      const open = await place();
      const spa = spaOf(0);
      const station = new BedDevice(spa);
      let opened = await open();
      new KeyService({ crypto: nodeCrypto, master: MASTER, store: opened.store }).enrol(spa, pskOf(spa));
      await opened.settled();
      const steps: string[] = [];
      for (let step = 0; step < 5; step++) {
        opened = await again(opened, open);
        const service = new KeyService({ crypto: nodeCrypto, master: MASTER, store: opened.store });
        const keys = new PmkTable(AA_LOW, nodeCrypto);
        service.serve(keys);
        await opened.settled();
        const { generation, updatingTo } = service.progressOf(spa);
        const ap = new AccessPoint({ crypto: nodeCrypto, keys, service, triggerSpan_s: () => SPAN_s });
        if (step === 1) service.startUpdate(spa);
        await opened.settled();
        const received = ap.receive(0, station.answer(ap.trigger(0, PLAIN_REQUEST, step)), step);
        assert.ok(received.kind === "reading", `step ${step}: the AP takes the M2`);
        const confirmation = received.reading.delivered(step);
        assert.ok(confirmation, `step ${step}: there is an M3`);
        steps.push(`${generation} ${updatingTo ?? "-"} ${confirmation.carries}`);
        const { frame } = station.station.receive(confirmation.m3);
        // In step 1 the answer is lost; in step 2 it comes.
        if (step > 1 && frame) assert.equal(ap.receive(0, frame, step).kind, "proof");
        await opened.settled();
        station.powerCycle();
      }
      assert.deepEqual(steps, ["0 - nothing", "0 - UPDATE", "0 1 PROVE", "1 - nothing", "1 - nothing"]);
      assert.deepEqual(held(opened.store).devices[0].root, nextRootOf(pskOf(spa), 1, spa));
      await opened.close();
    },
  );

  over("the origin of a root is kept, and goes with it through an update by Modifier'", async ({ place }) => {
    const open = await place();
    let opened = await open();
    const spa = spaOf(0);
    const service = new KeyService({ crypto: nodeCrypto, master: MASTER, store: opened.store });
    service.enrol(spa, pskOf(spa));
    await opened.settled();
    service.startUpdate(spa);
    await opened.settled();
    assert.ok(service.offer(spa, { generation: 1, proof: proofOf(nextRootOf(pskOf(spa), 1, spa), 1, spa) }), "proven");
    await opened.settled();
    opened = await again(opened, open);
    const [record] = opened.store.load().devices;
    assert.deepEqual([record.generation, record.update, record.origin], [1, undefined, "psk"]);
    await opened.close();
  });

  over(
    "002-A11: an AP that lies changes nothing: no proof but the right one is committed, nor one before its time",
    async ({ place }) => {
      const open = await place();
      let opened = await open();
      const spa = spaOf(0);
      const next = nextRootOf(pskOf(spa), 1, spa);
      const right = { generation: 1, proof: proofOf(next, 1, spa) };
      const service = new KeyService({ crypto: nodeCrypto, master: MASTER, store: opened.store });
      service.enrol(spa, pskOf(spa));
      await opened.settled();
      service.offer(spa, right);
      service.startUpdate(spa);
      await opened.settled();
      const before = held(opened.store);
      const lies = [
        { generation: 1, proof: new Uint8Array(8) },
        { generation: 2, proof: right.proof },
        { generation: 0, proof: proofOf(pskOf(spa), 0, spa) },
        { generation: 1, proof: proofOf(pskOf(spa), 1, spa) },
        { generation: 1, proof: right.proof.slice(0, 7) },
      ];
      for (const lie of lies) service.offer(spa, lie);
      await opened.settled();
      opened = await again(opened, open);
      assert.deepEqual(held(opened.store), before);
      assert.deepEqual(before.devices[0].root, pskOf(spa), "the root before is still there");
      await opened.close();
    },
  );

  over(`a fleet of ${FLEET} devices is committed, and found again`, async ({ place }) => {
    const open = await place();
    let opened = await open();
    const records = Array.from({ length: FLEET }, (_, i) => plain(i + 1));
    for (const record of records) opened.store.commit(device(record), nothing);
    await opened.settled();
    opened = await again(opened, open);
    assert.deepEqual(held(opened.store).devices, records);
    await opened.close();
  });
}
