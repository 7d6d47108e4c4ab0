/**
 * Every number of SeNAA. The draft leaves most as "<TBD>" and nobody ever assigned them: each that is ours is marked, and
 * stands in no other file. Standard AVPs have IANA's numbers and the flags of RFC 6733 4.5.
 */

import { TERMINATION_CAUSE } from "./codes.ts";
import { type DeviceId, deviceIds } from "./deviceid.ts";
import { address, type Codec, grouped, octetString, oneOf, presence, unsigned32, utf8String } from "./values.ts";

/** Assumption: from the range of vendors, 0x01000000 to 0xfffffffe (RFC 6733 11.3), far from what IANA has assigned. */
export const APPLICATION = 0xfe53_4e41;
/** Assumption: the number that RFC 5612 keeps for examples; whoever deploys this has one of their own. */
export const VENDOR = 32_473;

/**
 * Assumption: the first three are from the range of vendors, 0x800000 to 0xfffffd (RFC 6733 11.2.1); 300 to 302 are
 * others'. Session termination and abort are those of RFC 6733 8.4 and 8.5: the draft says 275, and nothing for abort
 * (004-D4).
 */
export const COMMAND = {
  serverCertificate: 0xfe_5e01,
  clientSecurityAssociation: 0xfe_5e02,
  aaaClient: 0xfe_5e03,
  abortSession: 274,
  sessionTermination: 275,
} as const;

/** Assumption: "<UDP-port1>" to "<UDP-port4>"; the last two are where TLS is left out. */
export const PORT = { paaTls: 7161, pacTls: 7162, paaPlain: 7163, pacPlain: 7164 } as const;

/**
 * Assumption: "<TBD-msec1>" and "<TBD-retries1>" are REQ_IRT, REQ_MRT and REQ_MRC of PANA, which came of this draft's working
 * group (RFC 5191 section 9).
 */
export const TIMING = { irt_ms: 1000, mrt_ms: 30_000, mrc: 10 } as const;

/** Assumption: of a whole message this fits into 1280 octets, the least that IPv6 carries without fragments. */
export const CHUNK_OCTETS_MAX = 1100;
export const CHECKSUM_OCTETS = 16;
/** RFC 6733 8.8 has no limit; what a PAA mints and a name (RFC 7542 2.2) stay below it. */
const TEXT_MAX = 253;
const EAP_OCTETS_MAX = 0xffff;

export interface AvpType<T> {
  readonly name: string;
  readonly code: number;
  readonly vendor: number;
  readonly isMandatory: boolean;
  readonly codec: Codec<T>;
}

function standard<T>(code: number, name: string, codec: Codec<T>, isMandatory = true): AvpType<T> {
  return { name, code, vendor: 0, isMandatory, codec };
}

/** Assumption: codes are ours, of our vendor. */
function own<T>(code: number, name: string, codec: Codec<T>): AvpType<T> {
  return { name, code, vendor: VENDOR, isMandatory: true, codec };
}

export const AVP = {
  userName: standard(1, "User-Name", utf8String(TEXT_MAX)),
  hostIpAddress: standard(257, "Host-IP-Address", address),
  sessionId: standard(263, "Session-Id", utf8String(TEXT_MAX)),
  resultCode: standard(268, "Result-Code", unsigned32),
  /** Seconds. */
  multiRoundTimeOut: standard(272, "Multi-Round-Time-Out", unsigned32),
  /** Seconds. */
  authGracePeriod: standard(276, "Auth-Grace-Period", unsigned32),
  /** AVPs, whole. */
  failedAvp: standard(279, "Failed-AVP", grouped),
  errorMessage: standard(281, "Error-Message", utf8String(TEXT_MAX), false),
  /** Seconds. */
  authorizationLifetime: standard(291, "Authorization-Lifetime", unsigned32),
  /** Of who leaves (3.5): DIAMETER_LOGOUT. */
  logoutCause: standard(295, "Termination-Cause", oneOf(TERMINATION_CAUSE.logout)),
  /** Of who ends another's session (3.5): DIAMETER_ADMINISTRATIVE or DIAMETER_SESSION_TIMEOUT. */
  abortCause: standard(
    295,
    "Termination-Cause",
    oneOf(TERMINATION_CAUSE.administrative, TERMINATION_CAUSE.sessionTimeout),
  ),
  eapPayload: standard(462, "EAP-Payload", octetString(4, EAP_OCTETS_MAX)),
  /** RFC 4072 4.1.4: the MSK of a device behind the PaC, 64 octets; never of the PaC itself, which has its own. */
  eapMasterSessionKey: standard(464, "EAP-Master-Session-Key", octetString(64, 64)),

  /** TLS records or a part of them; none, of who asks for the next part or has nothing to say. */
  tlsPayload: own(1, "TLS-Payload", octetString(0, CHUNK_OCTETS_MAX)),
  /** 004-D8: checksum.ts. */
  msgChecksum: own(2, "Msg-Checksum", octetString(CHECKSUM_OCTETS, CHECKSUM_OCTETS)),
  deviceIdentifier: own<readonly DeviceId[]>(3, "Device-Identifier", deviceIds),
  /** 004-D16: the flight goes on in the next message; chunks.ts. */
  tlsMore: own(4, "TLS-More", presence),
  /** 004-D13: what a PAA that keeps nothing yet wants to see again. */
  cookie: own(5, "Cookie", octetString(8, 64)),
  /** 004-D14: whoever made the EAP key is who made this TLS; 32 octets of HMAC-SHA-256. */
  eapBinding: own(6, "EAP-Binding", octetString(32, 32)),
  /**
   * 004-D15: of a relay, who sent it the request, "host:port". Deviation: Host-IP-Address has no room for the port, and an
   * answer has to go back to where the request came from.
   */
  relayedSource: own(7, "Relayed-Source", utf8String(TEXT_MAX)),
} as const;

/** Each AVP once, by name: whatever else has the M flag is unknown. */
export const KNOWN: readonly AvpType<unknown>[] = Object.values(AVP) as readonly AvpType<unknown>[];
