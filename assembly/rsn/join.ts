/*
 * Discovery, open-system authentication and association, IEEE 802.11-2020 11.3: one function a received frame.
 */
import { copyExact, differ, wipe } from "../bytes";
import { find, MALFORMED, NONE, RATES_ID, RSNE_ID, SSID_ID } from "./frames/elements";
import {
  ADDRESS_2,
  ADDRESS_3,
  ASSOCIATION_REQUEST,
  ASSOCIATION_RESPONSE,
  AUTHENTICATION,
  BEACON,
  BODY,
  DEAUTHENTICATION,
  DISASSOCIATION,
  FC_KIND,
  FC_NEUTRAL,
  FRAGMENT,
  isForMe,
  isFromAp,
  PROBE_RESPONSE,
  putHeader,
  SEQUENCE,
} from "./frames/mac";
import { isAcceptable, makeRsne } from "./frames/rsne";
import {
  AA,
  BSS_RSNE,
  BSS_RSNE_SIZE,
  OWN_RSNE,
  PMKSA_PMKID,
  RX,
  SCRATCH,
  SCRATCH_SIZE,
  SLOT,
  SPA,
  SSID,
  TX,
} from "./layout";
import { isEapAkm, Record, readPmksa } from "./record";
import { ASSOCIATED, ASSOCIATING, AUTHENTICATING, CACHED_PMK, endSession, KNOWN, Session } from "./session";
import { BAD_LENGTH, BAD_TYPE, NO_BSS, NOT_FOR_ME, POLICY_MISMATCH, REFUSED, WRONG_STATE } from "./status";

/** Timestamp(8) ‖ Beacon Interval(2) ‖ Capabilities(2), 9.3.3.2. */
const BEACON_FIXED: i32 = 12;
/** Algorithm(2) ‖ sequence(2) ‖ status(2), 9.3.3.11; Capabilities(2) ‖ status(2) ‖ AID(2), 9.3.3.6; reason(2). */
const ANSWER_FIXED: i32 = 6;
const REASON_SIZE: i32 = 2;
/** Algorithm 0, open system, sequence 2. */
const OPEN_SYSTEM_ANSWER: u32 = 0x00020000;
/** Capabilities ESS and Privacy, and a Listen Interval of one Beacon. */
const CAPABILITIES_AND_INTERVAL: u32 = 0x00010011;
/** Assumption: 1, 2, 5.5 and 11 Mb/s, all basic; rates are the radio's, not the module's. */
const RATES: u32 = 0x968b8482;

/** Beacon or Probe Response, its fixed fields checked for length: learns the BSS. */
function discover(end: usize): i32 {
  if (Session.state > KNOWN) return WRONG_STATE;
  const aa = RX + ADDRESS_2;
  if (load<u8>(aa) & 1 || !differ(aa, SPA, 6) || differ(aa, RX + ADDRESS_3, 6)) return NOT_FOR_ME;
  const at = RX + BODY + BEACON_FIXED;
  const ssid = find(at, end, SSID_ID, -1);
  if (ssid == MALFORMED) return BAD_LENGTH;
  if (ssid == NONE || load<u8>(ssid, 1) != Record.ssid || differ(ssid + 2, SSID, Record.ssid)) return NOT_FOR_ME;
  const rsne = find(at, end, RSNE_ID, -1);
  if (rsne == NONE || !isAcceptable(rsne)) return POLICY_MISMATCH;
  const size: i32 = load<u8>(rsne, 1) + 2;
  // Assumption: an RSNE is kept to be compared with M3's, up to 64 octets of it.
  if (size > BSS_RSNE_SIZE) return POLICY_MISMATCH;
  copyExact(AA, aa, 6);
  Session.bssRsne = copyExact(BSS_RSNE, rsne, size);
  Session.state = KNOWN;
  return 0;
}

/** The Authentication frame of a session that begins: any session before it ends here. */
export function start(): i32 {
  if (Session.state < KNOWN) return NO_BSS;
  endSession(AUTHENTICATING);
  putHeader(AUTHENTICATION);
  store<u32>(TX, 0x00010000, BODY); // open system, sequence 1
  store<u16>(TX, 0, BODY + 4);
  return 30;
}

/** The Association Request, with the PMKID of a PMKSA that there is for this AP. */
function request(): i32 {
  const isCached = isEapAkm() && readPmksa();
  makeRsne(isCached ? SLOT + PMKSA_PMKID : 0);
  Session.pmk = isCached ? CACHED_PMK : 0;
  wipe(SCRATCH, SCRATCH_SIZE);
  Session.state = ASSOCIATING;
  putHeader(ASSOCIATION_REQUEST);
  store<u32>(TX, CAPABILITIES_AND_INTERVAL, BODY);
  let at = TX + BODY + 4;
  store<u16>(at, SSID_ID | (Record.ssid << 8));
  at += 2 + copyExact(at + 2, SSID, Record.ssid);
  store<u16>(at, RATES_ID | 0x0400);
  store<u32>(at, RATES, 2);
  at += 6;
  return (at + copyExact(at, OWN_RSNE, Session.ownRsne) - TX) as i32;
}

/** The answer of the AP to an Authentication frame or an Association Request. */
function answered(kind: i32): i32 {
  const isAuthentication = kind == AUTHENTICATION;
  if (Session.state != (isAuthentication ? AUTHENTICATING : ASSOCIATING)) return WRONG_STATE;
  if (isAuthentication && load<u32>(RX, BODY) != OPEN_SYSTEM_ANSWER) return BAD_TYPE;
  if (isAuthentication ? load<u16>(RX, BODY + 4) : load<u16>(RX, BODY + 2)) {
    endSession(KNOWN);
    return REFUSED;
  }
  if (isAuthentication) return request();
  Session.state = ASSOCIATED;
  return 0;
}

/** A Management frame of `length` octets at RX. */
export function management(length: i32): i32 {
  const fc: i32 = load<u16>(RX);
  const kind = fc & FC_KIND;
  const isBeacon = kind == BEACON || kind == PROBE_RESPONSE;
  const isAnswer = kind == AUTHENTICATION || kind == ASSOCIATION_RESPONSE;
  if (
    (fc & ~(FC_KIND | FC_NEUTRAL)) |
    (load<u16>(RX, SEQUENCE) & FRAGMENT) |
    i32(!isBeacon && !isAnswer && kind != DEAUTHENTICATION && kind != DISASSOCIATION)
  ) {
    return BAD_TYPE;
  }
  if (!isForMe()) return NOT_FOR_ME;
  const body = length - (BODY as i32);
  const fixed = isBeacon ? BEACON_FIXED : isAnswer ? ANSWER_FIXED : REASON_SIZE;
  if (body < fixed) return BAD_LENGTH;
  if (isBeacon) return discover(RX + length);
  if (Session.state < KNOWN) return NO_BSS;
  if (!isFromAp()) return NOT_FOR_ME;
  if (isAnswer) return load<u8>(RX, 4) & 1 ? NOT_FOR_ME : answered(kind);
  if (Session.state == KNOWN) return WRONG_STATE;
  endSession(KNOWN);
  return 0;
}
