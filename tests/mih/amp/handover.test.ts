/** A station that moves between two AMP APs: prepared by 802.21 in each scheme, and by nothing at all under a Modifier. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeCrypto } from "../../../host/crypto/node.ts";
import { systemClock } from "../../../host/datagrams/link.ts";
import { MemoryNetwork } from "../../../host/datagrams/memory.ts";
import { StationAgent } from "../../../host/mih/amp/agent.ts";
import { emitGeneration, isLinkOf, readGeneration } from "../../../host/mih/amp/ends.ts";
import { isTainted } from "../../../host/mih/sa/said.ts";
import { LINK, QUICK } from "../../../host/mih/scene.ts";
import { ORIGIN_OF, SCHEMES } from "../../../host/mih/schemes/scheme.ts";
import { link80211 } from "../../../host/mih/wire/values.ts";
import { streamsOf } from "../../../host/sim/streams.ts";
import { AA, type BedOptions, SPA, TwoAps } from "./bed.ts";

async function inBed(
  scheme: (typeof SCHEMES)[number],
  options: BedOptions,
  story: (bed: TwoAps) => Promise<void>,
): Promise<void> {
  const bed = await TwoAps.begun(scheme, options);
  try {
    await story(bed);
  } finally {
    bed.close();
  }
}

for (const scheme of SCHEMES) {
  test(`003-M6 001-P5 ${scheme}: prepared by 802.21, told in one M3, and read at the next AP after a power loss`, async () => {
    await inBed(scheme, {}, async (bed) => {
      assert.equal(bed.target.requestFor(SPA), undefined, "the next AP has nothing of the station before");
      const { sent } = bed.network;
      const prepared = await bed.prepare();
      assert.ok(typeof prepared !== "string", `prepared: ${prepared}`);
      assert.ok(bed.network.sent > sent, "802.21 has spoken");
      const before = bed.device.nvm.written;
      const { carries, m3_octets, data } = await bed.tells();
      assert.equal(carries, scheme === "21d" ? "HANDOVER WRAPPED" : "HANDOVER");
      // MAC 5 + FCS 2, PN 2, MIC 8: one M3 that is sent anyway is longer by the command, and one Data frame follows it.
      assert.deepEqual([m3_octets, data?.octets], [17 + (scheme === "21d" ? 31 : 39), 17 + 9]);
      assert.equal(bed.device.nvm.written - before, 92, "NVM octets written");
      assert.equal(bed.reads(0).carries, "nothing", "told once");
      bed.device.powerCycle();
      bed.reads(1);
      const handed = bed.target.of(SPA);
      assert.deepEqual(
        [handed?.origin, handed?.isTainted, handed?.generation, handed?.readings],
        [ORIGIN_OF[scheme], isTainted(ORIGIN_OF[scheme]), 0, 1],
        "the key remembers where it came from",
      );
    });
  });

  test(`AMP-R7 003-M6 ${scheme}: a lost M3, a lost answer and a death in between cost a session each, and no key`, async () => {
    await inBed(scheme, {}, async (bed) => {
      await bed.prepare();
      const command = scheme === "21d" ? "HANDOVER WRAPPED" : "HANDOVER";
      assert.equal(bed.ask(0, "M2").received.kind, "ack", "the M2 is lost");
      assert.equal(bed.ask(0, "M3").carries, command, "the M3 is lost");
      bed.device.powerCycle();
      assert.equal(bed.ask(0, "answer").carries, command, "the answer is lost");
      bed.device.powerCycle();
      const { written } = bed.device.nvm;
      await bed.tells();
      // The boot counter of the new life, and nothing of the entry, which is there.
      assert.equal(bed.device.nvm.written - written, 12, "NVM octets written");
      bed.device.powerCycle();
      bed.reads(1);
    });
  });

  test(`AMP-R7 ${scheme}: power fails in the entry's writes: both APs have the station again, once it is told again`, async () => {
    // Each step of the write: the old check field, first, middle and last octet, the new check field.
    for (const at of [1, 5, 40, 88, 91]) {
      await inBed(scheme, {}, async (bed) => {
        await bed.prepare();
        bed.device.nvm.cutAt(at, 0xff);
        assert.throws(() => bed.ask(0), { name: "PowerFailure" }, "power fails");
        bed.device.powerCycle();
        await bed.tells();
        bed.device.powerCycle();
        bed.reads(1);
        bed.reads(0);
      });
    }
  });

  test(`003-M6 ${scheme}: an update before the telling leads to a new one, and one behind it to a new K`, async () => {
    await inBed(scheme, {}, async (bed) => {
      await bed.prepare();
      bed.updates();
      if (scheme === "21d") {
        // The wrap was for the leaf under the root before: the AP sees the new one, and does not send it in vain.
        assert.equal(bed.reads(0).carries, "nothing", "what nobody can open is not sent");
        assert.equal(bed.outdated.length, 1, "the agent hears of it");
        bed.rooted(1);
        assert.ok(typeof (await bed.time.of(bed.agent.again())) !== "string", "wrapped anew");
        await bed.tells();
        bed.reads(1);
        return;
      }
      assert.equal(bed.target.of(SPA)?.generation, 0, "as it was told first");
      await bed.tells();
      assert.equal(bed.target.of(SPA)?.generation, 1, "told again");
      bed.reads(1);
      bed.updates();
      assert.equal(bed.outdated.length, 0, "the session of the update is still under the old root");
      bed.reads(0);
      assert.equal(bed.outdated.length, 1, "the station's entry is of a root that is no more");
      assert.equal(
        bed.ask(1).received.kind,
        "refused",
        "and it answers under its root, which is not what is asked for",
      );
      assert.ok(typeof (await bed.time.of(bed.agent.again())) !== "string", "a new K");
      await bed.tells();
      bed.reads(1);
    });
  });
}

test("003-C17 003-M6: over a network in memory that loses every fifth datagram the station is told all the same", async () => {
  for (const scheme of SCHEMES) {
    await inBed(scheme, {}, async (bed) => {
      const stream = streamsOf(nodeCrypto, 7)("loss");
      const network = new MemoryNetwork({ loss: 0.2, random: stream.uniform });
      const site = bed.siteOver(network, systemClock, QUICK);
      try {
        assert.equal(await site.attach(), undefined, `${scheme}: attached`);
        const agent = new StationAgent({ mobile: site.mn, link: bed.serving, spa: SPA });
        const prepared = await agent.prepare(link80211(AA[1]));
        assert.ok(typeof prepared !== "string", `${scheme}: prepared: ${prepared}`);
      } finally {
        site.close();
        network.close();
      }
      assert.equal(bed.reads(0).carries, scheme === "21d" ? "HANDOVER WRAPPED" : "HANDOVER");
      bed.device.powerCycle();
      bed.reads(1);
    });
  }
});

test("001-P2: the Modifier scheme needs no 802.21: the station answers the next AP at once, and nothing is on the air before", async () => {
  await inBed("21a", { isServed: true }, async (bed) => {
    const { sent } = bed.network;
    bed.device.powerCycle();
    const { carries, m3_octets, data } = bed.reads(1);
    assert.deepEqual([carries, m3_octets, data], ["nothing", 17, undefined]);
    assert.equal(bed.network.sent, sent, "802.21 has said nothing");
  });
});

test("003-C12: a key that a PoS has had stays marked until the station has authenticated afresh at that AP", async () => {
  await inBed("21a", { isServed: true }, async (bed) => {
    await bed.prepare();
    await bed.tells();
    bed.reads(1);
    assert.equal(bed.target.of(SPA)?.isTainted, true, "marked");
    bed.tables[1].forget(SPA);
    bed.reads(1);
    assert.equal(bed.target.of(SPA), undefined, "a reading under a PMK of the key service ends it");
  });
  await inBed("xor", {}, async (bed) => {
    await bed.prepare();
    await bed.tells();
    bed.target.proven(SPA, 0);
    assert.equal(bed.target.of(SPA)?.isTainted, true, "the root that it is of proves nothing new");
    bed.target.proven(SPA, 1);
    assert.equal(bed.target.requestFor(SPA), undefined, "a newer root ends it, and all that came with it");
  });
});

test("003-C12: a policy refuses a tainted key after as many readings, and falls back to the key service's; a group key stays", async () => {
  for (const [scheme, isServed] of [
    ["21a", true],
    ["xor", false],
    ["21d", true],
  ] as const) {
    await inBed(scheme, { isServed, taintedReadings: 2 }, async (bed) => {
      await bed.prepare();
      await bed.tells();
      for (const reading of [1, 2]) {
        assert.equal(bed.target.requestFor(SPA)?.handover, true, `reading ${reading} under the handover PMK`);
        bed.reads(1);
      }
      const request = bed.target.requestFor(SPA);
      if (scheme === "21d") assert.equal(request?.handover, true, "nobody else has it");
      else assert.deepEqual(request, isServed ? { to: SPA } : undefined, "its own Modifier, or nothing");
    });
  }
});

test("003-M7: when K's time is over the next AP forgets it, and the serving AP tells the station no more", async () => {
  for (const scheme of SCHEMES) {
    await inBed(scheme, { keyLifetime_s: 30, isServed: true }, async (bed) => {
      await bed.prepare();
      assert.equal(bed.target.requestFor(SPA)?.handover, true, `${scheme}: admitted`);
      await bed.time.pass(20_000);
      await bed.prepare();
      await bed.time.pass(20_000);
      assert.equal(bed.target.requestFor(SPA)?.handover, true, `${scheme}: a newer key has its own time`);
      assert.notEqual(bed.serving.of(SPA), undefined, `${scheme}: and is still to be told`);
      await bed.time.pass(20_000);
      assert.deepEqual(bed.target.requestFor(SPA), { to: SPA }, `${scheme}: its own Modifier`);
      assert.equal(bed.tables[1].admitted(SPA), undefined, `${scheme}: forgotten`);
      assert.equal(bed.reads(0).carries, "nothing", `${scheme}: not told any more`);
      bed.reads(1);
    });
  }
});

test("001-P7: links that are no AMP AP's or no AMP station's are none of these ends'", async () => {
  assert.equal(readGeneration(emitGeneration(255)), 255);
  assert.equal(readGeneration(Uint8Array.of(1, 0)), undefined, "another first octet");
  assert.ok(isLinkOf(link80211(AA[1]), AA[1]) && !isLinkOf(link80211(AA[0]), AA[1]) && !isLinkOf(LINK.umts, AA[1]));
  await inBed("21a", {}, async (bed) => {
    const grant = { mn: "x", mnLink: link80211(SPA), poaLink: link80211(AA[1]), k: new Uint8Array(32) };
    const rest = { origin: "remedy1", expires_ms: 1e9 } as const;
    bed.target.install({ ...grant, ...rest, poaLink: link80211(AA[0]) });
    bed.target.install({ ...grant, ...rest, mnLink: LINK.mnUmts });
    assert.equal(bed.target.of(SPA), undefined, "nothing was admitted");
    assert.equal(bed.target.deliver("x", link80211(AA[1]), Uint8Array.of(1)), undefined, "no generation");
    assert.throws(() => bed.serving.install({ ...grant, ...rest, poaLink: LINK.umts }), /^RangeError: poaLink: /);
    assert.throws(() => bed.serving.install({ ...grant, ...rest, mnLink: LINK.mnUmts }), /^RangeError: mnLink: /);
  });
});
