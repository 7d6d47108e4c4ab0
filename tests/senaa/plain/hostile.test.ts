/** SeNAA without TLS against ends that are late, wrong or somebody else's, and against code behind it that fails. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { EapPeer } from "../../../host/eap/peer.ts";
import type { Authenticator } from "../../../host/senaa/paa/authenticator.ts";
import { RESULT } from "../../../host/senaa/wire/codes.ts";
import { emitPlain, readMessage } from "../../../host/senaa/wire/message.ts";
import { CLA, CLR, SSTA } from "../../../host/senaa/wire/messages.ts";
import { devicesOf, inBed, pskPeer, pskServer, USER } from "../session/bed.ts";
import { authenticatorOf, FAILING, fallible } from "../session/failing.ts";
import { PLAIN_PAA_AT, plainPac, withEnds } from "./bed.ts";

const later = (delay_ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delay_ms));

test("004-S17: a PaC without TLS that is closed on its way in is not in, and says nothing more", async () => {
  // When the network has asked, and when it has said Success.
  for (const code of [1, 3]) {
    const closes = { now: (): void => {} };
    const eap = (): EapPeer => {
      const peer = pskPeer();
      const receive = peer.receive.bind(peer);
      peer.receive = async (octets) => {
        const answer = await receive(octets);
        if (octets[0] === code) closes.now();
        return answer;
      };
      return peer;
    };
    await withEnds(
      async ({ pac }) => {
        closes.now = () => pac.close();
        const entering = pac.enter();
        assert.equal(await entering, code === 1 ? "the session ended meanwhile" : "closed");
        const said = pac.counts.requests;
        await later(800);
        assert.deepEqual([pac.session, pac.counts.requests], [undefined, said], "no timer of it is left");
      },
      { pac: { eap }, paa: { lifetime_s: 1 } },
    );
  }
});

test("004-S10 004-S17: an authorization for 0 s is none, and one for ever is not renewed", async () => {
  await withEnds(async ({ pac }) => assert.equal(await pac.enter(), "the network authorizes it for 0 s"), {
    paa: { lifetime_s: 0 },
  });
  await withEnds(
    async ({ pac }) => {
      const entered = await pac.enter();
      assert.ok(typeof entered !== "string");
      assert.equal(entered.lifetime_s, 2 ** 32 - 1);
      const said = pac.counts.requests;
      await later(100);
      assert.equal(pac.counts.requests, said);
    },
    { paa: { lifetime_s: 2 ** 32 - 1 } },
  );
});

test("004-S17: an answer of another Session-Id is none, to a CLR and to an SSTR", async () => {
  await inBed(async (bed) => {
    const server = pskServer().begin(new Uint8Array(6));
    const link = bed.network.link(PLAIN_PAA_AT);
    let isWrong = true;
    link.listen((from, octets) => {
      const read = readMessage(octets, "plain");
      if ("refusal" in read || read.way !== "plain") return;
      const { sessionId } = read.body as { readonly sessionId: string };
      const named = isWrong ? "another;0;0;1" : sessionId;
      if (read.name === "SSTR") {
        link.send(from, emitPlain(SSTA, read.header, { sessionId: "another;0;0;1", resultCode: RESULT.success }));
      } else if (read.name === "CLR") {
        const identity = Uint8Array.of(2, 0, 0, 5 + USER.length, 1, ...new TextEncoder().encode(USER));
        const step = server.receive(read.body.eap ?? identity);
        assert.ok(step);
        const resultCode = step.result === "success" ? RESULT.success : RESULT.multiRoundAuth;
        const body = { sessionId: named, resultCode, eap: step.packet, authorizationLifetime_s: 60 };
        link.send(from, emitPlain(CLA, read.header, body));
      }
    });
    const pac = plainPac(bed, 2);
    assert.equal(await pac.enter(), "the answer is of another session");
    isWrong = false;
    assert.ok(typeof (await pac.enter()) !== "string", "the right one is taken");
    assert.equal(await pac.leave(), "the answer is of another session");
    pac.close();
    link.close();
  });
});

/** Succeeds, but for the n-th conversations that are named. */
function failingAt(isFailing: (n: number) => boolean): Authenticator {
  let begun = 0;
  return authenticatorOf((step) => step, { from: () => pskServer(isFailing(begun++) ? () => undefined : undefined) });
}

test("004-S10 004-S17: a renewal that is refused is tried again for as long as the PaC is authorized, and then it is out", async () => {
  const [events, lost]: [string[], string[]] = [[], []];
  const heard = { onEvent: (event: string) => events.push(event), onLost: (reason: string) => lost.push(reason) };
  await withEnds(
    async ({ paa, pac }) => {
      assert.ok(typeof (await pac.enter()) !== "string");
      while (!events.includes("authenticated again, without TLS")) await later(10);
      assert.ok(events.includes("is not authenticated again: refused with 4001"), events.join("; "));
      assert.deepEqual([lost, paa.open.length], [[], 1]);
    },
    { pac: heard, paa: { lifetime_s: 1, authenticator: failingAt((n) => n === 1) } },
  );
  events.length = 0;
  await withEnds(
    async ({ pac }) => {
      const before_ms = performance.now();
      assert.ok(typeof (await pac.enter()) !== "string");
      while (lost.length === 0) await later(10);
      assert.ok(performance.now() - before_ms >= 990, "not before its second was over");
      const tried = events.filter((event) => event.startsWith("is not authenticated again")).length;
      assert.ok(tried >= 1 && tried <= 3, `${tried} times in vain before the last`);
      assert.equal(pac.session, undefined);
    },
    { pac: heard, paa: { lifetime_s: 1, authenticator: failingAt((n) => n > 0) } },
  );
});

test("004-S7 004-S17: a Session-Id is of the source that had it first: nobody else gets into it, or ends it by one of his own", async () => {
  await withEnds(async ({ bed, paa, pac }) => {
    const entered = await pac.enter();
    assert.ok(typeof entered !== "string");
    const codes: number[] = [];
    const stranger = bed.network.link("10.0.0.7:7164");
    stranger.listen((_, octets) => {
      const read = readMessage(octets, "plain");
      codes.push("refusal" in read ? 0 : ((read.body as { readonly resultCode?: number }).resultCode ?? 0));
    });
    const { sessionId } = entered;
    const request = { sessionId, userName: USER, deviceIds: devicesOf(7) };
    stranger.send(PLAIN_PAA_AT, emitPlain(CLR, { hopByHop: 1, endToEnd: 1 }, request));
    while (codes.length < 1) await later(5);
    assert.deepEqual([codes, paa.open, paa.halfOpen], [[RESULT.unknownSessionId], [sessionId], 0]);
  });
});

test("004-S7 004-S17: what is wrong in a message of that name spoils no authentication that is under way", async () => {
  const forges = { now: async (): Promise<void> => {} };
  const eap = (): EapPeer => {
    const peer = pskPeer();
    const receive = peer.receive.bind(peer);
    peer.receive = async (octets) => {
      await forges.now();
      return receive(octets);
    };
    return peer;
  };
  const [events, answers]: [string[], number[]] = [[], []];
  await withEnds(
    async ({ bed, pac }) => {
      const entered = await pac.enter();
      assert.ok(typeof entered !== "string");
      const forged = { sessionId: entered.sessionId, userName: "ap-8@plant.example", deviceIds: devicesOf(2) };
      // Between any two messages of the renewal, in the name of who is in.
      forges.now = async () => {
        const n = answers.push(0);
        const ids = { hopByHop: n, endToEnd: n };
        bed.network.inject("10.0.0.2:7164", PLAIN_PAA_AT, emitPlain(CLR, ids, forged));
        await later(10);
      };
      while (events.length < 2) await later(5);
      assert.deepEqual(events, ["is in for 1 s, without TLS", "authenticated again, without TLS"]);
      assert.ok(answers.length >= 3, `${answers.length} forged`);
      assert.equal(pac.counts.dropped.get("unexpected answer"), answers.length, "each was answered, and to nobody");
    },
    { pac: { eap, onEvent: (event) => events.push(event) }, paa: { lifetime_s: 1 } },
  );
});

test("004-S18 004-S17: a server that does not say whom it has let in lets in nobody", async () => {
  const authenticator = authenticatorOf((step) => ({ ...step, identity: undefined }));
  await withEnds(
    async ({ bed, pac }) => {
      assert.equal(await pac.enter(), "refused with 4001: EAP has proven nobody by name");
      assert.equal(bed.admitted.length, 0);
    },
    { paa: { authenticator } },
  );
});

test("004-S17: an EAP server or a gate that fails costs one authentication, and a session that is there stays", async () => {
  for (const whose of FAILING) {
    const world = fallible(whose);
    const { authenticator, enforcement, held, wiped } = world;
    await withEnds(
      async ({ bed, paa, pac }) => {
        assert.ok(typeof (await pac.enter()) !== "string");
        world.isFailing = true;
        const other = plainPac(bed, 3);
        assert.match(String(await other.enter()), /refused with 5012/);
        assert.ok(bed.events.includes(`${USER}: it could not be answered: ${whose} has failed`), bed.events.join("; "));
        assert.equal(paa.halfOpen, 0);
        world.isFailing = false;
        assert.ok(typeof (await other.enter()) !== "string", "the next one is answered");
        assert.deepEqual([paa.open.length, held.length, wiped.length], [2, 2, 0]);
        other.close();
      },
      { paa: { authenticator, enforcement } },
    );
  }
});
