/** What a death leaves behind is of no use to anybody: keys end, and old ones are not taken for new ones. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Location } from "../../../host/mih/roles/locationregister.ts";
import type { Prepared } from "../../../host/mih/roles/mobile.ts";
import { ID, LINK, Scene, type SceneOptions } from "../../../host/mih/scene.ts";
import { SCHEMES } from "../../../host/mih/schemes/scheme.ts";
import type { Timing } from "../../../host/mih/transport/reliable.ts";
import { messageId, readHeader } from "../../../host/mih/wire/header.ts";
import { CAPABILITY_REQUEST, PREREG_RESPONSE } from "../../../host/mih/wire/messages.ts";
import { emitPdu } from "../../../host/mih/wire/pdu.ts";
import { eventually } from "../roles/eventually.ts";

const STRANGERS = 3000;
const TIMING: Timing = { rto_ms: 15, retries: 3, transaction_ms: 250 };

async function inScene(options: SceneOptions, story: (scene: Scene) => Promise<void>): Promise<void> {
  const scene = new Scene({ timing: TIMING, ...options });
  try {
    await story(scene);
  } finally {
    scene.close();
  }
}

async function prepared(scene: Scene): Promise<Prepared> {
  const done = await scene.mn.prepare({ tposId: ID.tp });
  assert.ok(typeof done !== "string", `prepared: ${done}`);
  return done;
}

const attached = async (scene: Scene): Promise<void> => {
  const association = await scene.mn.attach(scene.partner("mn", "sp"));
  assert.ok(typeof association !== "string", `attached: ${association}`);
};

for (const scheme of SCHEMES) {
  test(`003-M7 ${scheme}: a PMK ends with K's lifetime at both ends, also of a handover that was completed`, async () => {
    await inScene({ scheme, seed: 1, keyLifetime_s: 1 }, async (scene) => {
      await attached(scene);
      assert.ok(await scene.mn.complete(await prepared(scene)), "completed");
      const held = (): unknown[] => [scene.tables.mn, scene.tables.tp].map((table) => table.of(ID.mn, LINK.tp));
      assert.ok(
        held().every((one) => one !== undefined),
        "both ends have it",
      );
      await eventually("both are gone", () => held().every((one) => one === undefined), 3000);
    });
  });

  test(`003-M6 ${scheme}: nobody completes under the K before, when the target has a newer PMK already`, async () => {
    let isLost = false;
    const tap = (_: string, to: string, octets: Uint8Array): boolean => {
      const header = readHeader(octets);
      return !(isLost && to === ID.mn && typeof header !== "string" && messageId(header) === PREREG_RESPONSE.id);
    };
    await inScene({ scheme, seed: 2, network: { tap } }, async (scene) => {
      await attached(scene);
      const first = await prepared(scene);
      isLost = true;
      assert.equal(
        await scene.mn.prepare({ tposId: ID.tp }),
        "nobody answered",
        "the second K came to the target only",
      );
      isLost = false;
      assert.equal(await scene.mn.complete(first), false, "so the first is of no use any more");
      await attached(scene);
      assert.ok(await scene.mn.complete(await prepared(scene)), "a third is");
      const [own, theirs] = [scene.tables.mn, scene.tables.tp].map((table) => table.of(ID.mn, LINK.tp)?.pmk);
      assert.deepEqual(own, theirs, "and both ends have the same PMK");
    });
  });
}

test("003-C16 a group manager that was ended and made anew still knows where the MN is, by what it was to keep", async () => {
  await inScene({ scheme: "21d", seed: 3 }, async (scene) => {
    const locations = new Map<string, Location>();
    const onMoved = (mn: string, location: Location): unknown => locations.set(mn, location);
    const renewed = (): void => {
      scene.gm.close();
      scene.gm = scene.newGroupManager({ locations, onMoved });
    };
    renewed();
    await attached(scene);
    const done = await prepared(scene);
    renewed();
    assert.ok(await scene.mn.complete(done), "completed");
    await eventually("the manager heard it", () => scene.gm.servingOf(ID.mn) === ID.tp);
    renewed();
    // The first try finds that the manager has forgotten its associations.
    for (let i = 0; i < 3 && typeof (await scene.mn.prepare({ tposId: ID.umts })) === "string"; i++);
    assert.ok(scene.tables.umts.of(ID.mn, LINK.umts), "the target before is believed that it serves the MN");
  });
});

test("requests of 3,000 strangers are answered once each at most: to nobody who has proven nothing is anything repeated", async () => {
  await inScene({ scheme: "21a", seed: 4, timing: { rto_ms: 20, retries: 3, transaction_ms: 500 } }, async (scene) => {
    const { sid, opcode, aid } = CAPABILITY_REQUEST;
    const header = { ackReq: true, ackRsp: false, uir: false, more: false, fragment: 0, sid, opcode, aid };
    const before = scene.network.sent;
    for (let i = 0; i < STRANGERS; i++) {
      const ends = { source: `${i}@nowhere.example`, destination: ID.sp };
      const octets = emitPdu({ header: { ...header, tid: i }, ...ends, service: new Uint8Array() });
      scene.network.inject(ends.source, ID.sp, octets);
    }
    const busy = (): number => scene.poss.sp.member.misf.refused.get("busy") ?? 0;
    await eventually("all have come in", () => scene.network.sent - before + busy() >= STRANGERS);
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.ok(scene.network.sent - before <= STRANGERS, `${scene.network.sent - before} datagrams were sent`);
  });
});
