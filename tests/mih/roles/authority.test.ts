/** Who may say what of an MN: only who has to do with it. */

import assert from "node:assert/strict";
import test from "node:test";
import { ID, LINK, type PosName, Scene } from "../../../host/mih/scene.ts";
import type { BodyOf } from "../../../host/mih/wire/message.ts";
import {
  COMPLETE_REQUEST,
  COMPLETE_RESPONSE,
  HANDOVER_RESULT,
  N2N_COMPLETE_REQUEST,
  N2N_COMPLETE_RESPONSE,
  N2N_REQUEST,
  N2N_RESPONSE,
  PREREG_REQUEST,
  PREREG_RESPONSE,
} from "../../../host/mih/wire/messages.ts";
import { STATUS } from "../../../host/mih/wire/values.ts";
import { eventually } from "./eventually.ts";

/** `by` tells `to` that the MN is with it now; with the association of a partner. */
async function claims(scene: Scene, by: PosName, to: PosName): Promise<number | undefined> {
  const { member } = scene.poss[by];
  const partner = scene.partner(by, to);
  const sa = await member.associationWith(partner);
  assert.ok(typeof sa !== "string", `${by} is associated with ${to}`);
  const body = { mnId: ID.mn, link: LINK[by], handoverResult: HANDOVER_RESULT.success };
  const outcome = await member.misf.asks(partner, [N2N_COMPLETE_REQUEST, N2N_COMPLETE_RESPONSE], body, sa);
  return outcome.kind === "answer" ? outcome.body.status : undefined;
}

test("003-M5 003-M7: a partner that the MN has no key for cannot take it from the PoS that serves it", async () => {
  const scene = new Scene({ scheme: "21a", seed: 21 });
  await scene.mn.attach(scene.partner("mn", "sp"));
  assert.equal(await claims(scene, "tp", "sp"), STATUS.authorizationFailure, "nothing was prepared at all");
  const done = await scene.mn.prepare({ tposId: ID.tp });
  assert.ok(typeof done !== "string", "it goes to one of them");
  assert.equal(await claims(scene, "umts", "sp"), STATUS.authorizationFailure, "not to the other");
  assert.ok(scene.poss.sp.serves(ID.mn), "the MN is where it was");
  assert.equal(await claims(scene, "tp", "sp"), STATUS.success, "the target may say so");
  assert.ok(!scene.poss.sp.serves(ID.mn), "and then it is gone");
  scene.close();
});

test("003-M7: a PoS that the MN has left for good cannot take it back", async () => {
  const scene = new Scene({ scheme: "21a", seed: 22 });
  await scene.mn.attach(scene.partner("mn", "sp"));
  for (const name of ["tp", "sp"] as const) {
    const done = await scene.mn.prepare({ tposId: ID[name] });
    assert.ok(typeof done !== "string", `to ${name}: ${done}`);
    assert.ok(await scene.mn.complete(done), `at ${name}`);
  }
  await eventually("the PoS in between has heard", () => !scene.poss.tp.serves(ID.mn));
  assert.equal(await claims(scene, "tp", "sp"), STATUS.authorizationFailure, "that was the time before");
  assert.ok(scene.poss.sp.serves(ID.mn), "the MN is where it came back to");
  scene.close();
});

test("003-M8: a PoS is no MN: it is not served, and what it asks for as one is refused", async () => {
  const scene = new Scene({ scheme: "21a", seed: 23 });
  const { member } = scene.poss.tp;
  const partner = scene.partner("tp", "sp");
  const sa = await member.associationWith(partner);
  assert.ok(typeof sa !== "string", "two partners are associated");
  const body = { link: LINK.tp, handoverResult: HANDOVER_RESULT.success };
  const came = await member.misf.asks(partner, [COMPLETE_REQUEST, COMPLETE_RESPONSE], body, sa);
  assert.ok(came.kind === "answer" && came.body.status === STATUS.authorizationFailure, "it does not come as an MN");
  const asked = await member.misf.asks(partner, [PREREG_REQUEST, PREREG_RESPONSE], { tposId: ID.umts }, sa);
  assert.ok(asked.kind === "answer" && asked.body.status === STATUS.authorizationFailure, "nor is anything prepared");
  assert.ok(!scene.poss.sp.serves(ID.tp), "it is not served");
  scene.close();
});

/** `by` sends `to` a key for that MN, inside their association. */
async function sends(
  scene: Scene,
  by: PosName,
  to: PosName,
  changed: Partial<BodyOf<typeof N2N_REQUEST>>,
): Promise<number | undefined> {
  const { member } = scene.poss[by];
  const partner = scene.partner(by, to);
  const sa = await member.associationWith(partner);
  assert.ok(typeof sa !== "string", `${by} is associated with ${to}`);
  const octets = (length: number): Uint8Array => member.crypto.randomBytes(length);
  const body = {
    targetLink: LINK[to],
    mnId: ID.mn,
    mnLink: LINK.mn,
    ciphersuite: 1,
    key: octets(32),
    nonceT: octets(16),
    nonceN: octets(16),
    lifetime: 3600,
    ...changed,
  };
  const outcome = await member.misf.asks(partner, [N2N_REQUEST, N2N_RESPONSE], body, sa);
  return outcome.kind === "answer" ? outcome.body.status : undefined;
}

test("003-M5: a key for a PoS's name, one's own among them, or for a link that is another's, is not taken", async () => {
  const scene = new Scene({ scheme: "21a", seed: 24 });
  for (const mnId of [ID.umts, ID.tp, ID.gm]) {
    assert.equal(await sends(scene, "sp", "tp", { mnId }), STATUS.rejected, `${mnId} is no MN`);
  }
  assert.equal(await sends(scene, "sp", "tp", { targetLink: LINK.umts }), STATUS.rejected, "not a link of that PoS");
  assert.equal(await sends(scene, "sp", "tp", {}), STATUS.success, "an MN's, on its own link");
  scene.close();
});

test("003-M5: an MN that is served here is not sent here by somebody else, and keeps its association", async () => {
  const scene = new Scene({ scheme: "21a", seed: 25 });
  const own = await scene.mn.attach(scene.partner("mn", "tp"));
  assert.ok(typeof own !== "string", "it has authenticated itself");
  for (let times = 0; times < 3; times++) {
    assert.equal(await sends(scene, "umts", "tp", {}), STATUS.rejected, "it need not come: it is here");
  }
  assert.ok(await scene.mn.discover(), "and speaks under what it has made itself");
  scene.close();
});

test("003-M5: a key never lives longer at a target than keys do there", async () => {
  const scene = new Scene({ scheme: "21a", seed: 26, keyLifetime_s: 5 });
  assert.equal(await sends(scene, "sp", "tp", { lifetime: 2 ** 32 - 1 }), STATUS.success, "it is taken");
  const held = scene.tables.tp.of(ID.mn, LINK.tp);
  assert.ok(held && held.expires_ms - performance.now() <= 5000, "for as long as its own keys live");
  scene.close();
});

test("003-M4: a PoS sends keys to a partner inside what both have authenticated for, and in nothing else", async () => {
  const scene = new Scene({ scheme: "21a", seed: 27 });
  const { member } = scene.poss.tp;
  const real = await member.associationWith(scene.partner("tp", "umts"));
  assert.ok(typeof real !== "string", "tp and umts are associated");
  const again = await member.associationWith(scene.partner("tp", "umts"));
  assert.equal(again, real, "that is what it goes on with");
  assert.ok(["eap", "tls"].includes(real.origin), real.origin);
  scene.close();
});

test("what a handler cannot answer is counted and told, and ends nothing", async () => {
  const timing = { rto_ms: 10, retries: 4, transaction_ms: 400 };
  const scene = new Scene({ scheme: "21a", seed: 28, timing });
  await scene.mn.attach(scene.partner("mn", "sp"));
  scene.onFrame = () => {
    throw new Error("a broken link layer");
  };
  const impatient = await scene.mn.relay({ tposId: ID.tp, llInformation: Uint8Array.of(1) });
  assert.equal(typeof impatient, "string", "the MN has no answer of the link layer");
  assert.ok((scene.poss.tp.member.misf.refused.get("failed") ?? 0) > 0, "the target has counted it");
  scene.onFrame = () => Uint8Array.of(7);
  // Whoever was not answered begins anew, and on a busy machine more than once.
  let answer: Uint8Array | string = "";
  for (let tries = 0; tries < 5 && typeof answer === "string"; tries++) {
    answer = await scene.mn.relay({ tposId: ID.tp, llInformation: Uint8Array.of(1) });
  }
  assert.deepEqual(answer, Uint8Array.of(7), "and goes on");
  scene.close();
});
