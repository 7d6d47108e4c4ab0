/** What each role refuses, by the one status that says why. */

import assert from "node:assert/strict";
import test from "node:test";
import { isMessage } from "../../../host/mih/attacks/recording.ts";
import { ID, LINK, type Name, type PosName, Scene, type SceneOptions } from "../../../host/mih/scene.ts";
import type { Scheme } from "../../../host/mih/schemes/scheme.ts";
import type { AnyMessage, BodyOf } from "../../../host/mih/wire/message.ts";
import { emitService } from "../../../host/mih/wire/message.ts";
import {
  COMPLETE_REQUEST,
  COMPLETE_RESPONSE,
  GROUP_KEY_REQUEST,
  GROUP_KEY_RESPONSE,
  HANDOVER_RESULT,
  INFORMATION_REQUEST,
  INFORMATION_RESPONSE,
  N2N_COMPLETE_REQUEST,
  N2N_COMPLETE_RESPONSE,
  N2N_REQUEST,
  N2N_RESPONSE,
  PREREG_REQUEST,
  PREREG_RESPONSE,
  PUSH_REQUEST,
  PUSH_RESPONSE,
} from "../../../host/mih/wire/messages.ts";
import { emitPdu, readPdu } from "../../../host/mih/wire/pdu.ts";
import { STATUS } from "../../../host/mih/wire/values.ts";

const NONCE = new Uint8Array(16).fill(5);
const MOVED = { mnId: ID.mn, link: LINK.tp, handoverResult: HANDOVER_RESULT.success };

async function inScene(scheme: Scheme, story: (scene: Scene) => Promise<void>, changed?: Partial<SceneOptions>) {
  const timing = { rto_ms: 10, retries: 5, transaction_ms: 700 };
  const scene = new Scene({ scheme, seed: 31, timing, ...changed });
  try {
    await story(scene);
  } finally {
    scene.close();
  }
}

/** The status of what `to` answers `by`, in clear or inside the association of both. */
async function statusOf<Q extends AnyMessage, A extends AnyMessage>(
  scene: Scene,
  [by, to]: readonly ["mn" | PosName, Name],
  exchange: readonly [Q, A],
  body: BodyOf<Q>,
  isProtected: boolean,
): Promise<number | undefined> {
  const { member } = by === "mn" ? scene.mn : scene.poss[by];
  const partner = scene.partner(by, to);
  const sa = isProtected ? await member.associationWith(partner) : undefined;
  assert.ok(typeof sa !== "string", `${by} and ${to}: ${sa}`);
  const outcome = await member.misf.asks(partner, exchange, body, sa);
  return outcome.kind === "answer" ? (outcome.body as { status?: number }).status : undefined;
}

test("what asks for trust and comes in clear is refused, whoever's name it has", async () => {
  await inScene("21a", async (scene) => {
    await scene.mn.attach(scene.partner("mn", "sp"));
    const done = await scene.mn.prepare({ tposId: ID.tp });
    assert.ok(typeof done !== "string", `prepared: ${done}`);
    const complete = { link: LINK.mn, handoverResult: HANDOVER_RESULT.success };
    const failure = STATUS.authorizationFailure;
    assert.equal(
      await statusOf(scene, ["tp", "sp"], [N2N_COMPLETE_REQUEST, N2N_COMPLETE_RESPONSE], MOVED, false),
      failure,
    );
    assert.equal(await statusOf(scene, ["mn", "tp"], [COMPLETE_REQUEST, COMPLETE_RESPONSE], complete, false), failure);
    const query = { query: Uint8Array.of(1) };
    assert.equal(
      await statusOf(scene, ["mn", "sp"], [INFORMATION_REQUEST, INFORMATION_RESPONSE], query, false),
      failure,
    );
    const wish = { tposId: ID.tp, ciphersuite: 1, nonceT: NONCE };
    assert.equal(
      await statusOf(scene, ["mn", "sp"], [PREREG_REQUEST, PREREG_RESPONSE], wish, false),
      failure,
      "003-M2 above all a key is not given so",
    );
    assert.ok(scene.poss.sp.serves(ID.mn) && !scene.poss.tp.serves(ID.mn), "nothing has changed");
  });
});

test("003-M5: an MN that has an association with a PoS is no partner of it", async () => {
  await inScene("21a", async (scene) => {
    const body = {
      ...{ targetLink: LINK.tp, mnId: "victim@home.example", mnLink: LINK.mn, ciphersuite: 1 },
      ...{ key: new Uint8Array(32), nonceT: NONCE, nonceN: NONCE, lifetime: 60 },
    };
    assert.equal(
      await statusOf(scene, ["mn", "tp"], [N2N_REQUEST, N2N_RESPONSE], body, true),
      STATUS.authorizationFailure,
    );
  });
});

test("003-C15: a push is taken from the group manager and from nobody else, and for a wish that is known", async () => {
  await inScene("21d", async (scene) => {
    const push = {
      ...{ groupId: new Uint8Array(8), mnId: ID.mn, groupKeyBlock: Uint8Array.of(1) },
      ...{ nonceT: NONCE, lifetime: 60, sequence: 1 },
    };
    const exchange = [PUSH_REQUEST, PUSH_RESPONSE] as const;
    assert.equal(await statusOf(scene, ["sp", "tp"], exchange, push, true), STATUS.authorizationFailure, "a partner");
    const { member } = scene.gm;
    const partner = scene.partner("gm", "tp");
    const sa = await member.associationWith(partner);
    assert.ok(typeof sa !== "string", "the group manager is associated with tp");
    const outcome = await member.misf.asks(partner, exchange, push, sa);
    assert.ok(outcome.kind === "answer" && outcome.body.status === STATUS.rejected, "an answer to no wish");
  });
});

test("003-C15: the group manager answers PoSs, in rising order, and the same question as before with the same", async () => {
  await inScene("21d", async (scene) => {
    const exchange = [GROUP_KEY_REQUEST, GROUP_KEY_RESPONSE] as const;
    const presence = scene.groupMember("mn").presence({ mn: ID.mn, pos: ID.sp });
    const wish = { mnId: ID.mn, tposId: ID.tp, nonceT: NONCE, sequence: 5, presence };
    assert.equal(await statusOf(scene, ["mn", "gm"], exchange, wish, true), STATUS.authorizationFailure, "an MN");
    assert.equal(await statusOf(scene, ["sp", "gm"], exchange, wish, false), STATUS.authorizationFailure, "in clear");
    await scene.mn.attach(scene.partner("mn", "sp"));
    const first = await statusOf(scene, ["sp", "gm"], exchange, wish, true);
    assert.equal(first, STATUS.rejected, "the target has heard of no such wish");
    assert.equal(await statusOf(scene, ["sp", "gm"], exchange, { ...wish, sequence: 4 }, true), STATUS.rejected, "old");
    const done = await scene.mn.prepare({ tposId: ID.tp });
    assert.ok(typeof done !== "string", `with numbers of the clock it goes on: ${done}`);
    const moved = [N2N_COMPLETE_REQUEST, N2N_COMPLETE_RESPONSE] as const;
    assert.equal(await statusOf(scene, ["umts", "gm"], moved, MOVED, true), STATUS.authorizationFailure, "not its MN");
    assert.equal(scene.gm.servingOf(ID.mn), ID.sp, "the manager knows who serves");
  });
});

test("an answer in clear to a question inside an association is none", async () => {
  const forged = emitService(INFORMATION_RESPONSE, { status: STATUS.success, answer: Uint8Array.of(0, 0) });
  const tap = (_: string, to: string, octets: Uint8Array): Uint8Array | undefined => {
    const pdu = to === ID.mn && isMessage(octets, INFORMATION_RESPONSE) ? readPdu(octets) : undefined;
    if (typeof pdu !== "object") return undefined;
    const { header, source, destination } = pdu;
    return emitPdu({ header, source, destination, service: forged });
  };
  await inScene(
    "21a",
    async (scene) => {
      await scene.mn.attach(scene.partner("mn", "sp"));
      assert.equal(await scene.mn.discover(), undefined, "the MN learns nothing");
      assert.ok((scene.mn.member.misf.refused.get("bad protection") ?? 0) > 0, "and has counted it");
    },
    { network: { tap } },
  );
});

test("a role speaks inside an association as who it is: another's name on it is refused", async () => {
  const tap = (from: string, to: string, octets: Uint8Array): Uint8Array | undefined => {
    const pdu = from === ID.mn && to === ID.sp && isMessage(octets, INFORMATION_REQUEST) ? readPdu(octets) : undefined;
    return typeof pdu === "object" ? emitPdu({ ...pdu, source: ID.tp }) : undefined;
  };
  await inScene(
    "21a",
    async (scene) => {
      await scene.mn.attach(scene.partner("mn", "sp"));
      assert.equal(await scene.mn.discover(), undefined, "nobody answers");
      assert.ok((scene.poss.sp.member.misf.refused.get("no such association") ?? 0) > 0, "it has no such association");
    },
    { network: { tap } },
  );
});

test("003-M8: who authenticates as somebody else than he says is not associated, at either end", async () => {
  const done = { kind: "done", msk: new Uint8Array(64), identity: "somebody@else.example" } as const;
  const other = {
    begin: async () => new Uint8Array(),
    next: async () => ({ ...done, msk: done.msk.slice() }),
    close() {},
  };
  await inScene("21a", async (scene) => {
    const partner = { ...scene.partner("mn", "sp"), converse: () => other };
    const made = await scene.mn.attach(partner);
    assert.match(String(made), /the other end is somebody@else\.example/, "the MN looks who it is");
    scene.poss.sp.close();
    scene.poss.sp = scene.newPos("sp", { conversationFor: () => other });
    const refused = await scene.mn.attach(scene.partner("mn", "sp"));
    assert.equal(typeof refused, "string", "the PoS looks, too");
    assert.equal(scene.poss.sp.member.associations.size, 0, "there is no association");
  });
});
