/** The AP's daemon and the station at the other end, without a socket and with a clock of the test's. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Datagram, UpDatagram } from "../../host/daemon/datagram.ts";
import { FC } from "../../host/wire/fc.ts";
import { Bed, ofKind } from "./bed.ts";

/** Far more than it takes until power fails in an M2. */
const ROUNDS_MAX = 500;

const isM3 = (datagram: Datagram): boolean => datagram.kind === "down" && datagram.frame[0] === FC.Confirm;
const m3s = (bed: Bed): Uint8Array[] =>
  ofKind(bed, "down")
    .filter(isM3)
    .map(({ frame }) => frame);

test("a reading goes up in an M2, is stored, and its M3 comes down: both ends name the exchange alike", async () => {
  const bed = new Bed();
  const first = await bed.add(1);
  const second = await bed.add(2, { slot: 0.6 });
  for (let i = 0; i < 5; i++) await bed.round();
  for (const { confirmed } of [first, second]) assert.equal(confirmed.length, 5);
  const stored = bed.ledger.lines.map(({ exchange, payload }) => ({ exchange, payload }));
  for (const entry of [...first.confirmed, ...second.confirmed]) {
    assert.equal(stored.filter(({ exchange }) => exchange === entry.exchange).length, 1);
    assert.ok(
      stored.some(({ exchange, payload }) => exchange === entry.exchange && payload === entry.payload),
      "what was confirmed is what was stored",
    );
  }
  assert.equal(bed.daemon.rounds.isIdle, true);
});

test("an M3 begins one SIFS after the M2 that it answers, however long the disk took", async () => {
  const bed = new Bed();
  await bed.add(1);
  bed.ledger.isManual = true;
  const ups: UpDatagram[] = [];
  bed.up = (datagram) => {
    if (datagram.kind === "up") ups.push(datagram);
    return datagram;
  };
  await bed.round({ wait: false });
  bed.real_s += 0.05;
  bed.ledger.waiting.shift()?.("stored");
  await bed.settle();
  const [m3] = ofKind(bed, "down").filter(isM3);
  // 48 chips of 1/4 us, 8 us an octet at 1 Mb/s, 10 us.
  assert.equal(m3.t_us, ups[0].t_us + 12 + 8 * ups[0].frame.length + 10);
});

test("AMP-R3: no M3 leaves before the consumer says that the reading is stored, and none for any other word", async () => {
  const bed = new Bed();
  const remote = await bed.add(1);
  bed.ledger.isManual = true;
  await bed.round({ wait: false });
  assert.deepEqual([bed.ledger.lines.length, m3s(bed).length], [1, 0]);
  bed.ledger.waiting.shift()?.("stored");
  await bed.settle();
  assert.deepEqual([m3s(bed).length, remote.confirmed.length], [1, 1]);
  for (const outcome of ["not stored", "unknown"] as const) {
    await bed.round({ wait: false });
    bed.ledger.waiting.shift()?.(outcome);
    await bed.settle();
    assert.deepEqual([m3s(bed).length, remote.confirmed.length, bed.daemon.rounds.isIdle], [1, 1, true], outcome);
  }
  await bed.round({ wait: false });
  bed.ledger.waiting.shift()?.("stored");
  await bed.settle();
  assert.equal(remote.confirmed.length, 2);
  // The reading that got no M3 came again, each time under another exchange.
  const [, ...again] = bed.ledger.lines;
  assert.equal(new Set(again.map(({ payload }) => payload)).size, 1);
  assert.equal(new Set(again.map(({ exchange }) => exchange)).size, 3);
});

test("a consumer that is slower than the patience of a round costs the M3, and does not stop the AP", async () => {
  const bed = new Bed();
  const remote = await bed.add(1);
  bed.ledger.isManual = true;
  await bed.round();
  assert.deepEqual([m3s(bed).length, bed.daemon.counts.slowDeliveries], [0, 1]);
  bed.ledger.waiting.shift()?.("stored");
  bed.ledger.isManual = false;
  await bed.round();
  assert.deepEqual([m3s(bed).length, remote.confirmed.length], [1, 1]);
});

test("AMP-R3: the same M2 to a repeated M1 gets the same M3 octets, and is not delivered twice", async () => {
  const bed = new Bed();
  const remote = await bed.add(1);
  bed.down = (datagram) => (isM3(datagram) ? undefined : datagram);
  await bed.round();
  bed.down = (datagram) => datagram;
  await bed.round({ repeat: true });
  const [lost, again] = m3s(bed);
  assert.deepEqual(again, lost);
  assert.deepEqual([bed.ledger.lines.length, remote.confirmed.length, bed.daemon.counts.received.again], [1, 1, 1]);
});

test("a frame that power failed in goes up as far as it came, and is taken for nothing", async () => {
  const bed = new Bed();
  const remote = await bed.add(1);
  let octets = 60;
  bed.up = (datagram) =>
    datagram.kind === "up" ? { ...datagram, frame: datagram.frame.subarray(0, octets) } : datagram;
  for (octets of [0, 1, 30, 46]) await bed.round();
  assert.deepEqual([bed.daemon.counts.cut, bed.ledger.lines.length, remote.confirmed.length], [4, 0, 0]);
  bed.up = (datagram) => datagram;
  await bed.round();
  assert.equal(remote.confirmed.length, 1);
});

test("a station that dies and comes back loses nothing that was confirmed, and the AP hears how far its last M2 came", async () => {
  const bed = new Bed();
  const harvest = { source: "constant", constant: { power_W: 3e-4 } };
  // A radio that takes about a whole charge for an M2: it dies there rather than anywhere else.
  const remote = await bed.add(1, { harvest, override: { radio: { tx_W: 0.08 } } });
  const { tally } = remote.station;
  for (let i = 0; i < ROUNDS_MAX && (tally.framesCut < 3 || remote.confirmed.length < 3); i++) await bed.round();
  assert.ok(
    tally.framesCut >= 3 && remote.confirmed.length >= 3,
    `${tally.framesCut} cut, ${remote.confirmed.length} M3`,
  );
  assert.equal(bed.daemon.counts.cut, tally.framesCut);
  assert.equal(bed.real_s, 0, "no round waited for it");
  const stored = bed.ledger.lines.map(({ exchange }) => exchange);
  assert.equal(new Set(stored).size, stored.length);
  assert.ok(
    remote.confirmed.every(({ exchange }) => stored.includes(exchange)),
    "whatever was confirmed is stored",
  );
});

test("two M2s in one slot collide, unless one is heard far above the other", async () => {
  const bed = new Bed();
  const near = await bed.add(1, { settings: { distance_m: [1, 1] } });
  const far = await bed.add(2, { settings: { distance_m: [1, 1] } });
  await bed.round();
  assert.deepEqual([bed.daemon.counts.collided, bed.ledger.lines.length], [2, 0]);
  // Friis: ten times as far is 20 dB less, and the capture ratio is 10 dB.
  const distant = new Bed();
  const strong = await distant.add(1, { settings: { distance_m: [1, 1] } });
  const weak = await distant.add(2, { settings: { distance_m: [10, 10] } });
  await distant.round();
  assert.deepEqual([strong.confirmed.length, weak.confirmed.length, distant.daemon.counts.collided], [1, 0, 1]);
  assert.deepEqual([near.confirmed.length, far.confirmed.length], [0, 0]);
});

test("channels have triggers of their own, and the same slot on two of them is no collision", async () => {
  const bed = new Bed({ channels: 2 });
  const remotes = [await bed.add(1, { channel: 0 }), await bed.add(2, { channel: 1 })];
  for (let n = 0; n < 3; n++) await bed.round();
  assert.deepEqual(
    remotes.map(({ confirmed }) => confirmed.length),
    [3, 3],
  );
  assert.equal(new Set(ofKind(bed, "down").map(({ frame }) => frame.toString())).size, 12, "six M1 and six M3");
});

test("UL Data behind an M3 reach the consumer, of all stations of a round", async () => {
  const bed = new Bed();
  const settings = { data_frames: 2, reading_octets: 4 };
  await bed.add(1, { settings });
  await bed.add(2, { slot: 0.6, settings });
  await bed.round();
  const kinds = bed.ledger.lines.map(({ kind }) => kind).sort();
  assert.deepEqual(kinds, ["data", "data", "data", "data", "reading", "reading"]);
});

test("AMP section 6: a root update goes through over UDP, and the next exchange is under the new root", async () => {
  const bed = new Bed();
  const remote = await bed.add(1);
  bed.keys.startUpdate(remote.spa);
  await bed.round();
  assert.deepEqual(bed.keys.progressOf(remote.spa), { generation: 1, updatingTo: undefined, isReady: false });
  assert.equal(bed.daemon.counts.received.proof, 1);
  await bed.round();
  assert.equal(remote.confirmed.length, 2);
});

test("an AP that was started anew, with a clock that is behind, finds its stations again", async () => {
  const bed = new Bed();
  const remote = await bed.add(1);
  await bed.round();
  bed.start();
  bed.t_us -= 3_600_000_000;
  bed.greet(remote);
  await bed.round();
  await bed.round();
  assert.equal(remote.confirmed.length, 3);
  assert.equal(new Set(bed.ledger.lines.map(({ exchange }) => exchange)).size, 3);
});

test("AMP-R3: an M2 from before the AP's restart is not taken after it", async () => {
  const bed = new Bed();
  const remote = await bed.add(1);
  let kept: UpDatagram | undefined;
  bed.up = (datagram) => {
    if (datagram.kind === "up") kept ??= datagram;
    return datagram;
  };
  await bed.round();
  bed.start();
  bed.greet(remote);
  bed.down = (datagram) => (datagram.kind === "welcome" ? datagram : undefined);
  bed.daemon.rounds.trigger(bed.t_us);
  assert.ok(kept, "an M2 was seen");
  bed.say({ ...kept, t_us: kept.t_us + 100_000 }, remote.source);
  await bed.settle();
  assert.equal(bed.ledger.lines.length, 1);
  assert.equal(bed.daemon.counts.received.refused, 1);
});
