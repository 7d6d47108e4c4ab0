/** What is tried beside the attacks, to see whether a requirement is met (requirements.ts). */

import { systemClock } from "../datagrams/link.ts";
import { nodeRsnCrypto } from "../rsn/keys/crypto.node.ts";
import { inScene, prepare, settle } from "./attacks/attack.ts";
import { mediaSpecificPmk } from "./keys/keys.ts";
import { ID, LINK } from "./scene.ts";
import type { Scheme } from "./schemes/scheme.ts";
import { KEY_OCTETS } from "./wire/types.ts";
import { isSameLink, linkId } from "./wire/values.ts";

export type Trial = (scheme: Scheme, seed: number) => Promise<boolean>;

/** The MN learns of authenticators of two link types and of other domains than its own. */
export const discovers: Trial = (scheme, seed) =>
  inScene({ scheme, seed }, async (scene) => {
    await scene.mn.attach(scene.partner("mn", "sp"));
    const found = (await scene.mn.discover()) ?? [];
    return new Set(found.map(({ link }) => link.type)).size > 1 && new Set(found.map(({ domain }) => domain)).size > 1;
  });

/** What was agreed on through another PoS holds on the link of the target: one PMK at both ends of it. */
export const binds: Trial = (scheme, seed) =>
  inScene({ scheme, seed }, async (scene) => {
    const done = await prepare(scene);
    const [own, theirs] = [scene.tables.mn.of(ID.mn, LINK.tp), scene.tables.tp.of(ID.mn, LINK.tp)];
    return (
      typeof done !== "string" &&
      own !== undefined &&
      theirs !== undefined &&
      own.pmk.every((o, i) => o === theirs.pmk[i])
    );
  });

/** One K, three links: two of targets, and another one of the MN. Three PMKs. */
export const separates: Trial = async (_, seed) => {
  const k = new Uint8Array(KEY_OCTETS).fill(seed & 0xff);
  const pairs = [
    [LINK.mn, LINK.tp],
    [LINK.mn, LINK.umts],
    [LINK.mnUmts, LINK.tp],
  ] as const;
  const pmks = pairs.map(([mn, poa]) => {
    const links = { mnLink: linkId.emit(mn), poaLink: linkId.emit(poa) };
    return Buffer.from(mediaSpecificPmk(nodeRsnCrypto, k, links)).toString("hex");
  });
  return new Set(pmks).size === pairs.length;
};

/** When K's lifetime is over the target knows nothing of the MN any more. */
export const ends: Trial = (scheme, seed) => {
  let later_ms = 0;
  const clock = { ...systemClock, now_ms: () => systemClock.now_ms() + later_ms };
  return inScene({ scheme, seed, clock, keyLifetime_s: 60 }, async (scene) => {
    const done = await prepare(scene);
    const isThere = (): boolean => scene.poss.tp.member.associations.ofPeer(ID.mn) !== undefined;
    const wasThere = isThere();
    later_ms = 61_000;
    return typeof done !== "string" && wasThere && !isThere();
  });
};

/** By its link alone the MN learns who the target is, by its name alone which link it has. */
export const resolves: Trial = async (scheme, seed) => {
  const wishes = [{ targetLink: LINK.tp, candidateLinks: [LINK.tp] }, { tposId: ID.tp }];
  for (const wish of wishes) {
    const isRight = await inScene({ scheme, seed }, async (scene) => {
      await scene.mn.attach(scene.partner("mn", "sp"));
      const done = await scene.mn.prepare(wish);
      return typeof done !== "string" && done.tpos.id === ID.tp && isSameLink(done.link, LINK.tp);
    });
    if (!isRight) return false;
  }
  return true;
};

/** With a key of the target in its hands the MN is still served where it is. */
export const goesOn: Trial = (scheme, seed) =>
  inScene({ scheme, seed }, async (scene) => {
    const done = await prepare(scene);
    const { sp, tp } = scene.poss;
    const isServed = sp.serves(ID.mn) && !tp.serves(ID.mn) && scene.mn.serving?.id === ID.sp;
    return typeof done !== "string" && isServed && (await scene.mn.discover()) !== undefined;
  });

/** Two targets, two keys, and either may be gone to. */
export const preparesSeveral: Trial = (scheme, seed) =>
  inScene({ scheme, seed }, async (scene) => {
    await scene.mn.attach(scene.partner("mn", "sp"));
    const first = await scene.mn.prepare({ tposId: ID.tp });
    const second = await scene.mn.prepare({ tposId: ID.umts });
    const [tp, umts] = [scene.tables.mn.of(ID.mn, LINK.tp)?.pmk, scene.tables.mn.of(ID.mn, LINK.umts)?.pmk];
    const areTwo = tp !== undefined && umts !== undefined && Buffer.compare(tp, umts) !== 0;
    return areTwo && typeof first !== "string" && typeof second !== "string" && (await scene.mn.complete(first));
  });

/** Once the MN is with its target nobody else serves it, or has an association with it. */
export const leaves: Trial = (scheme, seed) =>
  inScene({ scheme, seed }, async (scene) => {
    const done = await prepare(scene);
    if (typeof done === "string" || !(await scene.mn.complete(done))) return false;
    await settle();
    const { sp, tp } = scene.poss;
    return tp.serves(ID.mn) && !sp.serves(ID.mn) && sp.member.associations.ofPeer(ID.mn) === undefined;
  });
