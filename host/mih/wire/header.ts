/**
 * The fixed header of an MIS message, 8 octets (IEEE 802.21-2008 8.4.1, "MIH protocol header"):
 *
 *     Version(4) ACK-Req ACK-Rsp UIR M │ FN(7) rsvd │ SID(4) Opcode(2) AID(10) │ rsvd(4) TID(12) │ payload octets(16)
 */

import { be16, checkNumber, concat, readBe16 } from "../../wire/octets.ts";

export const HEADER_OCTETS = 8;
/** IEEE 802.21-2008 8.4.1.1; 802.21-2017 speaks of MIS where that says MIH, and kept the header. */
export const VERSION = 1;

/** IEEE 802.21-2008 8.4.1: service identifiers. */
export const SERVICE = { management: 1, event: 2, command: 3, information: 4 } as const;
/** IEEE 802.21-2008 8.4.1: operation codes. */
export const OPCODE = { confirm: 0, request: 1, response: 2, indication: 3 } as const;

const ACK_REQ = 0x08;
const ACK_RSP = 0x04;
const UIR = 0x02;
const MORE = 0x01;
export const FRAGMENT_MAX = 0x7f;
export const TID_MAX = 0xfff;
const AID_MAX = 0x3ff;
export const PAYLOAD_MAX = 0xffff;

export interface Header {
  readonly ackReq: boolean;
  readonly ackRsp: boolean;
  /** Set by who is not authenticated and asks for information all the same; read, and of no consequence here. */
  readonly uir: boolean;
  /** More fragments follow. */
  readonly more: boolean;
  /** Number of this fragment, 0..127. */
  readonly fragment: number;
  /** Service identifier, 1..15. */
  readonly sid: number;
  readonly opcode: number;
  /** Action identifier, 0..1023. */
  readonly aid: number;
  /** Transaction identifier, 0..4095. */
  readonly tid: number;
}

/** SID, opcode and AID as one number: what a message is. */
export function messageId({ sid, opcode, aid }: Pick<Header, "sid" | "opcode" | "aid">): number {
  return (sid << 12) | (opcode << 10) | aid;
}

/** @throws RangeError naming the field that does not fit. */
export function emitHeader(header: Header, payload_octets: number): Uint8Array {
  checkNumber("fragment", header.fragment, 0, FRAGMENT_MAX);
  checkNumber("sid", header.sid, 0, 15);
  checkNumber("opcode", header.opcode, 0, 3);
  checkNumber("aid", header.aid, 0, AID_MAX);
  checkNumber("tid", header.tid, 0, TID_MAX);
  checkNumber("payload octets", payload_octets, 0, PAYLOAD_MAX);
  const flags =
    (header.ackReq ? ACK_REQ : 0) | (header.ackRsp ? ACK_RSP : 0) | (header.uir ? UIR : 0) | (header.more ? MORE : 0);
  return concat(
    Uint8Array.of((VERSION << 4) | flags, header.fragment << 1),
    be16(messageId(header)),
    be16(header.tid),
    be16(payload_octets),
  );
}

export type BadHeader = "too short" | "bad version" | "bad length";

/** Of a whole datagram: what follows the header is exactly as long as it says. Reserved bits are not looked at. */
export function readHeader(octets: Uint8Array): Header | BadHeader {
  if (octets.length < HEADER_OCTETS) return "too short";
  if (octets[0] >>> 4 !== VERSION) return "bad version";
  if (readBe16(octets, 6) !== octets.length - HEADER_OCTETS) return "bad length";
  const id = readBe16(octets, 2);
  return {
    ackReq: (octets[0] & ACK_REQ) !== 0,
    ackRsp: (octets[0] & ACK_RSP) !== 0,
    uir: (octets[0] & UIR) !== 0,
    more: (octets[0] & MORE) !== 0,
    fragment: octets[1] >>> 1,
    sid: id >>> 12,
    opcode: (id >>> 10) & 3,
    aid: id & AID_MAX,
    tid: readBe16(octets, 4) & TID_MAX,
  };
}
