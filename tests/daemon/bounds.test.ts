/** Nothing that comes in makes the daemon throw, grow without bound, or forget its stations. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { Buckets } from "../../host/daemon/buckets.ts";
import { type Datagram, emitDatagram } from "../../host/daemon/datagram.ts";
import { PeerTable } from "../../host/daemon/peers.ts";
import { Bed, ofKind } from "./bed.ts";

const STRANGER = { address: "10.9.9.9", port: 9 };
const hello = (cookie: Uint8Array = new Uint8Array(8)): Datagram => ({ kind: "hello", channel: 0, t_us: 0, cookie });

test("a sender that has not shown that it receives is sent nothing but a cookie, no longer than its hello", async () => {
  const bed = new Bed();
  await bed.add(1);
  bed.sent.length = 0;
  bed.say(hello(), STRANGER);
  await bed.round();
  const told = bed.sent.filter(({ to }) => to === STRANGER).map(({ datagram }) => datagram);
  assert.deepEqual([told.map(({ kind }) => kind), bed.daemon.peers.size], [["welcome"], 1]);
  assert.equal(emitDatagram(told[0]).length, emitDatagram(hello()).length);
});

test("a cookie is good for one address, port and channel, and of one process", () => {
  const limits = { most: 10, expire_s: 10 };
  const [table, other] = [new PeerTable(nodeCrypto, limits), new PeerTable(nodeCrypto, limits)];
  const cookie = table.cookieFor(STRANGER, 3);
  assert.equal(other.greet(STRANGER, 3, cookie, 0).greeting, "cookie wanted");
  assert.equal(table.greet({ ...STRANGER, port: 10 }, 3, cookie, 0).greeting, "cookie wanted");
  assert.equal(table.greet({ ...STRANGER, address: "10.9.9.8" }, 3, cookie, 0).greeting, "cookie wanted");
  assert.equal(table.greet(STRANGER, 4, cookie, 0).greeting, "cookie wanted");
  assert.equal(table.greet(STRANGER, 3, cookie, 0).greeting, "new");
  assert.equal(table.greet(STRANGER, 3, cookie, 9).greeting, "known");
  assert.equal(table.leave(STRANGER, 3, new Uint8Array(8)), false);
  table.expire(18);
  assert.equal(table.size, 1);
  table.expire(19);
  assert.equal(table.size, 0);
});

test("the table of stations has a bound: strangers fill it, and nobody whose readings were taken loses his place by that", async () => {
  const bed = new Bed({ peers: { most: 3, expire_s: 10 } });
  const strangers = (from: number): void => {
    for (let port = from; port < from + 20; port++) {
      const source = { address: "10.1.0.1", port };
      bed.say(hello(bed.daemon.peers.cookieFor(source, 0)), source);
    }
  };
  const first = await bed.add(1);
  await bed.round();
  strangers(1000);
  assert.equal(bed.daemon.peers.size, 3);
  const second = await bed.add(2, { slot: 0.6 });
  await bed.round();
  strangers(2000);
  await bed.round();
  assert.deepEqual(
    [first, second].map(({ confirmed }) => confirmed.length),
    [3, 2],
  );
  assert.equal(bed.daemon.peers.size, 3);
});

test("a flood from one address is dropped and counted, and stations are served, of that address too", async () => {
  const bed = new Bed({ perSource: { perSecond: 100, burst: 200 } });
  const remote = await bed.add(1);
  bed.sent.length = 0;
  const { address } = remote.source;
  for (let n = 0; n < 4000; n++) bed.say(hello(), { address, port: 10_000 + n });
  // What the station itself said before it was known counts among them.
  assert.ok(bed.daemon.counts.dropped["source over its rate"] >= 3800, "beyond the burst");
  assert.ok(bed.sent.length <= 200, `${bed.sent.length} answers`);
  await bed.round();
  assert.equal(remote.confirmed.length, 1);
});

test("frames of one short ID beyond its rate are not tried against any key", async () => {
  const bed = new Bed({ perId: { perSecond: 1, burst: 3 } });
  await bed.add(1);
  for (let n = 0; n < 8; n++) await bed.round();
  // One of the ID, then the station has a rate of its own: three at once, and in the 0.7 s on the air no whole one more.
  assert.deepEqual([bed.ledger.lines.length, bed.daemon.counts.dropped["ID over its rate"]], [4, 4]);
});

test("a frame that is not wholly within the slots, at another rate or from nobody is dropped", async () => {
  const bed = new Bed();
  const remote = await bed.add(1);
  const { dropped } = bed.daemon.counts;
  const wrong: readonly [keyof typeof dropped, object][] = [
    ["not in a slot", { t_us: bed.t_us }],
    ["not in a slot", { t_us: bed.t_us + 90_000 }],
    ["other rate", { ulRate_kbps: 250 }],
    ["no such channel", { channel: 1 }],
  ];
  for (const [reason, change] of wrong) {
    const before = dropped[reason];
    bed.up = (datagram) => (datagram.kind === "up" ? ({ ...datagram, ...change } as Datagram) : datagram);
    await bed.round();
    assert.equal(dropped[reason], before + 1, reason);
  }
  bed.say({ kind: "pass", channel: 0, t_us: 0 }, STRANGER);
  assert.deepEqual([dropped["not a peer"], remote.confirmed.length, bed.ledger.lines.length], [1, 0, 0]);
});

test("a newcomer that says nothing is waited for once, and one that was always there three times in a row", async () => {
  const bed = new Bed();
  const silent = await bed.add(1);
  const remote = await bed.add(2, { slot: 0.6 });
  const rounds = async (count: number): Promise<boolean[]> => {
    const waited: boolean[] = [];
    for (let n = 0; n < count; n++) {
      const before_s = bed.real_s;
      await bed.round();
      waited.push(bed.real_s > before_s);
    }
    return waited;
  };
  bed.up = (datagram, { source }) => (source === silent.source ? undefined : datagram);
  const mute = bed.up;
  assert.deepEqual(await rounds(3), [true, false, false]);
  assert.equal(remote.confirmed.length, 3);
  bed.up = (datagram) => datagram;
  assert.ok(
    (await rounds(30)).every((waited) => !waited),
    "nobody is waited for who speaks",
  );
  assert.ok(silent.confirmed.length >= 29, `${silent.confirmed.length} of 30`);
  bed.up = mute;
  assert.deepEqual(await rounds(5), [true, true, true, false, false]);
  assert.equal(remote.confirmed.length, 38);
});

test("a consumer that is full or has failed gets nothing more, and nobody an M3", async () => {
  const bed = new Bed();
  const remote = await bed.add(1);
  bed.ledger.failure = "no space is left";
  await bed.round();
  const { dropped } = bed.daemon.counts;
  assert.deepEqual([bed.ledger.lines.length, dropped["consumer full"], remote.confirmed.length], [0, 1, 0]);
  bed.ledger.failure = undefined;
  await bed.round();
  assert.equal(remote.confirmed.length, 1);
});

test("any octets from anybody, at any time of a round, are taken or counted, and the next exchange works", async () => {
  const bed = new Bed({ perSource: { perSecond: 1e9, burst: 1e9 } });
  const remote = await bed.add(1);
  let sample: Datagram = hello();
  bed.up = (datagram) => {
    sample = datagram;
    return datagram;
  };
  await bed.round();
  const octets = fc.uint8Array({ minLength: 0, maxLength: 120 });
  const pokes = fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 6 });
  for (let run = 0; run < 30; run++) {
    bed.daemon.rounds.trigger(bed.t_us);
    bed.t_us += 100_000;
    fc.assert(
      fc.property(octets, pokes, fc.boolean(), (junk, changes, isPeer) => {
        const changed = emitDatagram({ ...sample, t_us: bed.t_us - 97_000 });
        for (const [at, octet] of changes) changed[at % changed.length] = octet;
        for (const came of [junk, changed]) bed.daemon.receive(came, isPeer ? remote.source : STRANGER);
      }),
      { numRuns: 100 },
    );
    await bed.settle();
    bed.real_s += 1;
    bed.daemon.rounds.advance();
    await bed.settle();
    bed.real_s += 1;
    bed.daemon.rounds.advance();
  }
  bed.greet(remote);
  const before = remote.confirmed.length;
  for (let i = 0; i < 3; i++) await bed.round();
  assert.ok(remote.confirmed.length >= before + 2, `${remote.confirmed.length - before} of 3`);
  assert.ok(ofKind(bed, "over").length > 0, "rounds were over");
});

test("a bucket gives its burst at once and its rate over time, and remembers so many keys and no more", () => {
  const buckets = new Buckets<number>({ perSecond: 10, burst: 5 }, 100);
  const taken = (n: number, now_s: number): number =>
    Array.from({ length: n }, () => buckets.takes(1, now_s)).filter(Boolean).length;
  assert.deepEqual([taken(20, 0), taken(20, 0.3), taken(20, 100), taken(20, 50)], [5, 3, 5, 0]);
  for (let key = 0; key < 10_000; key++) buckets.takes(key, 100);
  assert.equal(buckets.size, 100);
});

test("a table full of stations whose readings were taken has no place for another", async () => {
  const bed = new Bed({ peers: { most: 1, expire_s: 10 } });
  await bed.add(1);
  await bed.round();
  const source = { address: "10.1.0.1", port: 1 };
  bed.say(hello(bed.daemon.peers.cookieFor(source, 0)), source);
  assert.deepEqual([bed.daemon.peers.size, bed.daemon.counts.dropped["peer table full"]], [1, 1]);
});

test("a datagram from port 0, which nobody can answer, is dropped and counted", async () => {
  const bed = new Bed();
  const remote = await bed.add(1);
  bed.say(hello(), { address: "10.1.0.1", port: 0 });
  assert.equal(bed.daemon.counts.dropped["no source port"], 1);
  await bed.round();
  assert.equal(remote.confirmed.length, 1);
});
