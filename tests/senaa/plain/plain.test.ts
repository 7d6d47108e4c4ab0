/** SeNAA without TLS, where it is configured: what it does, what it refuses, and what it has nothing to do with. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { RESULT, TERMINATION_CAUSE } from "../../../host/senaa/wire/codes.ts";
import { DEVICE_ID_TYPE } from "../../../host/senaa/wire/deviceid.ts";
import { emitPlain, type PlainMessage, readMessage } from "../../../host/senaa/wire/message.ts";
import { CLA, CLR, SASR, SSTR } from "../../../host/senaa/wire/messages.ts";
import { concat, equalOctets } from "../../../host/wire/octets.ts";
import { devicesOf, inBed, PAA_AT, pskPeer, pskServer, USER } from "../session/bed.ts";
import { authenticatorOf } from "../session/failing.ts";
import { PLAIN_PAA_AT, plainPac, withEnds } from "./bed.ts";

const ids = { hopByHop: 7, endToEnd: 8 };

test("004-S17: where it is configured a PaC enters, authenticates again and leaves without TLS; all of it is in clear", async () => {
  await withEnds(
    async ({ bed, paa, pac, said }) => {
      const entered = await pac.enter();
      assert.ok(typeof entered !== "string", `it is in: ${entered}`);
      assert.equal(entered.tlsVersion, undefined);
      const [grant] = bed.admitted;
      assert.deepEqual([grant.userName, grant.sessionId], [USER, entered.sessionId]);
      assert.ok(equalOctets(grant.lsa, entered.lsa), "one key at both ends");
      assert.deepEqual(paa.open, [entered.sessionId]);
      const first = entered.lsa.slice();
      while (!bed.events.includes(`${USER}: authenticated again, without TLS`)) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      while (!pac.session || equalOctets(pac.session.lsa, first))
        await new Promise((resolve) => setTimeout(resolve, 5));
      assert.ok(equalOctets(bed.admitted[1].lsa, pac.session.lsa), "the enforcement point has the new key, too");
      assert.deepEqual([bed.admitted.length, bed.removed.length], [2, 1], "and the one of before is taken back");
      assert.equal(await pac.leave(), true);
      assert.deepEqual(paa.open, []);
      assert.equal(bed.removed.length, 2);
      const all = Buffer.from(concat(...said)).toString("latin1");
      assert.ok(all.includes(USER), "the name is there for everybody to read");
    },
    { paa: { lifetime_s: 1 } },
  );
});

test("004-S17: a PAA that ends a session without TLS tells its PaC", async () => {
  const lost: string[] = [];
  await withEnds(
    async ({ paa, pac }) => {
      const entered = await pac.enter();
      assert.ok(typeof entered !== "string");
      assert.equal(await paa.abort(entered.sessionId, TERMINATION_CAUSE.administrative), true);
      assert.equal(lost.length, 1);
      assert.equal(pac.session, undefined);
      assert.equal(await paa.abort(entered.sessionId, TERMINATION_CAUSE.administrative), false);
    },
    { pac: { onLost: (reason) => lost.push(reason) } },
  );
});

test("004-S7 004-S17: without TLS, too, a wrong key, a strange address and a user of another network are refused", async () => {
  for (const [what, pac, says] of [
    ["a wrong key", { eap: () => pskPeer(new Uint8Array(16)) }, /refused with 4001/],
    ["a strange address", { deviceIds: devicesOf(9) }, /refused with 5004: Device-Identifier is not where/],
    [
      "another user",
      { userName: "nobody@plant.example", eap: () => pskPeer(undefined, "nobody@plant.example") },
      /refused/,
    ],
  ] as const) {
    await withEnds(
      async ({ bed, paa, pac: one }) => {
        assert.match(String(await one.enter()), says, what);
        assert.equal(bed.admitted.length, 0, what);
        assert.equal(paa.halfOpen, 0, "nothing of it stays");
      },
      { pac },
    );
  }
});

test("004-S17: whom the enforcement point does not want has no session", async () => {
  await withEnds(
    async ({ paa, pac }) => {
      assert.match(String(await pac.enter()), /refused with 5003: not for this network/);
      assert.deepEqual([paa.open, paa.halfOpen], [[], 0]);
    },
    { paa: { enforcement: { admit: () => false, remove: () => assert.fail("nobody was admitted") } } },
  );
});

test("004-D11: a session with TLS and one without know nothing of each other: neither ends the other", async () => {
  await withEnds(async ({ bed, paa, pac }) => {
    const tls = bed.pac(3);
    const [inTls, inClear] = [await tls.enter(), await pac.enter()];
    assert.ok(typeof inTls !== "string" && typeof inClear !== "string");
    const logout = (sessionId: string): Uint8Array =>
      emitPlain(SSTR, ids, { sessionId, terminationCause: TERMINATION_CAUSE.logout });
    // In the name of the PaC that has TLS, at both ports; and the other way round.
    bed.network.inject("10.0.0.3:7162", PLAIN_PAA_AT, logout(inTls.sessionId));
    bed.network.inject("10.0.0.3:7164", PLAIN_PAA_AT, logout(inTls.sessionId));
    bed.network.inject("10.0.0.3:7162", PAA_AT, logout(inTls.sessionId));
    const abort = emitPlain(SASR, ids, {
      sessionId: inTls.sessionId,
      terminationCause: TERMINATION_CAUSE.administrative,
    });
    bed.network.inject(PAA_AT, "10.0.0.3:7162", abort);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(bed.paa.open, [inTls.sessionId]);
    assert.ok(tls.session, "the PaC with TLS is in");
    assert.ok(typeof (await tls.reauthenticate()) !== "string", "and stays so");
    bed.network.inject("10.0.0.2:7164", PAA_AT, logout(inClear.sessionId));
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(paa.open, [inClear.sessionId]);
  });
});

test("004-S7 004-S17: in a session without TLS nobody becomes another user or device, and only the PAA's address ends it", async () => {
  await withEnds(async ({ bed, paa, pac }) => {
    const entered = await pac.enter();
    assert.ok(typeof entered !== "string");
    const { sessionId } = entered;
    const answers: PlainMessage[] = [];
    const stolen = bed.network.link("10.0.0.7:7164");
    stolen.listen((_, octets) => {
      const read = readMessage(octets, "plain");
      if (!("refusal" in read)) answers.push(read);
    });
    // A session of its own first, then another's name and another's device in it.
    const own = { sessionId: "own;0;0;1", deviceIds: devicesOf(7) };
    const asks = (n: number, body: object): void =>
      stolen.send(PLAIN_PAA_AT, emitPlain(CLR, { hopByHop: n, endToEnd: n }, { ...own, userName: USER, ...body }));
    for (const [n, body] of [{}, { userName: "ap-8@plant.example" }].entries()) {
      asks(n, body);
      while (answers.length <= n) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const codes = answers.map(({ body }) => ("resultCode" in body ? body.resultCode : 0));
    assert.deepEqual(codes, [RESULT.multiRoundAuth, RESULT.invalidAvpValue]);
    assert.equal(paa.halfOpen, 0, "and with that it is over");
    const abort = emitPlain(SASR, ids, { sessionId, terminationCause: TERMINATION_CAUSE.administrative });
    bed.network.inject("10.0.0.7:7164", "10.0.0.2:7164", abort);
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.ok(pac.session, "a stranger's end is none");
    assert.deepEqual(paa.open, [sessionId]);
    stolen.close();
  });
});

test("004-S17: a PAA without TLS that says success before EAP has come to it is not believed", async () => {
  await inBed(async (bed) => {
    const link = bed.network.link(PLAIN_PAA_AT);
    link.listen((from, octets) => {
      const read = readMessage(octets, "plain");
      if ("refusal" in read || read.name !== "CLR") return;
      const { sessionId } = read.body;
      const success = { sessionId, resultCode: RESULT.success, authorizationLifetime_s: 60 };
      link.send(from, emitPlain(CLA, read.header, success));
    });
    const pac = plainPac(bed, 2);
    assert.match(String(await pac.enter()), /says that EAP has succeeded, and the method is not done/);
    assert.equal(pac.session, undefined);
    pac.close();
    link.close();
  });
});

test("004-S17: anybody who knows Session-Id and addresses ends a session without TLS: that is what it is", async () => {
  await withEnds(async ({ bed, paa, pac }) => {
    const entered = await pac.enter();
    assert.ok(typeof entered !== "string");
    const { sessionId } = entered;
    const logout = emitPlain(SSTR, ids, { sessionId, terminationCause: TERMINATION_CAUSE.logout });
    bed.network.inject("10.0.0.9:7164", PLAIN_PAA_AT, logout);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(paa.open, [sessionId], "not from elsewhere");
    bed.network.inject("10.0.0.2:7164", PLAIN_PAA_AT, logout);
    while (paa.open.length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });
});

test("004-D13 004-S17: half-open sessions without TLS are bounded, of a host and of all, and go by themselves", async () => {
  await withEnds(
    async ({ bed, paa, pac }) => {
      const begin = (host: string, n: number): Uint8Array => {
        const deviceIds = [{ type: DEVICE_ID_TYPE.ipv4, value: Uint8Array.from(host.split(".").map(Number)) }];
        return emitPlain(CLR, { hopByHop: n, endToEnd: n }, { sessionId: `flood;0;${n};`, userName: USER, deviceIds });
      };
      for (let n = 0; n < 40; n++) bed.network.inject("10.0.1.1:9", PLAIN_PAA_AT, begin("10.0.1.1", n));
      await new Promise((resolve) => setTimeout(resolve, 30));
      assert.ok(paa.halfOpen <= 4, `${paa.halfOpen} of one host`);
      for (let n = 0; n < 40; n++) bed.network.inject(`10.0.2.${n}:9`, PLAIN_PAA_AT, begin(`10.0.2.${n}`, 100 + n));
      await new Promise((resolve) => setTimeout(resolve, 30));
      assert.ok(paa.halfOpen <= 8, `${paa.halfOpen} of all`);
      while (paa.halfOpen > 0) await new Promise((resolve) => setTimeout(resolve, 20));
      assert.ok(typeof (await pac.enter()) !== "string", "an honest one gets in");
    },
    { paa: { limits: { halfOpenOfHost: 4, halfOpen: 8, authentication_s: 1 } } },
  );
});

test("004-D11: a PaC and a PAA with TLS take no message without it", async () => {
  await inBed(
    async (bed) => {
      const request = emitPlain(CLR, ids, { sessionId: "a;0;0;b", userName: USER, deviceIds: devicesOf(4) });
      const read = readMessage(request, "tls");
      assert.ok("refusal" in read, "it is none of theirs");
      const refusals = bed.paa.counts.refusals;
      bed.network.inject("10.0.0.4:7162", PAA_AT, request);
      await new Promise((resolve) => setTimeout(resolve, 20));
      assert.equal(bed.paa.counts.refusals, refusals + 1);
      assert.deepEqual([bed.paa.halfOpen, bed.admitted.length], [0, 0]);
      assert.notEqual(read.resultCode, RESULT.success);
    },
    { authenticator: undefined },
  );
});

test("004-S18 004-S17: EAP that proves another than the one who is named lets nobody in", async () => {
  const server = pskServer();
  await withEnds(
    async ({ bed, pac }) => {
      assert.match(String(await pac.enter()), /EAP has proven another user/);
      assert.equal(bed.admitted.length, 0);
    },
    {
      pac: { userName: "ap-8@plant.example" },
      paa: {
        authenticator: authenticatorOf((step) => step, { from: () => server }),
      },
    },
  );
});

test("004-S17: a PaC without TLS does one thing at a time, and one that leaves while it authenticates again is out at both ends", async () => {
  await withEnds(
    async ({ bed, paa, pac }) => {
      const entering = pac.enter();
      await assert.rejects(pac.enter(), /an exchange is under way/);
      const entered = await entering;
      assert.ok(typeof entered !== "string");
      await assert.rejects(pac.enter(), /the PaC is in/);
      // Until its renewal has begun, at 0.7 of its lifetime: a second CLR of the same session.
      const asked = pac.counts.requests;
      while (pac.counts.requests === asked) await new Promise((resolve) => setTimeout(resolve, 1));
      assert.equal(await pac.leave(), true);
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.deepEqual([paa.open, paa.halfOpen], [[], 0], "nothing begins anew behind a logout");
      assert.equal(bed.removed.length, 1);
    },
    { paa: { lifetime_s: 1 } },
  );
});

test("004-S7 004-S17: a session that is over while its user is being let in leaves nobody in", async () => {
  for (const isSlow of ["the enforcement point", "the EAP server"] as const) {
    let [begun, isLet] = [0, (): void => {}];
    const waits = (): Promise<void> => {
      begun++;
      return new Promise((resolve) => {
        isLet = resolve;
      });
    };
    const held: string[] = [];
    const authenticator = authenticatorOf(async (step) => {
      if (isSlow === "the EAP server" && step.result === "success") await waits();
      return step;
    });
    const enforcement = {
      admit: async ({ sessionId }: { readonly sessionId: string }): Promise<boolean> => {
        if (isSlow === "the enforcement point") await waits();
        return held.push(sessionId) > 0;
      },
      remove: ({ sessionId }: { readonly sessionId: string }): void => void held.splice(held.indexOf(sessionId), 1),
    };
    await withEnds(
      async ({ paa, pac }) => {
        const entering = pac.enter();
        while (begun === 0) await new Promise((resolve) => setTimeout(resolve, 2));
        while (paa.halfOpen > 0) await new Promise((resolve) => setTimeout(resolve, 20));
        isLet();
        await new Promise((resolve) => setTimeout(resolve, 30));
        assert.deepEqual([held, paa.open], [[], []], `${isSlow} took longer than the session had`);
        pac.close();
        assert.equal(typeof (await entering), "string");
      },
      { paa: { authenticator, enforcement, limits: { authentication_s: 1 } } },
    );
  }
});
