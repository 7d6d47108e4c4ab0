/**
 * What the IETF asks of keys for handovers, as 001-P8 has it, and which scheme gives it: the goals of RFC 5169 section 5 and what
 * RFC 5836 (EAP early authentication) says beyond them. Each row is decided by what was tried, never by what was meant.
 */

import { CLAIMED_ARRIVAL } from "./attacks/arriving.ts";
import { DOMINO } from "./attacks/domino.ts";
import { REPLAYED_N2N, REPLAYED_PUSH, SPOOFED_POS, STRANGE_POS } from "./attacks/forging.ts";
import { BLOCK_FOR_OTHERS, FORGED_BLOCK, KEY_FOR_ONESELF } from "./attacks/summoning.ts";
import { MOVED_KEY, TORN_KEY } from "./attacks/tampering.ts";
import { TWO_TIME_PAD } from "./attacks/twotimepad.ts";
import { binds, discovers, ends, goesOn, leaves, preparesSeveral, resolves, separates, type Trial } from "./trials.ts";

export interface Requirement {
  readonly source: string;
  readonly asks: string;
  /** It is met where none of these attacks succeeds, by their names ... */
  readonly withstands: readonly string[];
  /** ... and where this comes out true. */
  readonly trial?: Trial;
}

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
    source: "RFC 5836, authenticator discovery",
    asks: "who has only a link's address learns who the authenticator behind it is, and the other way round",
    withstands: [],
    trial: resolves,
  },
  {
    source: "RFC 5836, context binding",
    asks: "what was agreed on ahead holds for the very link that is set up later",
    withstands: [TORN_KEY.name],
    trial: binds,
  },
  {
    source: "RFC 5836, context binding",
    asks: "the link addresses of both ends are in what was agreed on: of another one comes another key",
    withstands: [],
    trial: separates,
  },
  {
    source: "RFC 5836, AAA issues",
    asks: "preparing ends nothing: the session with the serving authenticator goes on",
    withstands: [],
    trial: goesOn,
  },
  {
    source: "RFC 5836, AAA issues",
    asks: "several authenticators may be prepared at one time, with a key each",
    withstands: [],
    trial: preparesSeveral,
  },
  {
    source: "RFC 5836, AAA issues",
    asks: "what was prepared and not used ends by itself",
    withstands: [],
    trial: ends,
  },
  {
    source: "RFC 5836, AAA issues",
    asks: "after the handover the session at the authenticator before ends, too",
    withstands: [],
    trial: leaves,
  },
  {
    source: "RFC 5836, security considerations",
    asks: "who may not ask cannot make an authenticator prepare for anything",
    withstands: [STRANGE_POS.name, SPOOFED_POS.name],
  },
  {
    source: "RFC 5836, security considerations",
    asks: "an authenticator does not pass for another one, nor says that an MN is with it which is not",
    withstands: [SPOOFED_POS.name, CLAIMED_ARRIVAL.name],
  },
  {
    source: "RFC 5836, security considerations",
    asks: "the serving authenticator, through which all goes, does not learn the key of the next one",
    withstands: [DOMINO.name],
  },
];
