/** A handover from its beginning to its end, in each scheme: a key for both, direct signalling, a new serving PoS, the end. */

import assert from "node:assert/strict";
import test from "node:test";
import type { Prepared } from "../../../host/mih/roles/mobile.ts";
import { ID, LINK, Scene, type SceneOptions } from "../../../host/mih/scene.ts";
import { SCHEMES, type Scheme } from "../../../host/mih/schemes/scheme.ts";
import type { Timing } from "../../../host/mih/transport/reliable.ts";
import type { LinkId } from "../../../host/mih/wire/values.ts";
import { eventually } from "./eventually.ts";

const TARGETS: readonly (readonly [what: string, link: LinkId, pos: "tp" | "umts"])[] = [
  ["of the same link type in another domain", LINK.tp, "tp"],
  ["of a link type that is not 802.11", LINK.umts, "umts"],
];

async function prepared(scene: Scene, wish: Parameters<Scene["mn"]["prepare"]>[0]): Promise<Prepared> {
  const association = await scene.mn.attach(scene.partner("mn", "sp"));
  assert.ok(typeof association !== "string", `the MN is attached: ${association}`);
  const done = await scene.mn.prepare(wish);
  assert.ok(typeof done !== "string", `the handover is prepared: ${done}`);
  return done;
}

/** Of a network without delay, where somebody waits for nobody. */
const IMPATIENT: Timing = { rto_ms: 10, retries: 4, transaction_ms: 400 };

/** Closed whatever becomes of it. */
async function inScene(options: SceneOptions, story: (scene: Scene) => Promise<void>): Promise<void> {
  const scene = new Scene(options);
  try {
    await story(scene);
  } finally {
    scene.close();
  }
}

for (const scheme of SCHEMES) {
  for (const [what, link, pos] of TARGETS) {
    test(`003-M6 003-M7 001-P7 ${scheme}: a target ${what} has K and the same PMK ahead, then it serves`, async () => {
      await inScene({ scheme, seed: 1 }, async (scene) => {
        const done = await prepared(scene, { targetLink: link, candidateLinks: [LINK.tp, LINK.umts] });
        assert.equal(done.tpos.id, ID[pos], "the target that was wished");
        const [own, theirs] = [scene.tables.mn.of(ID.mn, link), scene.tables[pos].of(ID.mn, link)];
        assert.ok(own && theirs, "both link layers have a PMK");
        assert.deepEqual(own.pmk, theirs.pmk, "it is one and the same");
        assert.equal(own.isTainted, scheme !== "21d", "a key that the SPoS has had in its hands is remembered as such");
        assert.equal(scene.poss.sp.serves(ID.mn), true, "the SPoS serves until the MN has come to its target");
        assert.equal(await scene.mn.complete(done), true, "the MN and its target talk directly, under the key");
        assert.equal(scene.poss[pos].serves(ID.mn), true, "the target serves");
        await eventually("the PoS before does not serve any more", () => !scene.poss.sp.serves(ID.mn));
        assert.equal(scene.poss.sp.member.associations.ofPeer(ID.mn), undefined, "what it shared with the MN is gone");
      });
    });
  }

  test(`003-M7 ${scheme}: the cycle begins anew: the target of one handover is the SPoS of the next`, async () => {
    await inScene({ scheme, seed: 2 }, async (scene) => {
      const first = await prepared(scene, { tposId: ID.tp });
      assert.equal(await scene.mn.complete(first), true, "the first handover");
      if (scheme === "21d") await eventually("the group manager has heard", () => scene.gm.servingOf(ID.mn) === ID.tp);
      const next = await scene.mn.prepare({ tposId: ID.umts });
      assert.ok(typeof next !== "string", `the second is prepared: ${next}`);
      assert.equal(await scene.mn.complete(next), true, "and completed");
      assert.equal(scene.mn.serving?.id, ID.umts, "the MN knows who serves it");
    });
  });

  test(`003-M7 ${scheme}: when K's lifetime ends nothing of it is left at the target, and it opens nothing`, async () => {
    await inScene({ scheme, seed: 3, keyLifetime_s: 1, timing: IMPATIENT }, async (scene) => {
      const done = await prepared(scene, { tposId: ID.tp });
      await eventually("the PMK is gone", () => scene.tables.tp.of(ID.mn, LINK.tp) === undefined, 3000);
      assert.equal(await scene.mn.complete(done), false, "the MN comes too late");
      assert.equal(scene.poss.tp.serves(ID.mn), false, "and is not served");
    });
  });

  test(`003-M9 ${scheme}: the SPoS chooses the target for an MN that names none, one that it has an association with`, async () => {
    await inScene({ scheme, seed: 4 }, async (scene) => {
      assert.ok(
        typeof (await scene.poss.sp.member.associationWith(scene.partner("sp", "umts"))) !== "string",
        "the SPoS knows the UMTS PoS",
      );
      const done = await prepared(scene, {});
      assert.equal(done.tpos.id, ID.umts, "it is taken before the one of the same type");
    });
  });

  test(`003-M9 ${scheme}: of the links that the MN hears, and of no other, the SPoS takes one`, async () => {
    await inScene({ scheme, seed: 5 }, async (scene) => {
      const done = await prepared(scene, { candidateLinks: [LINK.umts] });
      assert.equal(done.tpos.id, ID.umts, "the only one that was heard");
      const none = await scene.mn.prepare({ candidateLinks: [LINK.sp] });
      assert.equal(typeof none, "string", "its own link is no target");
    });
  });
}

test("003-C1 the text followed literally: MN and TPoS have different keys, and never talk", async () => {
  await inScene({ scheme: "xor", seed: 6, isLiteral: true, timing: IMPATIENT }, async (scene) => {
    const done = await prepared(scene, { tposId: ID.tp });
    const [own, theirs] = [scene.tables.mn.of(ID.mn, LINK.tp), scene.tables.tp.of(ID.mn, LINK.tp)];
    assert.notDeepEqual(own?.pmk, theirs?.pmk, "the masks differ, so K does");
    assert.equal(await scene.mn.complete(done), false, "the target hears nothing that it could open");
  });
});

test("001-P4 001-P6 an MN finds authenticators, and its frames reach one through the PoS that serves it", async () => {
  await inScene({ scheme: "21a", seed: 7 }, async (scene) => {
    const heard: Uint8Array[] = [];
    scene.onFrame = (name, frame) => {
      assert.equal(name, "tp", "the target's link layer is the one that hears");
      heard.push(frame);
      return Uint8Array.of(9, ...frame);
    };
    assert.ok(typeof (await scene.mn.attach(scene.partner("mn", "sp"))) !== "string", "attached");
    const found = await scene.mn.discover();
    assert.deepEqual(
      found?.map(({ pos, domain, methods }) => [pos, domain, methods.length > 0]),
      [
        [ID.sp, "home.example", true],
        [ID.tp, "visited.example", true],
        [ID.umts, "umts.example", true],
      ],
      "authenticators of two link types and three domains",
    );
    const answer = await scene.mn.relay({ tposId: ID.tp, llInformation: Uint8Array.of(1, 2) });
    assert.deepEqual(answer, Uint8Array.of(9, 1, 2), "and the answer comes back");
    assert.deepEqual(heard, [Uint8Array.of(1, 2)], "once");
  });
});

test("003-M8 an MN whose PoS has forgotten it attaches again, and goes on", async () => {
  await inScene({ scheme: "21a", seed: 8, timing: IMPATIENT }, async (scene) => {
    await prepared(scene, { tposId: ID.tp });
    scene.poss.sp.close();
    scene.poss.sp = scene.newPos("sp");
    const lost = await scene.mn.prepare({ tposId: ID.tp });
    assert.equal(typeof lost, "string", "the association is of a PoS that is no more");
    const again = await scene.mn.prepare({ tposId: ID.tp });
    assert.ok(typeof again !== "string", `the next try finds its way: ${again}`);
  });
});

for (const scheme of SCHEMES) {
  test(`${scheme}: a handover under 30 % loss, with doubled and late datagrams, ends as without`, async () => {
    const network = { loss: 0.3, duplicate: 0.15, reorder: 0.15 };
    await inScene({ scheme: scheme as Scheme, seed: 9, network }, async (scene) => {
      const done = await prepared(scene, { tposId: ID.tp });
      assert.equal(await scene.mn.complete(done), true, "it comes to its end");
      assert.equal(scene.poss.tp.serves(ID.mn), true, "and the target serves");
    });
  });
}
