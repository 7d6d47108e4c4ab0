/** The link over UDP, on loopback. */

import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { test } from "node:test";
import { udpLink } from "../../../host/datagrams/udp.node.ts";
import { OPCODE } from "../../../host/mih/wire/header.ts";
import { endOf, pause, requestOf, responseTo } from "./ends.ts";

const hasIpv6 = Object.values(networkInterfaces()).some((own) => own?.some(({ address }) => address === "::1"));
const HOSTS = [
  { host: "127.0.0.1", written: /^127\.0\.0\.1:\d+$/, skip: false },
  { host: "::1", written: /^\[::1\]:\d+$/, skip: hasIpv6 ? false : "this machine has no IPv6 loopback" },
] as const;
const TIMING = { rto_ms: 100, retries: 4, transaction_ms: 2000 };

for (const { host, written, skip } of HOSTS) {
  test(`a request of 60,000 octets and its answer cross UDP on ${host}`, { skip }, async () => {
    const links = await Promise.all([udpLink(host, 0), udpLink(host, 0)]);
    for (const { address } of links) assert.match(address, written, "as others write it");
    const [mn, spos] = links.map((link) => endOf(link, { timing: TIMING }));
    const octets = Uint8Array.from({ length: 60_000 }, (_, i) => i * 7);
    spos.hears = (from, pdu) => {
      if (pdu.header.opcode === OPCODE.request) spos.reliable.send(from, responseTo(pdu, octets.toReversed()));
    };
    const request = requestOf(mn, spos.id, 5, octets);
    assert.equal(await mn.reliable.send(spos.id, request), true, "it is heard");
    for (let waited = 0; waited < 100 && mn.received.length === 0; waited++) await pause(5);
    assert.deepEqual(spos.received[0]?.pdu.service, request.service, "whole");
    assert.deepEqual(mn.received[0]?.pdu.service, responseTo(request, octets.toReversed()).service, "and answered");
    assert.deepEqual([mn.received[0]?.from, spos.received[0]?.from], [spos.id, mn.id], "from whom it came");
    mn.reliable.close();
    spos.reliable.close();
  });
}

test("a datagram to nobody, or to what is no address, is lost and throws nothing", async () => {
  const [link, other] = await Promise.all([udpLink("127.0.0.1", 0), udpLink("127.0.0.1", 0)]);
  const heard: string[] = [];
  other.listen((from, octets) => heard.push(`first ${from} ${octets}`));
  other.listen((from, octets) => heard.push(`${from} ${octets}`));
  const nowhere = ["", "x", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:99999999999"];
  for (const to of [...nowhere, "::1:4551", "[::1]:4551", "[]:1", "256.1.1.1:1", "127.0.0.1:1"]) {
    link.send(to, Uint8Array.of(1));
  }
  link.send(other.address, new Uint8Array(70_000));
  link.send(other.address, Uint8Array.of(2));
  for (let waited = 0; waited < 100 && heard.length === 0; waited++) await pause(5);
  assert.deepEqual(heard, [`${link.address} 2`], "what can be sent is, and one listens");
  link.close();
  other.close();
});

test("an address that is taken is refused as the system says it, and a link that is closed is silent, not broken", async () => {
  const link = await udpLink("127.0.0.1", 0);
  const port = Number(link.address.split(":")[1]);
  await assert.rejects(udpLink("127.0.0.1", port), { code: "EADDRINUSE" }, "taken");
  await assert.rejects(udpLink("192.0.2.1", 0), { code: "EADDRNOTAVAIL" }, "not this machine's");
  const mn = endOf(link, { timing: TIMING });
  const sent = mn.reliable.send("127.0.0.1:9", requestOf(mn, "x", 5, Uint8Array.of(1)));
  mn.reliable.close();
  assert.equal(await sent, false, "who waits is told");
  link.send("127.0.0.1:9", Uint8Array.of(1));
  link.close();
  const again = await udpLink("127.0.0.1", port);
  assert.equal(again.address, link.address, "and the address is free again");
  again.close();
});
