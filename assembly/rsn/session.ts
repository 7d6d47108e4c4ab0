/*
 * The state of the RSN station (RSN.md 3) that is not octets; it dies with the power. Every field starts at 0, as small
 * runtimes like it; `boot` and `endSession` reset those that are read before they are set.
 */
import { wipe } from "../bytes";
import { SESSION, SESSION_SIZE } from "./layout";

/** Off: boot was not called, or failed. */
export const OFF: i32 = 0;
/** Booted; no BSS is known. */
export const IDLE: i32 = 1;
/** A Beacon or Probe Response of the record's SSID fitted. */
export const KNOWN: i32 = 2;
/** The Authentication frame was made; its answer is awaited. */
export const AUTHENTICATING: i32 = 3;
/** The Association Request was made; its answer is awaited. */
export const ASSOCIATING: i32 = 4;
/** EAP runs here, if at all; M1 is awaited. */
export const ASSOCIATED: i32 = 5;
/** M2 was answered; M3 is awaited. */
export const HANDSHAKE: i32 = 6;
/** Pairwise keys are installed, the GTK is awaited; the controlled port is closed. */
export const KEYED: i32 = 7;
/** The controlled port is open. */
export const OPEN: i32 = 8;

/** Whence the PMK of an association comes, other than from the record. */
export const NO_PMK: i32 = 0;
export const CACHED_PMK: i32 = 1;
export const EAP_PMK: i32 = 2;

export class Session {
  /** OFF to OPEN. */
  static state: i32 = 0;
  /** Octets at BSS_RSNE and at OWN_RSNE. */
  static bssRsne: i32 = 0;
  static ownRsne: i32 = 0;
  /** Bit n: a GTK is installed under key ID n. */
  static groupKeys: i32 = 0;
  /** PN of the last frame made, and of the last one taken, under TK. */
  static txPn: u64 = 0;
  static rxPn: u64 = 0;
  /** The least EAPOL-Key replay counter that is not a replay. */
  static counter: u64 = 0;
  /** NO_PMK, CACHED_PMK or EAP_PMK. */
  static pmk: i32 = 0;
  /** EAP-PSK: the first message was answered; its identifier; octets at ID_S. */
  static isEapPsk: bool = false;
  static eapId: i32 = 0;
  static idS: i32 = 0;
  /** Octets at RECEIVED. */
  static received: i32 = 0;
}

/** Forgets everything of the association, keys first, and goes to `state`. The BSS stays known. */
export function endSession(state: i32): void {
  wipe(SESSION, SESSION_SIZE);
  Session.state = state;
  Session.ownRsne = 0;
  Session.groupKeys = 0;
  Session.counter = 0;
  Session.pmk = NO_PMK;
  Session.isEapPsk = false;
  Session.received = 0;
}
