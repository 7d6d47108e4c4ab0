/** Clauses that an honest end never puts to the test: each with messages made by hand, or with an end that is closed in between. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../../../host/datagrams/link.ts";
import type { EapPeer } from "../../../host/eap/peer.ts";
import { nodeRsnCrypto as crypto } from "../../../host/rsn/keys/crypto.node.ts";
import { asksFirst } from "../../../host/senaa/pac/exchange.ts";
import { resumes } from "../../../host/senaa/pac/phase1.ts";
import { unsealed } from "../../../host/senaa/session/sealed.ts";
import { random32Of } from "../../../host/senaa/transport/identifiers.ts";
import { Transactions } from "../../../host/senaa/transport/transactions.ts";
import { RESULT, TERMINATION_CAUSE } from "../../../host/senaa/wire/codes.ts";
import { DEVICE_ID_TYPE, type DeviceId } from "../../../host/senaa/wire/deviceid.ts";
import { TIMING } from "../../../host/senaa/wire/dictionary.ts";
import { readMessage } from "../../../host/senaa/wire/message.ts";
import { SASR } from "../../../host/senaa/wire/messages.ts";
import { CONTENT, readRecords } from "../../../host/senaa/wire/records.ts";
import { TlsEnd } from "../../../host/tlspipe/end.ts";
import { makeCertificates } from "../../peers/certificates.ts";
import { CERTIFICATES, devicesOf, haveSameLsa, inBed, PAA_AT, pskPeer, pskServer, QUICK, USER } from "./bed.ts";
import { carrier, partOf, secured } from "./byhand.ts";
import { authenticatorOf } from "./failing.ts";

const later = (delay_ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delay_ms));
const OTHER = "ap-8@plant.example";
/** Of two users. */
const USERS = makeCertificates("the network of certificates", false, "P-256", [USER, OTHER]);
const PAA_TLS = { ca: USERS.ca, certificate: USERS.server, key: USERS.serverKey };
const PAC_TLS = { ca: USERS.ca, serverName: "server", certificate: USERS.client, key: USERS.clientKey };
const BY_CERTIFICATE = { authenticator: undefined, tls: { ...PAA_TLS, isMutual: true } };

test("004-S8: whoever has a certificate of his name is in without EAP, with one key at both ends, and stays in", async () => {
  for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
    await inBed(async (bed) => {
      const only = { minVersion: version, maxVersion: version };
      const pac = bed.pac(2, { tls: { ...PAC_TLS, ...only }, eap: undefined });
      const entered = await pac.enter();
      assert.ok(typeof entered !== "string", `${version}: ${entered}`);
      assert.ok(haveSameLsa(bed, pac));
      assert.equal(bed.admitted[0].userName, USER);
      assert.ok(typeof (await pac.reauthenticate()) !== "string");
      assert.equal(await pac.leave(), true);
      const other = bed.pac(3, { tls: { ...PAC_TLS, certificate: USERS.other, key: USERS.otherKey }, eap: undefined });
      assert.equal(await other.enter(), "refused with 4001: the certificate is of another user");
    }, BY_CERTIFICATE);
  }
});

test("004-S8: a PaC with a certificate alone is out at the first question of a network that wants EAP", async () => {
  let asked = 0;
  const authenticator = authenticatorOf((step) => {
    asked++;
    return step;
  });
  await inBed(
    async (bed) => {
      const refused = await bed.pac(2, { eap: undefined }).enter();
      assert.equal(refused, "the network wants EAP, and the PaC has a certificate alone");
      assert.equal(asked, 1);
    },
    { authenticator },
  );
});

test("004-S5: in both versions a re-authentication resumes the TLS of before; behind half a day it is a handshake in full", async () => {
  for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
    let later_ms = 0;
    const clock = { ...systemClock, now_ms: () => systemClock.now_ms() + later_ms };
    await inBed(
      async (bed) => {
        const events: string[] = [];
        const only = { minVersion: version, maxVersion: version };
        const tls = { ca: CERTIFICATES.ca, serverName: "server", ...only };
        const pac = bed.pac(2, { tls, onEvent: (event) => events.push(event) });
        assert.ok(typeof (await pac.enter()) !== "string");
        for (const hours of [0, 13, 0]) {
          later_ms += hours * 3_600_000;
          const again = await pac.reauthenticate();
          assert.ok(typeof again !== "string", `${version}, ${hours} h later: ${again}; ${bed.events.join("; ")}`);
        }
        const resumed = "authenticated again, by the session of before";
        assert.deepEqual(events.slice(-3), [resumed, "authenticated again", resumed], version);
      },
      { clock },
    );
  }
});

test("004-S7: within an authentication nobody becomes another user, or another device", async () => {
  for (const changed of [{ userName: OTHER }, { deviceIds: devicesOf(2).slice(1) }]) {
    await inBed(async (bed) => {
      const pac = await secured(bed, 2);
      const own = { userName: USER, deviceIds: devicesOf(2) };
      const first = await pac.clr(own);
      assert.ok(typeof first !== "string" && first.resultCode === RESULT.multiRoundAuth);
      const second = await pac.clr({ ...own, ...changed });
      assert.ok(typeof second !== "string");
      assert.deepEqual(
        [second.resultCode, second.errorMessage],
        [RESULT.invalidAvpValue, "another user or device than before"],
      );
      assert.equal(bed.paa.halfOpen, 0, "and it is over");
      pac.close();
    });
  }
});

test("004-S7: who names other addresses beside his own, or two EUI-48s, is refused", async () => {
  const [eui48, ipv4] = devicesOf(2);
  const other: DeviceId = { type: DEVICE_ID_TYPE.ipv4, value: Uint8Array.of(10, 0, 0, 9) };
  for (const deviceIds of [[eui48, ipv4, other], [eui48, ipv4, devicesOf(9)[0]], [eui48], [other]]) {
    await inBed(async (bed) => {
      assert.match(
        String(await bed.pac(2, { deviceIds }).enter()),
        /Device-Identifier is not where the request came from/,
      );
      assert.equal(bed.admitted.length, 0);
    });
  }
  await inBed(async (bed) => assert.ok(typeof (await bed.pac(2, { deviceIds: [ipv4] }).enter()) !== "string"));
});

test("004-S7: a session is not authenticated again by the certificate of another user", async () => {
  await inBed(async (bed) => {
    const pac = await secured(bed, 2, PAC_TLS);
    const admitted = await pac.clr({ userName: USER, deviceIds: devicesOf(2) });
    assert.ok(typeof admitted !== "string" && admitted.resultCode === RESULT.success);
    // Nothing to resume: a handshake in full, with whatever certificate.
    Object.defineProperty(pac.secured.end, "session", { value: undefined });
    const tls = { ...PAC_TLS, certificate: USERS.other, key: USERS.otherKey };
    const { transactions, secured: session } = pac;
    const again = await resumes({ transactions, to: PAA_AT, tls, crypto, session });
    assert.equal(again, "refused with 4001");
    assert.match(bed.events.at(-1) ?? "", /the certificate is not believed: it is of another user/);
    assert.deepEqual([bed.paa.open, bed.removed.length], [[], 1]);
    pac.close();
  }, BY_CERTIFICATE);
});

test("004-S6: a PaC that wants to be in for less has less, and one that wants more has what the network gives", async () => {
  for (const [wished_s, given_s] of [
    [5, 5],
    [2 ** 32 - 1, 100],
    [undefined, 100],
  ] as const) {
    await inBed(
      async (bed) => {
        const pac = await secured(bed, 2, PAC_TLS);
        const body = { userName: USER, deviceIds: devicesOf(2), authorizationLifetime_s: wished_s };
        const admitted = await pac.clr(body);
        assert.ok(typeof admitted !== "string");
        assert.equal(admitted.authorizationLifetime_s, given_s);
        pac.close();
      },
      { ...BY_CERTIFICATE, lifetime_s: 100 },
    );
  }
});

test("004-S16: the PAA says how long it waits for the next CLR, and a PaC that is later says nothing", async () => {
  await inBed(
    async (bed) => {
      const byHand = await secured(bed, 3);
      const first = await byHand.clr({ userName: USER, deviceIds: devicesOf(3) });
      assert.ok(typeof first !== "string");
      assert.equal(first.multiRoundTimeOut_s, 1);
      byHand.close();
      const eap = (): EapPeer => {
        const peer = pskPeer();
        const receive = peer.receive.bind(peer);
        peer.receive = async (octets) => {
          await later(1200);
          return receive(octets);
        };
        return peer;
      };
      const pac = bed.pac(2, { eap });
      const entering = pac.enter();
      while (pac.counts.answers < 3) await later(5);
      const said = pac.counts.requests;
      assert.equal(await entering, "no answer");
      assert.equal(pac.counts.requests, said, "not even once");
    },
    { limits: { authentication_s: 1 } },
  );
});

test("004-S11 004-S12: close_notify is the last of TLS in an SSTR and its SSTA, in a SASR and its SASA", async () => {
  const last = new Map<string, number | undefined>();
  const tap = (_: string, __: string, octets: Uint8Array): undefined => {
    const message = readMessage(octets, "tls");
    if ("refusal" in message || !("tls" in message.body) || !message.name.startsWith("S")) return;
    last.set(message.name, readRecords(message.body.tls)?.at(-1)?.type);
  };
  const only = { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" } as const;
  await inBed(
    async (bed) => {
      const [one, other] = [2, 3].map((n) =>
        bed.pac(n, { tls: { ca: CERTIFICATES.ca, serverName: "server", ...only } }),
      );
      assert.ok(typeof (await one.enter()) !== "string");
      assert.equal(await one.leave(), true);
      const entered = await other.enter();
      assert.ok(typeof entered !== "string");
      assert.equal(await bed.paa.abort(entered.sessionId, TERMINATION_CAUSE.administrative), true);
      for (const name of ["SSTR", "SSTA", "SASR", "SASA"]) assert.equal(last.get(name), CONTENT.alert, name);
    },
    {},
    { tap },
  );
});

test("004-S12: a PaC whose time is over is told so, with the cause of a time-out", async () => {
  await inBed(
    async (bed) => {
      const pac = await secured(bed, 2, PAC_TLS);
      const admitted = await pac.clr({ userName: USER, deviceIds: devicesOf(2) });
      assert.ok(typeof admitted !== "string" && admitted.resultCode === RESULT.success);
      while (pac.heard.length === 0) await later(10);
      const { message } = pac.heard[0];
      assert.ok(message.way === "tls" && message.name === "SASR");
      const flight = await pac.secured.end.receive(message.body.tls);
      const body = unsealed(crypto, SASR, message.outside, flight.data);
      assert.ok(typeof body !== "string");
      assert.equal(body.terminationCause, TERMINATION_CAUSE.sessionTimeout);
      assert.deepEqual([bed.paa.open, bed.removed.length], [[], 1]);
      pac.close();
    },
    { ...BY_CERTIFICATE, lifetime_s: 1, grace_s: 0 },
  );
});

test("004-S10: a PaC that nobody authenticates again is out when its own time is over, and its key is gone", async () => {
  const lost: string[] = [];
  await inBed(
    async (bed) => {
      const pac = bed.pac(2, { timing: TIMING, onLost: (reason) => lost.push(reason) });
      const entered = await pac.enter();
      assert.ok(typeof entered !== "string");
      bed.paa.close();
      // With its timing it would ask for minutes.
      while (lost.length === 0) await later(20);
      assert.deepEqual([lost, pac.session], [["no answer"], undefined]);
      assert.ok(entered.lsa.every((octet) => octet === 0));
    },
    { lifetime_s: 1 },
  );
});

test("004-S10 004-D14: a PaC that does not believe the network's success says so: the network lets nobody in for it", async () => {
  await inBed(
    async (bed) => {
      assert.equal(await bed.pac(2).enter(), "the network authorizes it for 0 s");
      assert.deepEqual([bed.paa.open, bed.admitted.length, bed.removed.length], [[], 1, 1]);
    },
    { lifetime_s: 0 },
  );
});

test("004-D14: a network that carries EAP to a server, and has no key of it, is not believed by the PaC itself", async () => {
  await inBed(async (bed) => {
    const evil = carrier(bed, "10.0.0.66:7161", pskServer());
    const refused = await bed.pac(2, { paa: "10.0.0.66:7161" }).enter();
    assert.equal(refused, "the network does not have the key that EAP made: somebody stands between");
    evil.close();
  });
});

/** What a PAA says to a ClientHello of TLS 1.2 that was changed: its records. */
async function answerTo(change: (hello: Uint8Array) => void) {
  let records: ReturnType<typeof readRecords>;
  await inBed(async (bed) => {
    const end = TlsEnd.client({ ca: CERTIFICATES.ca, maxVersion: "TLSv1.2" });
    const hello = Uint8Array.from((await end.begin()).octets);
    change(hello);
    const transactions = new Transactions({
      ...{ link: bed.network.link("10.0.0.2:7162"), clock: systemClock, way: "tls", timing: QUICK },
      ...{ random32: random32Of(crypto), asked: () => {} },
    });
    const answer = await asksFirst({ transactions, to: PAA_AT }, { userName: "@plant.example" }, hello);
    assert.ok(answer.kind === "flight");
    records = readRecords(answer.octets);
    transactions.close();
    end.close();
  });
  return records ?? assert.fail("records");
}

/** Record(5) ‖ handshake(4) ‖ version(2) ‖ random(32) ‖ session ... (RFC 5246 7.4.1.2). */
const [VERSION_AT, RANDOM_OCTETS, ALERT_AT] = [9, 32, 5];

test("004-D10: TLS 1.1 and older are refused, with the alert for it", async () => {
  for (const minor of [0, 1, 2]) {
    const [alert, ...rest] = await answerTo((hello) => hello.set([3, minor], VERSION_AT));
    assert.equal(alert.type, CONTENT.alert, `3.${minor}`);
    // RFC 5246 7.2: fatal, protocol_version; SSL 3.0, which has none (RFC 6101 5.4.2), handshake_failure.
    assert.deepEqual([...alert.octets.subarray(ALERT_AT)], [2, minor === 0 ? 40 : 70], `3.${minor}`);
    assert.equal(rest.length, 0);
  }
});

test("004-D9: nothing is compressed: of the null method, which is all that is offered, nothing else is chosen", async () => {
  let offered: number[] = [];
  const methodsAt = (hello: Uint8Array, isHello: boolean): number => {
    const sessionAt = VERSION_AT + 2 + RANDOM_OCTETS;
    const suitesAt = sessionAt + 1 + hello[sessionAt];
    return isHello ? suitesAt + 2 + ((hello[suitesAt] << 8) | hello[suitesAt + 1]) : suitesAt + 2;
  };
  const [hello] = await answerTo((own) => {
    const at = methodsAt(own, true);
    offered = [...own.subarray(at, at + 1 + own[at])];
  });
  assert.deepEqual(offered, [1, 0]);
  assert.equal(hello.type, CONTENT.handshake);
  assert.equal(hello.octets[methodsAt(hello.octets, false)], 0);
});

test("004-D17 004-D13: whoever has proven nothing pushes out no answer to somebody who is in", async () => {
  let last: Uint8Array | undefined;
  const tap = (from: string, to: string, octets: Uint8Array): undefined => {
    if (from === "10.0.0.2:7162" && to === PAA_AT) last = octets.slice();
  };
  await inBed(
    async (bed) => {
      const pac = bed.pac(2);
      const entered = await pac.enter();
      assert.ok(typeof entered !== "string");
      assert.ok(typeof (await pac.reauthenticate()) !== "string");
      const request = last ?? assert.fail("it has asked");
      // More parts of one octet than the PAA keeps answers; each session is over at its 257th.
      for (let n = 10; n < 30; n++) {
        const one = await secured(bed, n);
        for (let part = 0; part < 300; part++) {
          bed.network.inject(`10.0.0.${n}:7162`, PAA_AT, partOf(one.secured.sessionId, part));
        }
        await later(30);
        one.close();
      }
      assert.equal(bed.paa.halfOpen, 0);
      const kept = bed.paa.counts.repeatedAnswers;
      bed.network.inject("10.0.0.2:7162", PAA_AT, request);
      await later(30);
      assert.equal(bed.paa.counts.repeatedAnswers, kept + 1, "its answer is still there");
      assert.deepEqual(bed.paa.open, [entered.sessionId]);
      assert.ok(typeof (await pac.reauthenticate()) !== "string", "and its TLS has no hole");
    },
    {},
    { tap },
  );
});
