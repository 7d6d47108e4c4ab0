/** Stations behind an AP that is in: their EAP goes through its session, and both it and the network get their key. */

import assert from "node:assert/strict";
import test from "node:test";
import type { EapStep } from "../../../host/eap/backend.ts";
import { EAP_CODE, EAP_TYPE, emitEap } from "../../../host/eap/packet.ts";
import { directly } from "../../../host/senaa/paa/authenticator.ts";
import type { LearnedDevice } from "../../../host/senaa/paa/behind.ts";
import { CarriedEap } from "../../../host/senaa/pac/behind.ts";
import type { Pac } from "../../../host/senaa/pac/pac.ts";
import { inBed, pskPeer, pskServer } from "./bed.ts";

const SPA = Uint8Array.of(2, 0xc0, 0xff, 0xee, 0, 1);
const OWN = Uint8Array.of(2, 0xa0, 0, 0, 0, 2);
const STATION = "sta-1@plant.example";
const STATION_PSK = new Uint8Array(16).fill(0x77);

/** A station with that key, as the AP's RSN side sees it: how it ends, and the key that each has then. */
async function authenticated(pac: Pac, { spa = SPA, psk = STATION_PSK } = {}) {
  let heard: (step: EapStep) => void = () => {};
  const carried = new CarriedEap({ pac, onStep: (_, step) => heard(step) });
  const conversation = carried.begin(spa);
  const peer = pskPeer(psk, STATION);
  const data = new TextEncoder().encode(STATION);
  let response = emitEap({ code: EAP_CODE.response, identifier: 1, type: EAP_TYPE.identity, data });
  for (;;) {
    const later = new Promise<EapStep>((resolve) => {
      heard = resolve;
    });
    const step = conversation.receive(response) ?? (await later);
    const answer = await peer.receive(step.packet);
    if (step.result !== "continue") {
      const own = "ended" in answer && answer.ended === "success" ? answer.result.msk : undefined;
      return { result: step.result, own, theirs: step.msk };
    }
    assert.ok("response" in answer, "the station answers");
    response = answer.response;
  }
}

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
