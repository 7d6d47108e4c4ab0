/** An access router that relays a PaC's first request (3.2), and links that lose, double and reorder. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryNetwork } from "../../../host/datagrams/memory.ts";
import { udpLink } from "../../../host/datagrams/udp.node.ts";
import { Relay, relayedOf } from "../../../host/senaa/transport/relay.ts";
import { DEVICE_ID_TYPE } from "../../../host/senaa/wire/deviceid.ts";
import { emitMessage, emitPlain, readMessage } from "../../../host/senaa/wire/message.ts";
import { CLR, SCR } from "../../../host/senaa/wire/messages.ts";
import { isRefusal } from "../../../host/senaa/wire/refusal.ts";
import { Wire } from "../../mih/transport/ends.ts";
import { claOf, clrOf, dropped, endOf, numbers, QUICK, SESSION, scaOf, scrOf } from "./bed.ts";

test("004-S9, 004-D15: a relay passes SCR on with the source, the PAA answers the PaC directly, and the PaC then asks the PAA", async () => {
  const wire = new Wire();
  const relay = new Relay({ near: wire.link("ar"), far: wire.link("ar:far"), paa: "paa", way: "tls" });
  const [pac, paa] = [endOf(wire.link("pac")), endOf(wire.link("paa"), { relays: new Set(["ar:far"]) })];
  paa.does = ({ message, answer }) => answer(message.name === "SCR" ? scaOf(message.header) : claOf(message.header));
  const outcome = await pac.transactions.request("ar", scrOf(pac.transactions.nextIds()), { isRelayed: true });
  assert.ok(!("failure" in outcome), "it is answered");
  assert.deepEqual([outcome.from, outcome.message.name], ["paa", "SCA"]);
  assert.deepEqual([paa.asked[0].from, paa.asked[0].via], ["pac", "ar:far"]);
  assert.deepEqual(
    wire.sent.map(({ from, to }) => `${from}>${to}`),
    ["pac>ar", "ar:far>paa", "paa>pac"],
  );
  const direct = await pac.transactions.request(outcome.from, clrOf(pac.transactions.nextIds()));
  assert.ok(!("failure" in direct) && direct.message.name === "CLA", "and then direct");
  assert.deepEqual([relay.passed, relay.dropped.size], [1, 0]);
});

test("004-D17: a request that comes again over the relay, and once more directly, is the same request", () => {
  const wire = new Wire();
  const paa = endOf(wire.link("paa"), { relays: new Set(["ar"]) });
  const scr = scrOf({ hopByHop: 1, endToEnd: 2 });
  const relayed = relayedOf("pac", scr, "tls");
  assert.ok(relayed instanceof Uint8Array, "it is passed on");
  wire.deliver("ar", "paa", relayed);
  wire.deliver("ar", "paa", relayed);
  assert.deepEqual([paa.asked.length, dropped(paa).repeated], [1, 1]);
});

test("a source that anybody but a known relay tells is not believed, and nobody is answered", () => {
  const wire = new Wire();
  const paa = endOf(wire.link("paa"), { relays: new Set(["ar"]) });
  const relayed = relayedOf("victim", scrOf({ hopByHop: 1, endToEnd: 2 }), "tls");
  assert.ok(relayed instanceof Uint8Array, "it is a message");
  wire.deliver("mallory", "paa", relayed);
  assert.deepEqual([paa.asked.length, wire.sent.length, dropped(paa)], [0, 0, { "not a relay": 1 }]);
  const spaced = relayedOf("no address", scrOf({ hopByHop: 3, endToEnd: 4 }), "tls");
  assert.ok(spaced instanceof Uint8Array, "it is a message");
  wire.deliver("ar", "paa", spaced);
  assert.equal(dropped(paa)["bad relayed source"], 1, "and of a known one what is no address");
});

test("a relay passes first requests alone, leaves them as they are, and puts its word before TLS-Payload and behind Session-Id", () => {
  const ids = { hopByHop: 1, endToEnd: 2 };
  const scr = emitMessage(SCR, ids, { userName: "@x", cookie: new Uint8Array(8), tls: Uint8Array.of(22) });
  const relayed = relayedOf("10.0.0.1:7162", scr, "tls");
  assert.ok(relayed instanceof Uint8Array, "SCR");
  const [before, after] = [readMessage(scr, "tls"), readMessage(relayed, "tls")];
  assert.ok(!isRefusal(before) && !isRefusal(after), "both are read");
  assert.deepEqual(after.body, { ...before.body, relayedSource: "10.0.0.1:7162" });
  assert.deepEqual(after.header, before.header);
  const deviceIds = [{ type: DEVICE_ID_TYPE.eui48, value: new Uint8Array(6) }];
  const plain = emitPlain(CLR, ids, { sessionId: SESSION, userName: "a@x", deviceIds });
  const relayedPlain = relayedOf("pac", plain, "plain");
  assert.ok(relayedPlain instanceof Uint8Array && !isRefusal(readMessage(relayedPlain, "plain")), "CLR without TLS");
  assert.equal(relayedOf("pac", clrOf(ids), "tls"), "not a first request");
  assert.equal(relayedOf("pac", scaOf(ids), "tls"), "not a first request");
  assert.equal(relayedOf("pac", relayed, "tls"), "relayed already");
  assert.equal(relayedOf("pac", scr.slice(1), "tls"), "not a message");
});

test("over a link that loses a third, doubles and reorders, 40 requests of both ends are each handed up once and answered rightly", async () => {
  const draw = numbers(77);
  const random = () => draw() / 2 ** 32;
  const network = new MemoryNetwork({ loss: 0.33, duplicate: 0.2, reorder: 0.2, random });
  const [a, b] = [
    endOf(network.link("a"), { seed: 3, timing: { ...QUICK, mrc: 20 } }),
    endOf(network.link("b"), { seed: 4, timing: { ...QUICK, mrc: 20 } }),
  ];
  const fillOf = (tls: Uint8Array | undefined): number => tls?.[1] ?? -1;
  for (const end of [a, b]) {
    end.does = ({ message, answer }) => {
      const { tls } = message.body as { tls?: Uint8Array };
      answer(claOf(message.header, fillOf(tls) + 100));
    };
  }
  const outcomes = await Promise.all(
    Array.from({ length: 40 }, async (_, i) => {
      const [asks, to] = i % 2 === 0 ? [a, "b"] : [b, "a"];
      const outcome = await asks.transactions.request(to, clrOf(asks.transactions.nextIds(), i));
      return "failure" in outcome ? outcome.failure : fillOf((outcome.message.body as { tls?: Uint8Array }).tls);
    }),
  );
  assert.deepEqual(
    outcomes,
    Array.from({ length: 40 }, (_, i) => i + 100),
  );
  assert.deepEqual([a.asked.length, b.asked.length], [20, 20]);
  assert.ok(
    a.transactions.counts.retransmissions > 0 && (dropped(b).repeated ?? 0) > 0,
    "there were losses and doubles",
  );
  network.close();
});

test("two ends over UDP on this machine: a request and its answer", async () => {
  const [near, far] = [await udpLink("127.0.0.1", 0), await udpLink("127.0.0.1", 0)];
  const [pac, paa] = [endOf(near, { timing: { ...QUICK, irt_ms: 100 } }), endOf(far)];
  paa.does = ({ message, answer }) => answer(scaOf(message.header));
  try {
    const outcome = await pac.transactions.request(far.address, scrOf(pac.transactions.nextIds()));
    assert.ok(!("failure" in outcome) && outcome.message.name === "SCA", "it is answered");
    assert.equal(paa.asked[0].from, near.address);
  } finally {
    pac.transactions.close();
    paa.transactions.close();
  }
});
