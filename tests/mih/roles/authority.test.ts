/** Who may say what of an MN: only who has to do with it. */

import assert from "node:assert/strict";
import test from "node:test";
import { ID, LINK, type PosName, Scene } from "../../../host/mih/scene.ts";
import {
  COMPLETE_REQUEST,
  COMPLETE_RESPONSE,
  HANDOVER_RESULT,
  N2N_COMPLETE_REQUEST,
  N2N_COMPLETE_RESPONSE,
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
