/**
 * What the IETF asks of keys for handovers, as 001-P8 has it, and which scheme gives it: the goals of RFC 5169 section 5 and what
 * RFC 5836 (EAP early authentication) says beyond them. Each row is decided by what was tried, never by what was meant.
 */

import { systemClock } from "../datagrams/link.ts";
import { nodeRsnCrypto } from "../rsn/keys/crypto.node.ts";
import { inScene, prepare } from "./attacks/attack.ts";
import { DOMINO } from "./attacks/domino.ts";
import { REPLAYED_N2N, REPLAYED_PUSH, SPOOFED_POS, STRANGE_POS } from "./attacks/forging.ts";
import { BLOCK_FOR_OTHERS, FORGED_BLOCK, KEY_FOR_ONESELF } from "./attacks/summoning.ts";
import { MOVED_KEY, TORN_KEY } from "./attacks/tampering.ts";
import { TWO_TIME_PAD } from "./attacks/twotimepad.ts";
import { mediaSpecificPmk } from "./keys/keys.ts";
import { ID, LINK } from "./scene.ts";
import type { Scheme } from "./schemes/scheme.ts";
import { KEY_OCTETS } from "./wire/types.ts";
import { linkId } from "./wire/values.ts";

/** Something that is tried beside the attacks. */
type Trial = (scheme: Scheme, seed: number) => Promise<boolean>;

export interface Requirement {
  readonly source: string;
  readonly asks: string;
  /** It is met where none of these attacks succeeds, by their names ... */
  readonly withstands: readonly string[];
  /** ... and where this comes out true. */
  readonly trial?: Trial;
}

/** The MN learns of authenticators of two link types and of other domains than its own. */
const discovers: Trial = (scheme, seed) =>
  inScene({ scheme, seed }, async (scene) => {
    await scene.mn.attach(scene.partner("mn", "sp"));
    const found = (await scene.mn.discover()) ?? [];
    return new Set(found.map(({ link }) => link.type)).size > 1 && new Set(found.map(({ domain }) => domain)).size > 1;
  });

/** What was agreed on through another PoS holds on the link of the target: one PMK at both ends of it. */
const binds: Trial = (scheme, seed) =>
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

/** One K, two links: two PMKs. */
const separates: Trial = async (_, seed) => {
  const k = new Uint8Array(KEY_OCTETS).fill(seed & 0xff);
  const pmkAt = (poa: typeof LINK.tp | typeof LINK.umts): Uint8Array =>
    mediaSpecificPmk(nodeRsnCrypto, k, { mnLink: linkId.emit(LINK.mn), poaLink: linkId.emit(poa) });
  return Buffer.compare(pmkAt(LINK.tp), pmkAt(LINK.umts)) !== 0;
};

/** When K's lifetime is over the target knows nothing of the MN any more. */
const ends: Trial = (scheme, seed) => {
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

export const REQUIREMENTS: readonly Requirement[] = [
  {
    source: "RFC 5169, 5.1",
    asks: "a key is for one authenticator, and one that is broken into does not betray another (domino effect)",
    withstands: [DOMINO.name],
  },
  {
    source: "RFC 5169, 5.2",
    asks: "keys are fresh, and an old one does not come back",
    withstands: [TWO_TIME_PAD.name, REPLAYED_N2N.name, REPLAYED_PUSH.name],
  },
  {
    source: "RFC 5169, 5.3",
    asks: "both ends and whoever distributes are authenticated",
    withstands: [SPOOFED_POS.name, FORGED_BLOCK.name],
  },
  {
    source: "RFC 5169, 5.4",
    asks: "only who is entitled to a key gets one",
    withstands: [STRANGE_POS.name, KEY_FOR_ONESELF.name, BLOCK_FOR_OTHERS.name],
  },
  {
    source: "RFC 5169, 5.5",
    asks: "a key is bound to the link that it is for, and to both its ends (channel binding)",
    withstands: [],
    trial: separates,
  },
  {
    source: "RFC 5169, 5.6",
    asks: "keys travel with integrity and confidentiality",
    withstands: [TORN_KEY.name, MOVED_KEY.name, TWO_TIME_PAD.name],
  },
  {
    source: "RFC 5836, authenticator discovery",
    asks: "an MN can find the authenticators that it may go to, of any link type and domain",
    withstands: [],
    trial: discovers,
  },
  {
    source: "RFC 5836, context binding",
    asks: "what was agreed on ahead holds for the very link that is set up later",
    withstands: [TORN_KEY.name],
    trial: binds,
  },
  {
    source: "RFC 5836, AAA issues",
    asks: "what was prepared and not used ends by itself",
    withstands: [],
    trial: ends,
  },
  {
    source: "RFC 5836, security considerations",
    asks: "who may not ask cannot make an authenticator prepare for anything",
    withstands: [STRANGE_POS.name, SPOOFED_POS.name],
  },
];
