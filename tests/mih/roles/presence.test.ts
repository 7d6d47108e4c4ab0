/** Where an MN is: by its own proof, and by nobody's word (003-C15). */

import assert from "node:assert/strict";
import test from "node:test";
import { ID, LINK, type PosName, Scene } from "../../../host/mih/scene.ts";
import {
  GROUP_KEY_REQUEST,
  GROUP_KEY_RESPONSE,
  HANDOVER_RESULT,
  N2N_COMPLETE_REQUEST,
  N2N_COMPLETE_RESPONSE,
} from "../../../host/mih/wire/messages.ts";
import { STATUS } from "../../../host/mih/wire/values.ts";
import { eventually } from "./eventually.ts";

const NONCE = new Uint8Array(16).fill(6);
const proofAt = (scene: Scene, pos: PosName): Uint8Array =>
  scene.groupMember("mn").presence({ mn: ID.mn, pos: ID[pos] });

async function inScene(story: (scene: Scene) => Promise<void>): Promise<void> {
  const timing = { rto_ms: 10, retries: 7, transaction_ms: 2500 };
  const scene = new Scene({ scheme: "21d", seed: 41, timing });
  try {
    await story(scene);
  } finally {
    scene.close();
  }
}

/** `by` tells the group manager that the MN is with it. */
async function claims(scene: Scene, by: PosName, presence?: Uint8Array): Promise<number | undefined> {
  const { member } = scene.poss[by];
  const manager = scene.partner(by, "gm");
  const sa = await member.associationWith(manager);
  assert.ok(typeof sa !== "string", `${by} is associated with the manager`);
  const body = { mnId: ID.mn, link: LINK[by], handoverResult: HANDOVER_RESULT.success, presence };
  const outcome = await member.misf.asks(manager, [N2N_COMPLETE_REQUEST, N2N_COMPLETE_RESPONSE], body, sa);
  return outcome.kind === "answer" ? outcome.body.status : undefined;
}

/** `by` asks for a key of the MN and `to`. Rejected: it may, and the target knows of no such wish. */
async function asks(
  scene: Scene,
  by: PosName,
  to: PosName,
  presence: Uint8Array | undefined,
): Promise<number | undefined> {
  const { member } = scene.poss[by];
  const manager = scene.partner(by, "gm");
  const sa = await member.associationWith(manager);
  assert.ok(typeof sa !== "string", `${by} is associated with the manager`);
  const wish = { mnId: ID.mn, tposId: ID[to], nonceT: NONCE, sequence: Date.now() * 64, presence };
  const outcome = await member.misf.asks(manager, [GROUP_KEY_REQUEST, GROUP_KEY_RESPONSE], wish, sa);
  return outcome.kind === "answer" ? outcome.body.status : undefined;
}

test("003-C15: a PoS that was made a key for an MN cannot say that it came, when it did not", async () => {
  await inScene(async (scene) => {
    await scene.mn.attach(scene.partner("mn", "sp"));
    assert.ok(typeof (await scene.mn.prepare({ tposId: ID.tp })) !== "string", "tp has a key for the MN");
    assert.equal(await claims(scene, "tp"), STATUS.authorizationFailure, "with no proof");
    const passedOn = proofAt(scene, "sp");
    assert.equal(await claims(scene, "tp", passedOn), STATUS.authorizationFailure, "with one for another PoS");
    assert.equal(await asks(scene, "tp", "umts", undefined), STATUS.authorizationFailure, "it gets no key either");
    assert.equal(scene.gm.servingOf(ID.mn), ID.sp, "the MN is where it was");
    assert.equal(await claims(scene, "tp", proofAt(scene, "tp")), STATUS.success, "with its proof it may");
    assert.equal(scene.gm.servingOf(ID.mn), ID.tp, "and has it");
  });
});

test("003-C15: an MN that came to a PoS by itself gets group keys there, and the PoS before gets none for it", async () => {
  await inScene(async (scene) => {
    const before = proofAt(scene, "sp");
    await scene.mn.attach(scene.partner("mn", "sp"));
    assert.ok(typeof (await scene.mn.prepare({ tposId: ID.tp })) !== "string", "it was at sp");
    await scene.mn.attach(scene.partner("mn", "umts"));
    const done = await scene.mn.prepare({ tposId: ID.tp });
    assert.ok(typeof done !== "string", `umts gets a key for it: ${done}`);
    assert.equal(scene.gm.servingOf(ID.mn), ID.umts, "as the manager knows by the MN's proof");
    for (const [what, proof] of [
      ["no proof", undefined],
      ["the one of before", before],
    ] as const) {
      assert.equal(await asks(scene, "sp", "tp", proof), STATUS.authorizationFailure, `sp with ${what}`);
      assert.equal(await claims(scene, "sp", proof), STATUS.authorizationFailure, `sp claims with ${what}`);
    }
    assert.equal(scene.gm.servingOf(ID.mn), ID.umts, "nothing has changed");
    assert.ok(await scene.mn.complete(done), "and it goes on to tp");
    await eventually("the manager has the proof of tp", () => scene.gm.servingOf(ID.mn) === ID.tp);
  });
});

test("003-C15: an MN that comes back by itself shows itself anew, though it left an association there", async () => {
  await inScene(async (scene) => {
    for (const pos of ["sp", "umts", "sp"] as const) {
      await scene.mn.attach(scene.partner("mn", pos));
      const done = await scene.mn.prepare({ tposId: ID.tp });
      assert.ok(typeof done !== "string", `${pos} gets a key for it: ${done}`);
      assert.equal(scene.gm.servingOf(ID.mn), ID[pos], "the manager knows where it is");
    }
  });
});

test("003-C15: the manager hears of an MN where it attaches, before anything is asked for", async () => {
  await inScene(async (scene) => {
    await scene.mn.attach(scene.partner("mn", "umts"));
    await eventually("it was told", () => scene.gm.servingOf(ID.mn) === ID.umts);
  });
});

test("003-C15: the same number with another question is refused, and of another MN overtaking does not matter", async () => {
  await inScene(async (scene) => {
    const { member } = scene.poss.sp;
    const manager = scene.partner("sp", "gm");
    const sa = await member.associationWith(manager);
    assert.ok(typeof sa !== "string", "sp is associated with the manager");
    const presence = proofAt(scene, "sp");
    const asked = async (changed: object): Promise<number | undefined> => {
      const wish = { mnId: ID.mn, tposId: ID.tp, nonceT: NONCE, sequence: 9, presence, ...changed };
      const outcome = await member.misf.asks(manager, [GROUP_KEY_REQUEST, GROUP_KEY_RESPONSE], wish, sa);
      return outcome.kind === "answer" ? outcome.body.status : undefined;
    };
    assert.equal(await asked({}), STATUS.rejected, "the target has heard of no such wish");
    // It may not ask for itself, and is told so only if it is heard at all.
    assert.equal(await asked({ tposId: ID.sp }), STATUS.rejected, "the same number");
    assert.equal(await asked({ tposId: ID.sp, sequence: 10 }), STATUS.authorizationFailure, "a new one");
    assert.equal(await asked({ mnId: ID.umts, sequence: 3 }), STATUS.authorizationFailure, "an old one, of another");
    assert.equal(await asked({ tposId: ID.sp, sequence: 8 }), STATUS.rejected, "one that is older is not looked at");
    // Its clock may have gone back while it was away.
    member.forget(manager.id);
    const again = await member.associationWith(manager);
    assert.ok(typeof again !== "string", "sp is associated anew");
    const wish = { mnId: ID.mn, tposId: ID.sp, nonceT: NONCE, sequence: 7, presence };
    const outcome = await member.misf.asks(manager, [GROUP_KEY_REQUEST, GROUP_KEY_RESPONSE], wish, again);
    assert.equal(
      outcome.kind === "answer" && outcome.body.status,
      STATUS.authorizationFailure,
      "in another association",
    );
  });
});

test("003-C14 003-C15: a PoS that names itself as the MN, with a proof by its own leaf, is refused and ends nothing", async () => {
  await inScene(async (scene) => {
    const { member } = scene.poss.sp;
    const manager = scene.partner("sp", "gm");
    const sa = await member.associationWith(manager);
    assert.ok(typeof sa !== "string", "sp is associated with the manager");
    const presence = scene.groupMember("sp").presence({ mn: ID.sp, pos: ID.sp });
    const wish = { mnId: ID.sp, tposId: ID.tp, nonceT: NONCE, sequence: 1, presence };
    const outcome = await member.misf.asks(manager, [GROUP_KEY_REQUEST, GROUP_KEY_RESPONSE], wish, sa);
    assert.equal(outcome.kind === "answer" && outcome.body.status, STATUS.authorizationFailure);
    await scene.mn.attach(scene.partner("mn", "sp"));
    assert.ok(typeof (await scene.mn.prepare({ tposId: ID.tp })) !== "string", "the manager goes on");
  });
});

test("003-C16: for a device that is revoked no key is made: neither as MN, nor as target, nor as the PoS that asks", async () => {
  for (const revoked of ["mn", "tp", "sp"] as const) {
    await inScene(async (scene) => {
      scene.gm.close();
      scene.gm = scene.newGroupManager({ revoked: new Set([ID[revoked]]) });
      await scene.mn.attach(scene.partner("mn", "sp"));
      const refused = await scene.mn.prepare({ tposId: ID.tp });
      assert.equal(refused, `refused with status ${STATUS.authorizationFailure}`, `${revoked} is revoked`);
      assert.equal(scene.tables.tp.of(ID.mn, LINK.tp), undefined, "the target has no key of it");
      const onward = await scene.mn.prepare({ tposId: ID.umts });
      assert.equal(typeof onward === "string", revoked !== "tp", `others than ${revoked} go on: ${onward}`);
      const by = revoked === "sp" ? "sp" : "tp";
      const claimed = revoked === "mn" || revoked === by;
      if (claimed)
        assert.equal(await claims(scene, by, proofAt(scene, by)), STATUS.authorizationFailure, "nor said of it");
    });
  }
});

test("003-M7: a device that authenticates anew where a group key awaits it ends that key; of a station it stays", async () => {
  for (const isStation of [false, true]) {
    await inScene(async (scene) => {
      await scene.mn.attach(scene.partner("mn", "sp"));
      assert.ok(typeof (await scene.mn.prepare({ tposId: ID.tp })) !== "string", "tp has a key for the MN");
      scene.mn.close();
      scene.mn = scene.newMobile(isStation ? { group: { leaf: scene.leafOf("mn") } } : {});
      await scene.mn.attach(scene.partner("mn", "tp"));
      const left = scene.tables.tp.of(ID.mn, LINK.tp);
      assert.equal(left !== undefined, isStation, "whoever shows keys of its own would have used them");
    });
  }
});
