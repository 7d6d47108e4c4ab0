/** 002-A11: root updates through the AP, with the shipped station: lost frames, deaths and crashes at every step. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { AccessPoint } from "../../host/ap/accesspoint.ts";
import { NVM_OCTETS, STATUS } from "../../host/device/abi.ts";
import type { Torn } from "../../host/device/nvm.ts";
import type { KeyDesk } from "../../host/keys/link.ts";
import { decodeRecord } from "../../host/keys/record.ts";
import { tampered } from "../support/deviceframes.ts";
import { ascii, concat, hex } from "../twin/bytes.ts";
import { seededRandom } from "../twin/life.ts";
import { Bed, type BedDevice, nextRootOf, PLAIN_REQUEST, proofOf, pskOf, SPAN_s } from "./bed.ts";
import { Fleet } from "./fleet.ts";

const newest = (device: BedDevice): number | undefined =>
  decodeRecord(device.nvm.octets).slots.find((slot) => slot.newest)?.generation;

test("002-A11: an update: UPDATE in an encrypted M3, its answer in Data, and the old root is dropped everywhere", () => {
  for (const modifier of [undefined, "direct"] as const) {
    for (const encrypted of [true, false]) {
      const bed = new Bed({ modifier });
      const device = bed.enrol();
      const { spa } = device;
      device.station.setPayload(ascii("21.5 C"), encrypted);
      assert.equal(bed.service.startUpdate(spa), 1);
      const { m3, carries } = bed.delivers(bed.takes(device.answer(bed.trigger())), ascii("data"));
      assert.equal(carries, "UPDATE", "a command goes before data");
      assert.equal(m3[3] & 0x40, 0x40, "a command is encrypted, whatever the mode of M2");
      assert.ok(bed.table.device(spa)?.pmkOf(0), "held until the proof");
      const answer = device.answer(m3);
      assert.equal(newest(device), 1);
      assert.deepEqual(bed.receive(answer), { kind: "proof", spa, generation: 1 });
      assert.equal(bed.table.device(spa)?.pmkOf(0), undefined, "dropped");
      bed.refuses(answer, "replayed PN");
      // The session goes on under its PTK, and its frames keep its generation bits.
      assert.equal(bed.receive(device.says(ascii("up"), encrypted)).kind, "data");
      device.takes(bed.data(spa, ascii("data")));
      // The next one is under the new root.
      const m2 = device.answer(bed.trigger({ to: spa }));
      assert.equal(m2[4] & 3, 1);
      assert.equal(bed.delivers(bed.takes(m2)).carries, "nothing");
      bed.crypto.assertSealedOnce();
    }
  }
});

test("002-A11: UPDATE lost is sent again, the same; its answer lost is asked for with PROVE, until it comes", () => {
  const bed = new Bed();
  const device = bed.enrol();
  bed.service.startUpdate(device.spa);
  for (let i = 0; i < 3; i++) {
    assert.equal(bed.delivers(bed.takes(device.answer(bed.trigger()))).carries, "UPDATE");
  }
  bed.command(device, "UPDATE");
  for (let i = 0; i < 3; i++) {
    device.powerCycle();
    bed.command(device, "PROVE");
  }
  assert.equal(bed.service.progressOf(device.spa).generation, 0, "nothing is dropped on an AP's word");
  assert.equal(bed.receive(bed.command(device, "PROVE")).kind, "proof");
  assert.equal(bed.service.progressOf(device.spa).generation, 1);
  assert.equal(bed.exchange(device).carries, "nothing");
});

test("002-A11: M3 with UPDATE and repeated M1: the same M3 octets again, although the key service has a proof since", () => {
  const bed = new Bed();
  const device = bed.enrol();
  bed.service.startUpdate(device.spa);
  const m2 = device.answer(bed.trigger({}, 1));
  const { m3 } = bed.delivers(bed.takes(m2, 1));
  assert.equal(bed.receive(device.answer(m3)).kind, "proof");
  assert.deepEqual(bed.receive(m2, 1), { kind: "again", m3 });
  bed.crypto.assertSealedOnce();
});

test("002-A10, 002-A11: a device that dies at any octet of its update shares a generation with the AP, and ends up updated", () => {
  const values: readonly Torn[] = ["old", "new", 0x00, 0xff];
  const total = (() => {
    const { device, answers } = updating();
    const before = device.nvm.written;
    answers();
    return device.nvm.written - before;
  })();
  assert.ok(total >= 72 && total < NVM_OCTETS, `${total} octets: the slot, and the PMK cache before it`);
  for (let octet = 1; octet <= total; octet += 3) {
    const { bed, device, answers } = updating();
    device.nvm.cutAt(octet, values[octet % values.length]);
    assert.throws(answers, { name: "PowerFailure" });
    device.powerCycle();
    const { carries } = bed.delivers(bed.takes(device.answer(bed.trigger())));
    const { generation } = bed.service.progressOf(device.spa);
    assert.equal(carries, newest(device) === 1 ? "PROVE" : "UPDATE", `octet ${octet}`);
    assert.equal(generation, 0);
    device.powerCycle();
    assert.equal(bed.receive(bed.command(device, carries as "UPDATE" | "PROVE")).kind, "proof", `octet ${octet}`);
    bed.exchange(device);
  }
});

function updating() {
  const bed = new Bed();
  const device = bed.enrol();
  bed.service.startUpdate(device.spa);
  const { m3 } = bed.delivers(bed.takes(device.answer(bed.trigger())));
  return { bed, device, answers: () => device.answer(m3) };
}

test("002-A11: a broken AP's proofs are all refused, and no root is dropped for them", () => {
  const bed = new Bed();
  const device = bed.enrol();
  const { spa } = device;
  bed.service.startUpdate(spa);
  const right = proofOf(nextRootOf(pskOf(spa), 1, spa), 1, spa);
  let wrong = 0;
  const lie = (generation: number, proof: Uint8Array): void => {
    assert.equal(bed.service.offer(spa, { generation, proof }), false);
    assert.equal(bed.service.events["wrong proof"], ++wrong);
  };
  for (let bit = 0; bit < 64; bit++)
    lie(
      1,
      right.map((octet, i) => (i === bit >> 3 ? octet ^ (1 << (bit & 7)) : octet)),
    );
  for (const generation of [0, 2, 255]) lie(generation, right);
  for (const length of [0, 7, 9]) lie(1, concat(right, 0).slice(0, length));
  lie(0, proofOf(pskOf(spa), 1, spa));
  assert.equal(bed.service.offer(Uint8Array.of(2, 3, 4, 5, 6, 7), { generation: 1, proof: right }), false);
  assert.equal(bed.service.events["unknown AP or device"], 1);
  assert.equal(bed.service.progressOf(spa).generation, 0);
  assert.ok(bed.table.device(spa)?.pmkOf(0), "the AP holds the old PMK");
  assert.equal(bed.service.offer(spa, { generation: 1, proof: right }), true);
  assert.equal(bed.service.offer(spa, { generation: 1, proof: right }), true, "once more: known, and no reading");
  assert.equal(bed.service.progressOf(spa).generation, 1);
});

test("002-A11: an AP cannot invent an update: its UPDATE with another T or generation is refused by the device", () => {
  const bed = new Bed();
  const device = bed.enrol();
  bed.service.startUpdate(device.spa);
  const right = bed.service.commandFor(device.spa, 0);
  assert.ok(right, "handed out");
  for (const [at, mask] of [
    [1, 0x02],
    [2, 0x01],
    [17, 0x80],
    [18, 0x01],
    [25, 0x01],
  ]) {
    const forged = right.map((octet, i) => (i === at ? octet ^ mask : octet));
    const service: KeyDesk = { commandFor: () => forged, offer: () => false, missing: () => {} };
    const lying = new AccessPoint({ crypto: bed.crypto, keys: bed.table, service, triggerSpan_s: () => SPAN_s });
    const received = lying.receive(0, device.answer(lying.trigger(0, PLAIN_REQUEST, 0)), 0);
    assert.ok(received.kind === "reading", "it has the PMK");
    const { status, frame } = device.station.receive(received.reading.delivered(0)?.m3 ?? new Uint8Array(0));
    assert.deepEqual([status, frame], [STATUS["bad command"], undefined]);
    assert.equal(newest(device), 0);
  }
  assert.ok(device.answer(bed.delivers(bed.takes(device.answer(bed.trigger()))).m3), "the right one is answered");
});

test("002-A11: after generation 255 comes 0, which is not the PSK again; 260 updates in a row", () => {
  const bed = new Bed();
  const device = bed.enrol();
  const { spa } = device;
  const roots = [pskOf(spa)];
  for (let update = 1; update <= 260; update++) {
    const generation = update & 0xff;
    assert.equal(bed.service.startUpdate(spa), generation);
    bed.now_s += 2;
    assert.deepEqual(bed.receive(bed.command(device, "UPDATE")), { kind: "proof", spa, generation });
    assert.equal(bed.service.progressOf(spa).generation, generation);
    roots.push(nextRootOf(roots[update - 1], generation, spa));
  }
  assert.equal(newest(device), 4);
  assert.equal(new Set(roots.map(hex)).size, roots.length, "no root comes again");
  assert.equal(bed.exchange(device).carries, "nothing");
  bed.crypto.assertSealedOnce();
});

test("an AP without the PMK that an M2 names sends no M3 and asks the key service, which gives it again", () => {
  const bed = new Bed();
  const device = bed.enrol();
  const { spa } = device;
  bed.service.startUpdate(spa);
  assert.equal(bed.receive(bed.command(device, "UPDATE")).kind, "proof");
  // The AP's store came back from an older copy: it holds generation 0 only.
  bed.table.hold({ spa, pmks: [{ generation: 0, pmk: new Uint8Array(32) }] }, () => {});
  const m2 = device.answer(bed.trigger());
  bed.refuses(m2, "no root of that generation");
  assert.equal(bed.service.events["PMK given again"], 1);
  bed.takes(m2);
});

test("an M2 of a generation that nobody holds is refused, asked for and counted; it starts nothing", () => {
  const bed = new Bed();
  const device = bed.enrol();
  const m2 = device.answer(bed.trigger());
  bed.refuses(tampered(m2, 4, 0x02), "no root of that generation");
  assert.deepEqual([bed.service.events["no root of that generation"], bed.service.events["PMK given again"]], [1, 0]);
  assert.deepEqual(bed.service.progressOf(device.spa), { generation: 0, updatingTo: undefined, isReady: false });
  bed.takes(m2);
});

for (const durable of [false, true]) {
  const when = durable ? "after" : "before";
  test(`002-A10, 002-A11: the process dies ${when} any durable step of an update: it goes on from what was committed`, () => {
    const count = ((fleet) => {
      const before = fleet.steps.taken;
      fleet.service.startUpdate(fleet.spa);
      fleet.finish(1);
      return fleet.steps.taken - before;
    })(new Fleet());
    // commit, two APs hold g and g+1, commit of the proof, two APs hold g+1.
    assert.equal(count, 6);
    for (let step = 0; step < count; step++) {
      for (const lost of ["nothing", "M3", "answer"] as const) {
        const fleet = new Fleet();
        fleet.steps.plan = { step: fleet.steps.taken + step, durable };
        const died = fleet.dies(() => {
          fleet.service.startUpdate(fleet.spa);
          fleet.session(0, lost);
          fleet.session(1);
          fleet.session(0);
        });
        assert.ok(died, `step ${step}, ${lost} lost`);
        for (const ap of step % 2 ? fleet.aps : []) ap.restart();
        fleet.start();
        // Whatever was committed: every AP and the device share a generation, and no other root is ever begun.
        fleet.session(0, "M3");
        fleet.session(1, "M3");
        const { generation } = fleet.service.progressOf(fleet.spa);
        if (generation === 0) assert.equal(fleet.service.startUpdate(fleet.spa), 1);
        fleet.finish(1);
      }
    }
  });
}

test("002-A10, 002-A11: 40 updates under seeded crashes of the service, deaths of the device and lost frames", () => {
  const random = seededRandom(66);
  const fleet = new Fleet();
  let deaths = 0;
  for (let generation = 1; generation <= 40; generation++) {
    for (let turn = 0; turn < 12 && fleet.service.progressOf(fleet.spa).generation < generation; turn++) {
      if (random() < 0.4)
        fleet.steps.plan = { step: fleet.steps.taken + Math.floor(6 * random()), durable: random() < 0.5 };
      if (random() < 0.4) fleet.device.nvm.cutAt(1 + Math.floor(180 * random()), Math.floor(256 * random()));
      const lost = (["nothing", "M3", "answer"] as const)[Math.floor(3 * random())];
      const died = fleet.dies(() => {
        fleet.service.startUpdate(fleet.spa);
        fleet.session(turn % 2, lost);
      });
      if (died) {
        deaths++;
        if (random() < 0.5) fleet.aps[turn % 2].restart();
        // A service that has just come back may die again.
        const plan = { step: fleet.steps.taken + Math.floor(4 * random()), durable: random() < 0.5 };
        if (fleet.dies(() => fleet.start(plan))) deaths++;
        fleet.start();
        fleet.device.powerCycle();
      }
      fleet.steps.plan = undefined;
      fleet.device.nvm.powerUp();
    }
    if (fleet.service.progressOf(fleet.spa).generation < generation) {
      fleet.service.startUpdate(fleet.spa);
      fleet.device.powerCycle();
    }
    fleet.finish(generation);
  }
  assert.ok(deaths > 40, `${deaths} deaths`);
  assert.ok(fleet.carried.includes("PROVE"), "answers were lost, too");
});

test("a key service restored from an older copy makes the same update again, never another", () => {
  const fleet = new Fleet();
  const copy = fleet.store.load().devices;
  fleet.service.startUpdate(fleet.spa);
  fleet.finish(1);
  const restored = new Fleet(copy);
  // The same device, which has the new root already, and APs that come with what the restored service gives them.
  restored.device.nvm.octets.set(fleet.device.nvm.octets);
  restored.device.powerCycle();
  assert.throws(() => restored.session(0), /share a generation/);
  assert.equal(restored.service.events["no root of that generation"], 1, "which tells the operator");
  assert.equal(restored.service.startUpdate(restored.spa), 1);
  restored.carried.length = 0;
  restored.finish(1);
  assert.equal(restored.carried[0], "PROVE");
});

test("an update waits for every AP of a record, also for one that has not come back after a crash", () => {
  const fleet = new Fleet();
  fleet.service.startUpdate(fleet.spa);
  assert.ok(fleet.service.progressOf(fleet.spa).isReady, "handed out");
  const away = Uint8Array.of(2, 9, 9, 9, 9, 9);
  fleet.store.inner.commit({ kind: "AP", record: { aa: away, modifier: new Uint8Array(8) } }, () => {});
  fleet.start();
  assert.deepEqual(fleet.service.progressOf(fleet.spa), { generation: 0, updatingTo: 1, isReady: false });
  assert.equal(fleet.service.commandFor(fleet.spa, 0), undefined);
  fleet.session(0);
  assert.equal(fleet.carried.at(-1), "nothing");
  fleet.service.dismiss(away);
  fleet.session(0);
  assert.equal(fleet.carried.at(-1), "UPDATE");
});
