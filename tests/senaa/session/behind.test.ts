/** Stations behind an AP that is in: their EAP goes through its session, and both it and the network get their key. */

import assert from "node:assert/strict";
import test from "node:test";
import { directly } from "../../../host/senaa/paa/authenticator.ts";
import type { LearnedDevice } from "../../../host/senaa/paa/behind.ts";
import { inBed, pskServer } from "./bed.ts";
import { authenticated, SPA, STATION, STATION_PSK } from "./station.ts";

const OWN = Uint8Array.of(2, 0xa0, 0, 0, 0, 2);

function learning(isRight = true) {
  const learned: LearnedDevice[] = [];
  const devices = {
    authenticator: directly(pskServer((name) => (name === STATION ? STATION_PSK : undefined))),
    learned(device: LearnedDevice): boolean {
      learned.push({ ...device, msk: device.msk.slice() });
      return isRight;
    },
  };
  return { learned, devices };
}

test("002-A11 004-S18: a station's EAP-PSK goes through its AP's session, and station, AP and network have one MSK", async () => {
  const { learned, devices } = learning();
  await inBed(
    async (bed) => {
      const pac = bed.pac(2);
      const entered = await pac.enter();
      assert.ok(typeof entered !== "string", `the AP is in: ${entered}`);
      const { result, own, theirs } = await authenticated(pac);
      assert.equal(result, "success");
      assert.deepEqual(own, theirs, "the AP has the station's");
      assert.deepEqual(learned[0].msk, own, "and the network");
      assert.deepEqual(learned[0].address, SPA);
      assert.equal(learned[0].by.sessionId, entered.sessionId, "it knows behind whom");
      // Two at one time take turns.
      const both = await Promise.all([authenticated(pac), authenticated(pac, { spa: SPA.map((octet) => octet ^ 1) })]);
      assert.deepEqual(
        both.map((one) => one.result),
        ["success", "success"],
      );
      assert.ok(typeof (await pac.reauthenticate()) !== "string", "the AP's own session goes on");
    },
    { devices },
  );
});

test("004-S18: a station with a wrong key, the AP's own address, one that the network does not want: none gets a key", async () => {
  for (const [what, story] of [
    ["a wrong key", { psk: new Uint8Array(16) }],
    ["the AP's own address", { spa: OWN }],
    ["not wanted", {}],
    ["no stations at all", {}],
  ] as const) {
    const { learned, devices } = learning(what !== "not wanted");
    await inBed(
      async (bed) => {
        const pac = bed.pac(2);
        await pac.enter();
        const { result, theirs } = await authenticated(pac, story);
        assert.equal(result, "failure", what);
        assert.equal(theirs, undefined, `${what}: the AP has no key`);
        assert.equal(learned.length, what === "not wanted" ? 1 : 0, `${what}: the network has heard of it or not`);
        assert.ok(pac.session, "the AP stays in");
      },
      what === "no stations at all" ? {} : { devices },
    );
  }
});

test("004-S18: an AP that is not in asks for no station", async () => {
  const { devices } = learning();
  await inBed(async (bed) => assert.equal((await authenticated(bed.pac(2))).result, "failure"), { devices });
});
