/** Hundreds of exchanges over a network that loses, doubles and reorders. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeCrypto } from "../../../host/crypto/node.ts";
import { MemoryNetwork, type NetworkFaults } from "../../../host/datagrams/memory.ts";
import { Remembered } from "../../../host/mih/transport/remembered.ts";
import { OPCODE } from "../../../host/mih/wire/header.ts";
import { streamsOf } from "../../../host/sim/streams.ts";
import { equalOctets } from "../../../host/wire/octets.ts";
import { type End, endOf, pause, QUICK, requestOf, responseTo } from "./ends.ts";

const streams = streamsOf(nodeCrypto, 9);

function networkOf(name: string, faults: NetworkFaults): MemoryNetwork {
  return new MemoryNetwork({ ...faults, random: streams(name).uniform });
}

/** Answers each request after up to `slow_ms` with its last octets, each one more; how often each was handled, by TID. */
function answering(end: End, slow_ms: number): Map<number, number> {
  const handled = new Map<number, number>();
  const { whole } = streams("slowness");
  end.hears = async (from, pdu) => {
    if (pdu.header.opcode !== OPCODE.request) return;
    handled.set(pdu.header.tid, (handled.get(pdu.header.tid) ?? 0) + 1);
    const asked = pdu.service ?? new Uint8Array();
    const late_ms = whole(slow_ms + 1);
    if (late_ms > slow_ms / 2) await pause(late_ms);
    await end.reliable.send(from, responseTo(pdu, answerTo(asked)));
  };
  return handled;
}

function answerTo(asked: Uint8Array): Uint8Array {
  return asked.slice(-20).map((octet) => octet + 1);
}

test("with 30 % loss, doubles and disorder both ways, each of 400 requests is handled once and answered right, or the sender is told", async () => {
  const network = networkOf("faults", { loss: 0.3, duplicate: 0.2, reorder: 0.3 });
  const timing = { ...QUICK, rto_ms: 6, retries: 6 };
  const [mn, spos] = ["mn", "spos"].map((id) => endOf(network.link(id), { timing }));
  const handled = answering(spos, 10);
  const heard = new Map<number, boolean>();
  const requests = Array.from({ length: 400 }, (_, i) => requestOf(mn, "spos", i, Uint8Array.of(i >> 8, i, 7)));
  const ask = async (next: number): Promise<void> => {
    for (let i = next; i < requests.length; i += 80) {
      heard.set(i, await mn.reliable.send("spos", requests[i]));
    }
  };
  await Promise.all(Array.from({ length: 80 }, (_, i) => ask(i)));
  for (let waited = 0; waited < 100 && mn.received.length < handled.size; waited++) await pause(10);
  const answered = new Map<number, number>();
  for (const { pdu } of mn.received) {
    const { tid } = pdu.header;
    answered.set(tid, (answered.get(tid) ?? 0) + 1);
    const expected = responseTo(requests[tid], answerTo(requests[tid].service ?? new Uint8Array())).service;
    assert.deepEqual(pdu.service, expected, `the answer to ${tid}`);
  }
  for (let i = 0; i < requests.length; i++) {
    const times = handled.get(i) ?? 0;
    assert.ok(times <= 1, `${i} was handled ${times} times`);
    assert.ok((answered.get(i) ?? 0) <= times, `${i} was answered ${answered.get(i)} times`);
    if (heard.get(i)) assert.equal(times, 1, `${i} was heard, and so handled`);
  }
  const told = [...heard.values()].filter((isHeard) => !isHeard).length;
  assert.ok(handled.size >= 390 && answered.size >= 380 && told < 40, `${handled.size}, ${answered.size}, ${told}`);
  assert.ok(spos.dropped.filter((why) => why === "repeated").length > 50, "many came twice");
  mn.reliable.close();
  spos.reliable.close();
  network.close();
});

test("six messages of 60,000 octets at once get through a network that loses one datagram in ten", async () => {
  const network = networkOf("long", { loss: 0.1, duplicate: 0.1, reorder: 0.2 });
  const [mn, spos] = ["mn", "spos"].map((id) => endOf(network.link(id)));
  const handled = answering(spos, 0);
  const sent = [1, 2, 3, 4, 5, 6].map((tid) => {
    const octets = streams(`message ${tid}`).fill(new Uint8Array(60_000));
    return { tid, octets, isHeard: mn.reliable.send("spos", requestOf(mn, "spos", tid, octets)) };
  });
  for (const { tid, isHeard } of sent) assert.ok(await isHeard, `message ${tid} is heard`);
  for (let waited = 0; waited < 200 && mn.received.length < sent.length; waited++) await pause(10);
  assert.deepEqual([...handled.values()], Array(6).fill(1), "each is handled once");
  assert.equal(mn.received.length, 6, "each is answered once");
  for (const { pdu } of spos.received) {
    const { tid } = pdu.header;
    const expected = requestOf(mn, "spos", tid, sent[tid - 1].octets).service ?? new Uint8Array();
    assert.ok(equalOctets(pdu.service ?? new Uint8Array(), expected), `${tid} with all its octets`);
  }
  mn.reliable.close();
  spos.reliable.close();
  network.close();
});

test("a network in memory does what it is asked for: loss, doubles, a tap that changes, links that close", async () => {
  const heard: string[] = [];
  const tapped: string[] = [];
  const network = new MemoryNetwork({
    tap: (from, to, octets) => {
      tapped.push(`${from} ${to} ${octets}`);
      return octets[0] === 1 ? false : octets[0] === 2 ? Uint8Array.of(20) : undefined;
    },
  });
  const [a, b] = [network.link("a"), network.link("b")];
  assert.throws(() => network.link("b"), /RangeError: address: b is taken/, "one link an address");
  b.listen((from, octets) => heard.push(`${from} ${octets}`));
  for (const octet of [1, 2, 3]) a.send("b", Uint8Array.of(octet));
  a.send("nobody", Uint8Array.of(4));
  network.inject("eve", "b", Uint8Array.of(5));
  await pause(10);
  assert.deepEqual(heard, ["a 20", "a 3", "eve 5"], "one is lost, one is changed, one is nobody's, one is forged");
  assert.deepEqual(tapped, ["a b 1", "a b 2", "a b 3", "a nobody 4"], "the tap sees all that is sent");
  assert.deepEqual([network.sent, network.sent_octets], [4, 4], "and they are counted");
  a.close();
  a.send("b", Uint8Array.of(6));
  const again = network.link("a");
  const answered: string[] = [];
  again.listen((from, octets) => answered.push(`${from} ${octets}`));
  a.close();
  b.send("a", Uint8Array.of(9));
  again.send("b", Uint8Array.of(7));
  await pause(10);
  assert.deepEqual(heard.slice(3), ["a 7"], "who has closed sends no more, whoever has the address now");
  assert.deepEqual(answered, ["b 9"], "nor takes the address from it");
  again.send("b", Uint8Array.of(8));
  network.close();
  await pause(10);
  assert.equal(heard.length, 4, "what was on its way is not heard");
  const certain = new MemoryNetwork({ loss: 1, random: streams("any").uniform });
  const doubled = new MemoryNetwork({ duplicate: 1, random: streams("any").uniform });
  const counts = [certain, doubled].map((one) => {
    const count = { heard: 0 };
    one.link("b").listen(() => count.heard++);
    one.link("a").send("b", Uint8Array.of(1));
    return count;
  });
  await pause(10);
  assert.deepEqual(counts, [{ heard: 0 }, { heard: 2 }], "lost for certain, doubled for certain");
});

test("what came in is remembered of 1024 messages a peer, 16,384 and 16 MiB in all; the oldest goes first", () => {
  const octets = Uint8Array.of(1);
  const one = new Remembered(1000);
  const kept = (count: number) =>
    Array.from({ length: count }, (_, number) => one.find("mn", number, 0) !== undefined).filter(Boolean).length;
  for (let number = 0; number < 1100; number++) one.note("mn", number, octets, 0);
  assert.equal(kept(1100), 1024, "of one peer");
  assert.ok(one.find("mn", 76, 0) && !one.find("mn", 75, 0), "the newest");
  for (let peer = 0; peer < 15_360; peer++) one.note(`eve ${peer}`, 1, octets, 0);
  assert.equal(kept(1100), 1024, "so many strangers do not push out who is quiet");
  one.note("late", 1, octets, 0);
  assert.ok(kept(1100) === 1023 && !one.find("mn", 76, 0), "one more pushes out the oldest");
  one.note("mn", 1099, octets, 0);
  one.note("later", 1, octets, 0);
  assert.ok(kept(1100) === 1023 && !one.find("eve 0", 1, 0), "of whoever has been quiet longest");

  const many = new Remembered(1000);
  const long = new Uint8Array(65_536);
  for (let number = 0; number < 300; number++) many.note(`peer ${number % 10}`, number, long, 0);
  const held = Array.from({ length: 300 }, (_, number) => many.find(`peer ${number % 10}`, number, 0) !== undefined);
  assert.equal(held.filter(Boolean).length, 256, "16 MiB of 64 KiB each");
  assert.ok(held[299] && !held[0], "the newest of them");
  many.answer("peer 9", 299, [long, long]);
  assert.equal(many.find("peer 9", 299, 0)?.answer?.length, 2, "an answer is kept with its request");
  const after = held.filter((_, number) => many.find(`peer ${number % 10}`, number, 0)).length;
  assert.equal(after, 254, "and takes the room of two");
});

test("what came in is forgotten after its time, and an answer to nobody is not kept", () => {
  const remembered = new Remembered(1000);
  const octets = Uint8Array.of(1);
  remembered.note("mn", 1, octets, 0);
  remembered.answer("mn", 2, [octets]);
  remembered.answer("eve", 1, [octets]);
  assert.deepEqual(remembered.find("mn", 1, 1000), { octets, answer: undefined, since_ms: 0 }, "as it came");
  assert.equal(remembered.find("mn", 1, 1001), undefined, "a moment later");
  assert.equal(remembered.find("mn", 2, 0), undefined, "an answer makes no request");
  assert.equal(remembered.find("eve", 1, 0), undefined, "nor a peer");
  remembered.note("mn", 1, octets, 2000);
  assert.equal(remembered.find("mn", 1, 2500)?.since_ms, 2000, "noted anew");
});
