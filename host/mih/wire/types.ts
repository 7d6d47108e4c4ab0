/**
 * TLV types, in one table. 1 to 63 are IEEE 802.21-2008's (annex L). Assumption: those of 802.21a, 802.21d and 802.21.1 are
 * not public, so ours stand in the range for experiments, 101 to 255 (P802.21m draft, 8.5.1), and nothing that speaks those
 * amendments will understand them: to have their numbers is to change this file.
 */

import { type Codec, type LinkId, linkId, linkIds, misfId, octetString, unsigned } from "./values.ts";

/** One TLV: its number, the name that tables and refusals use, and what its value is. */
export interface TlvType<T> {
  readonly type: number;
  readonly name: string;
  readonly codec: Codec<T>;
}

function tlv<T>(type: number, name: string, codec: Codec<T>): TlvType<T> {
  return { type, name, codec };
}

/** Blocks of keys, and all service TLVs under protection. */
const LONG_OCTETS = 0xf000;
/** Link layer frames: with all that stands beside them they have to fit under protection. */
const FRAME_OCTETS = 0xe000;
export const NONCE_OCTETS = 16;
export const KEY_OCTETS = 32;
export const AUTH_OCTETS = 16;
export const PRESENCE_OCTETS = 22;

export const TLV = {
  source: tlv(1, "Source MISF ID", misfId),
  destination: tlv(2, "Destination MISF ID", misfId),
  status: tlv(3, "Status", unsigned(1)),
  commands: tlv(6, "MIS command list", unsigned(4)),
  link: tlv(13, "Link identifier", linkId),
  links: tlv(25, "Link identifier list", linkIds),
  handoverResult: tlv(40, "Handover result", unsigned(1)),
  query: tlv(43, "Info query binary data list", octetString(1, LONG_OCTETS)),
  answer: tlv(48, "Info response binary data list", octetString(1, LONG_OCTETS)),
  mnId: tlv(52, "Mobile node MISF ID", misfId),
  mnLink: tlv(59, "MN link ID", linkId),
  /** ID_TYPE(1) ‖ ID value(8) of a security association (802.21a). */
  said: tlv(101, "SAID", octetString(9)),
  /** The service specific TLVs, protected by that association. */
  security: tlv(102, "Security", octetString(1, LONG_OCTETS)),
  nonceT: tlv(103, "Nonce-T", octetString(NONCE_OCTETS)),
  /** Deviation: the text has one Nonce TLV for both. Where each of two is optional nobody could tell which one is there. */
  nonceN: tlv(104, "Nonce-N", octetString(NONCE_OCTETS)),
  ciphersuite: tlv(105, "Ciphersuite Code", unsigned(1)),
  /** K itself behind a security association, or under the scheme's mask (003-C6: the name says more than it holds). */
  protectedKey: tlv(106, "Protected Key", octetString(KEY_OCTETS)),
  /** Seconds. */
  lifetime: tlv(107, "KeyLifeTime", unsigned(4)),
  llInformation: tlv(108, "Link Layer Information", octetString(1, FRAME_OCTETS)),
  tposId: tlv(109, "TPoS Identifier", misfId),
  nai: tlv(110, "Network Access Identifier", misfId),
  /** EAP or TLS octets of an authentication inside MIS_Auth. */
  authPayload: tlv(111, "Authentication payload", octetString(0, FRAME_OCTETS)),
  /** 0 TLS, 1 EAP: ID_TYPE of what comes out. */
  authMethod: tlv(112, "Authentication method", unsigned(1)),
  auth: tlv(113, "AUTH", octetString(AUTH_OCTETS)),
  groupKeyBlock: tlv(114, "Group Key Block", octetString(1, LONG_OCTETS)),
  sequence: tlv(115, "Sequence number", unsigned(6)),
  /** The target of a group key: one that is to have it, by name; the serving PoS that asks is never among them. */
  groupId: tlv(116, "Target group identifier", octetString(8)),
  /** Bit by bit, the schemes of key distribution that a PoS offers (host/mih/schemes). */
  schemes: tlv(117, "Key distribution schemes", unsigned(1)),
  /** Of an MN with a certain PoS, for the group manager (host/mih/gkb/presence.ts). */
  presence: tlv(118, "Proof of presence", octetString(PRESENCE_OCTETS)),
} as const;

export type TlvName = keyof typeof TLV;

/** Of every type that is known here, its name. */
export const TLV_NAMES: ReadonlyMap<number, string> = new Map(Object.values(TLV).map(({ type, name }) => [type, name]));

export type { LinkId };
