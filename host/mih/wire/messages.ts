/**
 * Every message that is spoken here: those of IEEE 802.21-2008 table L.1 by its numbers, the three of IEEE 802.21.1 clause
 * 5.13.3 (seed 003) by the seed's, and what neither numbers from 1000 on (Assumption:).
 */

import { OPCODE, SERVICE } from "./header.ts";
import { type BodyOf, may, message, must } from "./message.ts";
import { TLV } from "./types.ts";

const { request, response } = OPCODE;
const { management, command, information } = SERVICE;

/** AIDs of ours; 802.21a and 802.21d have theirs, and they are not public. */
const OWN = { auth: 1000, groupKey: 1001, pushGroupManipulate: 1002 } as const;

/** What a PoS can do. */
export const CAPABILITY_REQUEST = message(
  "MIS_Capability_Discover request",
  { sid: management, opcode: request, aid: 1 },
  { commands: may(TLV.commands) },
);
export const CAPABILITY_RESPONSE = message(
  "MIS_Capability_Discover response",
  { sid: management, opcode: response, aid: 1 },
  { status: must(TLV.status), commands: may(TLV.commands), schemes: may(TLV.schemes) },
);

/** An authentication that makes a security association, 802.21a: EAP or TLS octets, there and back until both have an MSK. */
export const AUTH_REQUEST = message(
  "MIS_Auth request",
  { sid: management, opcode: request, aid: OWN.auth },
  {
    method: must(TLV.authMethod),
    payload: may(TLV.authPayload),
    nonceT: may(TLV.nonceT),
    ciphersuite: may(TLV.ciphersuite),
    /** Those of an MN, so that its PoS knows which targets are any for it (003-M9). */
    links: may(TLV.links),
    /** Of an MN, with its AUTH. */
    presence: may(TLV.presence),
    auth: may(TLV.auth),
  },
);
export const AUTH_RESPONSE = message(
  "MIS_Auth response",
  { sid: management, opcode: response, aid: OWN.auth },
  {
    status: must(TLV.status),
    payload: may(TLV.authPayload),
    nonceN: may(TLV.nonceN),
    ciphersuite: may(TLV.ciphersuite),
    said: may(TLV.said),
    lifetime: may(TLV.lifetime),
    auth: may(TLV.auth),
  },
);

/** Which authenticators there are, and what they are like (001-P6). */
export const INFORMATION_REQUEST = message(
  "MIS_Get_Information request",
  { sid: information, opcode: request, aid: 1 },
  { query: must(TLV.query) },
);
export const INFORMATION_RESPONSE = message(
  "MIS_Get_Information response",
  { sid: information, opcode: response, aid: 1 },
  { status: must(TLV.status), answer: may(TLV.answer) },
);

/** 5.13.3.19: MN to serving PoS. */
export const PREREG_REQUEST = message(
  "MIS_Prereg_Xfer request",
  { sid: command, opcode: request, aid: 13 },
  {
    targetLink: may(TLV.link),
    llInformation: may(TLV.llInformation),
    tposId: may(TLV.tposId),
    candidateLinks: may(TLV.links),
    ciphersuite: may(TLV.ciphersuite),
    nonceT: may(TLV.nonceT),
  },
);
/** The first of the two clauses 5.13.3.21 (003-C3). */
export const PREREG_RESPONSE = message(
  "MIS_Prereg_Xfer response",
  { sid: command, opcode: response, aid: 13 },
  {
    targetLink: may(TLV.link),
    llInformation: may(TLV.llInformation),
    mnNai: may(TLV.nai),
    tposId: may(TLV.tposId),
    key: may(TLV.protectedKey),
    nonceN: may(TLV.nonceN),
    lifetime: may(TLV.lifetime),
    groupKeyBlock: may(TLV.groupKeyBlock),
    status: must(TLV.status),
  },
);

/** The second of the two clauses 5.13.3.21: serving PoS to target PoS. */
export const N2N_REQUEST = message(
  "MIS_N2N_Prereg_Xfer request",
  { sid: command, opcode: request, aid: 14 },
  {
    targetLink: may(TLV.link),
    llInformation: may(TLV.llInformation),
    mnId: may(TLV.mnId),
    /** Deviation: the seed has none, and a PMK is of two links. */
    mnLink: may(TLV.mnLink),
    ciphersuite: may(TLV.ciphersuite),
    key: may(TLV.protectedKey),
    nonceT: may(TLV.nonceT),
    nonceN: may(TLV.nonceN),
    lifetime: may(TLV.lifetime),
  },
);
/** Deviation: the seed has no response to it (003-C3), so nobody would know that the target has K, or why not. */
export const N2N_RESPONSE = message(
  "MIS_N2N_Prereg_Xfer response",
  { sid: command, opcode: response, aid: 14 },
  {
    mnId: may(TLV.mnId),
    llInformation: may(TLV.llInformation),
    nonceN: may(TLV.nonceN),
    status: must(TLV.status),
  },
);

/** The new message of remedy 2: serving PoS to the group manager, for a key that it is not to have itself. */
export const GROUP_KEY_REQUEST = message(
  "MIS_Group_Key request",
  { sid: command, opcode: request, aid: OWN.groupKey },
  {
    mnId: must(TLV.mnId),
    tposId: must(TLV.tposId),
    nonceT: must(TLV.nonceT),
    sequence: must(TLV.sequence),
    presence: may(TLV.presence),
  },
);
export const GROUP_KEY_RESPONSE = message(
  "MIS_Group_Key response",
  { sid: command, opcode: response, aid: OWN.groupKey },
  {
    sequence: must(TLV.sequence),
    status: must(TLV.status),
    groupKeyBlock: may(TLV.groupKeyBlock),
    lifetime: may(TLV.lifetime),
  },
);
/** The group manager to the target PoS; to the MN the same block comes through the serving PoS, which cannot open it. */
export const PUSH_REQUEST = message(
  "MIS_Push_Group_Manipulate request",
  { sid: command, opcode: request, aid: OWN.pushGroupManipulate },
  {
    groupId: must(TLV.groupId),
    mnId: must(TLV.mnId),
    groupKeyBlock: must(TLV.groupKeyBlock),
    nonceT: must(TLV.nonceT),
    lifetime: must(TLV.lifetime),
    sequence: must(TLV.sequence),
  },
);
/** With ResponseFlag set the push is answered (003-C17); here it always is. */
export const PUSH_RESPONSE = message(
  "MIS_Push_Group_Manipulate response",
  { sid: command, opcode: response, aid: OWN.pushGroupManipulate },
  { groupId: must(TLV.groupId), status: must(TLV.status) },
);

/** The link has changed: MN to the PoS that serves it from now on. */
export const COMPLETE_REQUEST = message(
  "MIS_MN_HO_Complete request",
  { sid: command, opcode: request, aid: 10 },
  /** `links`: all that the MN has, for the choice of its next target. */
  {
    link: must(TLV.link),
    handoverResult: must(TLV.handoverResult),
    links: may(TLV.links),
    presence: may(TLV.presence),
  },
);
export const COMPLETE_RESPONSE = message(
  "MIS_MN_HO_Complete response",
  { sid: command, opcode: response, aid: 10 },
  { link: must(TLV.link), status: must(TLV.status) },
);
/** And that PoS to the one before, and to the group manager. */
export const N2N_COMPLETE_REQUEST = message(
  "MIS_N2N_HO_Complete request",
  { sid: command, opcode: request, aid: 11 },
  {
    mnId: must(TLV.mnId),
    link: must(TLV.link),
    handoverResult: must(TLV.handoverResult),
    presence: may(TLV.presence),
  },
);
export const N2N_COMPLETE_RESPONSE = message(
  "MIS_N2N_HO_Complete response",
  { sid: command, opcode: response, aid: 11 },
  { mnId: must(TLV.mnId), status: must(TLV.status) },
);

/** Handover result, IEEE 802.21-2008 table F.3. */
export const HANDOVER_RESULT = { success: 0, failure: 1, rejected: 2 } as const;

/** Each request, and what answers it. */
export const EXCHANGES = [
  [CAPABILITY_REQUEST, CAPABILITY_RESPONSE],
  [AUTH_REQUEST, AUTH_RESPONSE],
  [INFORMATION_REQUEST, INFORMATION_RESPONSE],
  [PREREG_REQUEST, PREREG_RESPONSE],
  [N2N_REQUEST, N2N_RESPONSE],
  [GROUP_KEY_REQUEST, GROUP_KEY_RESPONSE],
  [PUSH_REQUEST, PUSH_RESPONSE],
  [COMPLETE_REQUEST, COMPLETE_RESPONSE],
  [N2N_COMPLETE_REQUEST, N2N_COMPLETE_RESPONSE],
] as const;

export type PreregRequest = BodyOf<typeof PREREG_REQUEST>;
export type PreregResponse = BodyOf<typeof PREREG_RESPONSE>;
export type N2nRequest = BodyOf<typeof N2N_REQUEST>;
export type N2nResponse = BodyOf<typeof N2N_RESPONSE>;
