/** A PAA and a PaC before code that fails, is late, or says what nobody can do anything with. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { EapPeer } from "../../../host/eap/peer.ts";
import type { Grant } from "../../../host/senaa/paa/enforcement.ts";
import { readMessage } from "../../../host/senaa/wire/message.ts";
import { inBed, PAA_AT, pskPeer, USER } from "./bed.ts";
import { authenticatorOf, FAILING, fallible } from "./failing.ts";

const later = (delay_ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delay_ms));

test("004-S18: an EAP server or a gate that fails costs one session: its PaC is told, and the others stay", async () => {
  for (const whose of FAILING) {
    const world = fallible(whose);
    const { authenticator, enforcement, held, asked } = world;
    await inBed(
      async (bed) => {
        const [one, other] = [bed.pac(2), bed.pac(3)];
        assert.ok(typeof (await one.enter()) !== "string");
        world.isFailing = true;
        assert.match(String(await other.enter()), /refused with 5012/);
        assert.equal(bed.events.at(-1)?.endsWith(`it could not be answered: ${whose} has failed`), true);
        assert.deepEqual([bed.paa.open.length, bed.paa.halfOpen, held.length], [1, 0, 1]);
        if (whose === "the gate")
          assert.ok(
            asked[1].lsa.every((octet) => octet === 0),
            "nobody has its key",
          );
        world.isFailing = false;
        assert.ok(typeof (await other.enter()) !== "string", "the next one is answered");
        assert.deepEqual([bed.paa.open.length, held.length], [2, 2]);
      },
      { authenticator, enforcement },
    );
  }
});

test("004-S7: a gate that fails when a session is over is told of, and the session is over all the same, its key gone", async () => {
  const held: Grant[] = [];
  const enforcement = {
    admit: (grant: Grant): boolean => held.push(grant) > 0,
    remove: (): void => {
      throw new Error("the gate is gone");
    },
  };
  await inBed(
    async (bed) => {
      const pac = bed.pac(2);
      assert.ok(typeof (await pac.enter()) !== "string");
      assert.equal(await pac.leave(), true);
      assert.deepEqual(bed.paa.open, []);
      assert.ok(bed.events.includes(`${USER}: the enforcement point failed when it was over: the gate is gone`));
      assert.ok(held[0].lsa.every((octet) => octet === 0));
      assert.ok(typeof (await bed.pac(3).enter()) !== "string", "and the next one gets in");
    },
    { enforcement },
  );
});

test("004-S18: a server that does not say whom it has let in lets in nobody", async () => {
  const authenticator = authenticatorOf((step) => ({ ...step, identity: undefined }));
  await inBed(
    async (bed) => {
      assert.equal(await bed.pac(2).enter(), "refused with 4001: EAP has proven nobody by name");
      assert.equal(bed.admitted.length, 0);
    },
    { authenticator },
  );
});

test("004-S7: a session that is over while its user is being let in leaves nobody in", async () => {
  let isLet = (): void => {};
  const held: Grant[] = [];
  const enforcement = {
    admit: async (grant: Grant): Promise<boolean> => {
      await new Promise<void>((resolve) => {
        isLet = resolve;
      });
      return held.push(grant) > 0;
    },
    remove: (grant: Grant): void => void held.splice(held.indexOf(grant), 1),
  };
  await inBed(
    async (bed) => {
      const pac = bed.pac(2);
      const entering = pac.enter();
      while (bed.paa.halfOpen === 0) await later(2);
      while (bed.paa.halfOpen > 0) await later(20);
      assert.deepEqual(held, []);
      isLet();
      await later(20);
      assert.deepEqual([held, bed.paa.open], [[], []]);
      pac.close();
      assert.equal(typeof (await entering), "string");
    },
    { enforcement, limits: { authentication_s: 1 } },
  );
});

test("004-S10: an authorization for 0 s is none, and one for ever is not renewed", async () => {
  await inBed(async (bed) => assert.equal(await bed.pac(2).enter(), "the network authorizes it for 0 s"), {
    lifetime_s: 0,
  });
  await inBed(
    async (bed) => {
      const pac = bed.pac(2);
      assert.ok(typeof (await pac.enter()) !== "string");
      const said = pac.counts.requests;
      await later(100);
      assert.deepEqual([pac.counts.requests, bed.paa.open.length], [said, 1]);
    },
    { lifetime_s: 2 ** 32 - 1 },
  );
});

test("004-S13: whoever is closed when the network has let it in is not in", async () => {
  await inBed(
    async (bed) => {
      const closes = { now: (): void => {} };
      const eap = (): EapPeer => {
        const peer = pskPeer();
        const close = peer.close.bind(peer);
        // The last that is done with it, when the Success is read.
        peer.close = () => {
          close();
          closes.now();
        };
        return peer;
      };
      const pac = bed.pac(2, { eap });
      closes.now = () => pac.close();
      assert.equal(await pac.enter(), "closed");
      const said = pac.counts.requests;
      await later(800);
      assert.deepEqual([pac.session, pac.counts.requests], [undefined, said]);
      assert.equal(bed.admitted[0].userName, USER, "which the network cannot know");
    },
    { lifetime_s: 1 },
  );
});

test("004-S13: an alert that nobody answers is said twice, and then the reason is told", async () => {
  let isSilent = false;
  let said = 0;
  const tap = (from: string, to: string, octets: Uint8Array): Uint8Array | undefined => {
    const message = readMessage(octets, "tls");
    if (isSilent && to === PAA_AT) said++;
    if (isSilent && from === PAA_AT) return new Uint8Array(0);
    if ("refusal" in message || message.name !== "CLA" || isSilent) return undefined;
    isSilent = true;
    const changed = octets.slice();
    changed[changed.length - 5] ^= 1;
    return changed;
  };
  await inBed(
    async (bed) => {
      const pac = bed.pac(2, { timing: { irt_ms: 20, mrt_ms: 10_000, mrc: 12 } });
      assert.match(String(await pac.enter()), /^TLS with the network failed: /);
      assert.equal(said, 2);
    },
    {},
    { tap },
  );
});
