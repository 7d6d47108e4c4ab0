/** A session from its first message to its last, over a network in memory, with the TLS of node:tls. */

import assert from "node:assert/strict";
import test from "node:test";
import { TERMINATION_CAUSE } from "../../../host/senaa/wire/codes.ts";
import { CERTIFICATES, devicesOf, haveSameLsa, inBed, pskPeer, STRANGE, USER } from "./bed.ts";

for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
  const tls = { ca: CERTIFICATES.ca, serverName: "server", minVersion: version, maxVersion: version };

  test(`004-S3 004-S4 004-S6 ${version}: a PaC enters by EAP-PSK, authenticates again, and logs out`, async () => {
    await inBed(async (bed) => {
      const pac = bed.pac(2, { tls });
      const entered = await pac.enter();
      assert.ok(typeof entered !== "string", `it is in: ${entered}`);
      assert.equal(entered.tlsVersion, version);
      assert.equal(entered.network, "server");
      assert.deepEqual(bed.paa.open, [entered.sessionId]);
      assert.deepEqual(bed.admitted[0].deviceIds, devicesOf(2), "004-S7: the enforcement point has its devices");
      assert.equal(bed.admitted[0].userName, USER);
      assert.ok(haveSameLsa(bed, pac), "both ends have the key");
      const again = await pac.reauthenticate();
      assert.ok(typeof again !== "string", `004-S5: authenticated again: ${again}`);
      assert.equal(again.sessionId, entered.sessionId, "in the same session");
      assert.equal(await pac.leave(), true, "004-S11: logged out");
      assert.deepEqual(bed.paa.open, []);
      assert.equal(bed.removed.length, 1, "the enforcement point has heard it");
    });
  });
}

test("004-S3 004-S5 TLSv1.2: as many round trips as the figures have: two, then three of EAP-PSK; two once more; one to leave", async () => {
  await inBed(async (bed) => {
    const pac = bed.pac(2, { tls: { ca: CERTIFICATES.ca, maxVersion: "TLSv1.2" } });
    await pac.enter();
    assert.equal(pac.counts.requests, 2 + 3, "SCR, CSAR; CLR without EAP, with the second and the fourth of EAP-PSK");
    await pac.reauthenticate();
    assert.equal(pac.counts.requests, 5 + 2, "figure 2b");
    await pac.leave();
    assert.equal(pac.counts.requests, 7 + 1, "figure 4");
  });
});

test("004-S12: the PAA ends a session, for either cause, and the PaC hears of it", async () => {
  for (const cause of [TERMINATION_CAUSE.administrative, TERMINATION_CAUSE.sessionTimeout] as const) {
    await inBed(async (bed) => {
      let lost = "";
      const onLost = (reason: string): void => {
        lost = reason;
      };
      const pac = bed.pac(2, { onLost });
      const entered = await pac.enter();
      assert.ok(typeof entered !== "string", "it is in");
      assert.equal(await bed.paa.abort(entered.sessionId, cause), true, "the PaC has answered");
      assert.match(lost, new RegExp(`for cause ${cause}`));
      assert.equal(pac.session, undefined, "it is out");
      assert.equal(bed.removed.length, 1, "the enforcement point has heard it");
    });
  }
});

test("004-D7: the PAA wishes a re-authentication, the PaC begins it; wishes in a row cost one", async () => {
  await inBed(async (bed) => {
    const events: string[] = [];
    let now_ms = 0;
    const { systemClock } = await import("../../../host/datagrams/link.ts");
    const clock = { ...systemClock, now_ms: () => systemClock.now_ms() + now_ms };
    const pac = bed.pac(2, { clock, onEvent: (event) => events.push(event) });
    const entered = await pac.enter();
    assert.ok(typeof entered !== "string", "it is in");
    now_ms = 20_000;
    for (let i = 0; i < 3; i++) assert.ok(await bed.paa.wishes(entered.sessionId), "the PaC has answered");
    await eventually(() => bed.events.some((event) => event.endsWith("authenticated again")));
    assert.equal(events.filter((event) => event.startsWith("authenticated again")).length, 1, "once");
  });
});

test("004-S6: a wrong key, another user and a user that nobody knows are refused, and nobody is let in", async () => {
  await inBed(async (bed) => {
    const wrong = [
      bed.pac(2, { eap: () => pskPeer(new Uint8Array(16)) }),
      bed.pac(3, { userName: "other@plant.example" }),
      bed.pac(4, { userName: "other@plant.example", eap: () => pskPeer(undefined, "other@plant.example") }),
    ];
    for (const pac of wrong) {
      const refused = await pac.enter();
      assert.equal(typeof refused, "string", "it is refused");
      assert.match(String(refused), /refused with 4001|EAP has failed/);
    }
    assert.equal(bed.admitted.length, 0, "the enforcement point has heard of nobody");
    assert.equal(bed.paa.halfOpen, 0, "and nothing is left of them");
  });
});

test("004-S3: a network of another authority, or of another name, is not believed, and told so before it is left", async () => {
  await inBed(async (bed) => {
    for (const [n, tls, why] of [
      [2, { ca: STRANGE.ca }, /^the network's certificate is not believed: /],
      [3, { ca: CERTIFICATES.ca, serverName: "elsewhere" }, /not believed: it is not for elsewhere$/],
    ] as const) {
      const refused = await bed.pac(n, { tls }).enter();
      assert.match(String(refused), why);
    }
    assert.equal(bed.paa.halfOpen, 0, "the PAA knows that they have gone");
    assert.equal(bed.admitted.length, 0, "nobody is in");
  });
});

test("004-S8: a certificate stands for EAP where that is the policy, and is of that user, and of that authority", async () => {
  const { ca, client, clientKey } = CERTIFICATES;
  const server = { ca, certificate: CERTIFICATES.server, key: CERTIFICATES.serverKey, isMutual: true };
  await inBed(
    async (bed) => {
      const tls = { ca, certificate: client, key: clientKey };
      const pac = bed.pac(2, { tls, userName: "client@plant.example", eap: undefined });
      assert.match(String(await pac.enter()), /refused with 4001: the certificate is of another user/);
      const strange = bed.pac(3, {
        tls: { ...tls, certificate: STRANGE.client, key: STRANGE.clientKey },
        eap: undefined,
      });
      assert.match(String(await strange.enter()), /refused with 4001|TLS with the network failed/);
      const none = bed.pac(4, { tls: { ca }, eap: undefined });
      assert.match(String(await none.enter()), /refused with 4001|TLS with the network failed/);
      assert.equal(bed.admitted.length, 0, "none of them is in");
    },
    { tls: server, authenticator: undefined },
  );
});

test("004-S7: a Device-Identifier that is not where the request came from is refused", async () => {
  await inBed(async (bed) => {
    assert.match(String(await bed.pac(2, { deviceIds: devicesOf(3) }).enter()), /^refused with 5004/);
    assert.equal(bed.admitted.length, 0, "nobody is in");
  });
});

test("004-S10: whoever does not authenticate again is out when its time and the grace are over", async () => {
  let later_ms = 0;
  const { systemClock } = await import("../../../host/datagrams/link.ts");
  const timers = new Set<{ at_ms: number; then: () => void }>();
  const clock = {
    now_ms: () => systemClock.now_ms() + later_ms,
    after(delay_ms: number, then: () => void) {
      const timer = { at_ms: clock.now_ms() + delay_ms, then };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  };
  const passes = (ms: number): void => {
    later_ms += ms;
    for (const timer of timers) if (timer.at_ms <= clock.now_ms() && timers.delete(timer)) timer.then();
  };
  await inBed(
    async (bed) => {
      assert.ok(typeof (await bed.pac(2).enter()) !== "string", "it is in");
      passes(69_000);
      assert.equal(bed.paa.open.length, 1, "within the grace");
      passes(2_000);
      assert.equal(bed.paa.open.length, 0, "and then out");
      assert.equal(bed.removed.length, 1, "the enforcement point has heard it");
    },
    { clock, lifetime_s: 60, grace_s: 10 },
  );
});

async function eventually(is: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !is(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(is(), "it came");
}
