/**
 * 004-D11: who drops what goes to the port with TLS has the draft's PaC speak without it. Here the attacker stands on the path of a
 * victim, is a PAA at the port without TLS, and carries the victim's EAP to the real network.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../../../host/datagrams/link.ts";
import type { EapStep } from "../../../host/eap/backend.ts";
import { nodeRsnCrypto as crypto } from "../../../host/rsn/keys/crypto.node.ts";
import type { Authenticator } from "../../../host/senaa/paa/authenticator.ts";
import { PlainPaa } from "../../../host/senaa/plain/paa.ts";
import { type Policy, Ways } from "../../../host/senaa/plain/ways.ts";
import { type Bed, inBed, PAA_AT, pskServer, QUICK, USER } from "../session/bed.ts";
import { PLAIN_PAA_AT, plainPaa, plainPac } from "./bed.ts";

const VICTIM = "10.0.0.2";

interface Attack {
  readonly bed: Bed;
  readonly ways: Ways;
  /** Datagrams of the victim, by the port that they went to, and what was told. */
  readonly to: Map<string, Uint8Array[]>;
  readonly events: string[];
}

/** The victim's datagrams to the port with TLS are lost, if `isCut`. */
async function underAttack(
  policy: Policy,
  story: (attack: Attack) => Promise<void>,
  { isCut = true, atPlain = attacker }: { isCut?: boolean; atPlain?: (bed: Bed) => { close(): void } } = {},
): Promise<void> {
  const to = new Map<string, Uint8Array[]>();
  const tap = (from: string, at: string, octets: Uint8Array): boolean | undefined => {
    if (!from.startsWith(`${VICTIM}:`)) return undefined;
    to.set(at, [...(to.get(at) ?? []), octets.slice()]);
    return isCut && at === PAA_AT ? false : undefined;
  };
  await inBed(
    async (bed) => {
      const events: string[] = [];
      const timing = { ...QUICK, mrc: 3 };
      const other = atPlain(bed);
      const [tls, plain] = [bed.pac(2, { timing }), plainPac(bed, 2, { timing })];
      const ways = new Ways({ tls, plain, policy, onEvent: (event) => events.push(event) });
      try {
        await story({ bed, ways, to, events });
      } finally {
        ways.close();
        other.close();
      }
    },
    {},
    { tap },
  );
}

/** Knows no key: the victim's EAP goes to a server of the real network, which answers whoever asks. */
function attacker(bed: Bed): PlainPaa {
  const server = pskServer();
  const stolen: Authenticator = {
    begin: (device) => {
      const conversation = server.begin(device);
      return {
        async next(response): Promise<EapStep> {
          const step = conversation.receive(response);
          assert.ok(step);
          // The MSK stays in the network: he has to say that he has one to get the PAA's code to go on.
          return step.result === "success" ? { ...step, msk: new Uint8Array(64) } : step;
        },
        close: () => {},
      };
    },
  };
  return new PlainPaa({
    link: bed.network.link(PLAIN_PAA_AT),
    clock: systemClock,
    crypto,
    authenticator: stolen,
    enforcement: { admit: () => true, remove: () => {} },
    timing: QUICK,
  });
}

test("004-D11 004-S17: as the draft has it a PaC whose TLS is dropped is in the attacker's network, and believes that all is well", async () => {
  await underAttack("insecure fallback", async ({ bed, ways, to, events }) => {
    const entered = await ways.enter();
    assert.ok(typeof entered !== "string", "the victim is in, it thinks");
    assert.equal(entered.tlsVersion, undefined);
    assert.equal(bed.admitted.length, 0, "and the real network has let nobody in");
    const seen = Buffer.concat(to.get(PLAIN_PAA_AT) ?? []).toString("latin1");
    assert.ok(seen.includes(USER), "its name went by in clear");
    assert.match(events.join(), /WARNING: nobody answers at the port with TLS: goes on WITHOUT TLS/);
  });
});

test("004-D11: a PaC as it is says why it is not in, and sends nothing to the port without TLS", async () => {
  await underAttack("tls", async ({ ways, to, events }) => {
    const entered = await ways.enter();
    assert.match(String(entered), /^no answer: nobody answers at the port with TLS; .* so this PaC does not$/);
    assert.equal(to.has(PLAIN_PAA_AT), false, "not one datagram");
    assert.deepEqual(events, []);
  });
});

test("004-D11: who answers at the port with TLS and refuses is an answer: nobody falls back on that", async () => {
  await underAttack(
    "insecure fallback",
    async ({ bed, to }) => {
      const strange = bed.pac(2 + 256, { timing: QUICK, userName: "nobody@plant.example" });
      const plain = plainPac(bed, 2 + 256);
      const ways = new Ways({ tls: strange, plain, policy: "insecure fallback" });
      assert.match(String(await ways.enter()), /refused/);
      plain.close();
      assert.equal(to.has(PLAIN_PAA_AT), false);
    },
    { isCut: false },
  );
});

test("004-S17: a PaC whose link is secure skips TLS, and makes it where nobody answers without", async () => {
  await underAttack(
    "secure link",
    async ({ bed, ways, to }) => {
      const entered = await ways.enter();
      assert.ok(typeof entered !== "string" && entered.tlsVersion === undefined);
      assert.equal(to.has(PAA_AT), false, "TLS is skipped");
      assert.equal(bed.admitted.length, 1);
      assert.equal(await ways.leave(), true);
    },
    { isCut: false, atPlain: plainPaa },
  );
  await underAttack(
    "secure link",
    async ({ bed, ways, events }) => {
      const entered = await ways.enter();
      assert.ok(typeof entered !== "string" && entered.tlsVersion !== undefined, `by TLS: ${entered}`);
      assert.match(events.join(), /goes on with TLS/);
      assert.equal(bed.admitted.length, 1);
      assert.equal(await ways.leave(), true);
    },
    { isCut: false, atPlain: () => ({ close: () => {} }) },
  );
});
