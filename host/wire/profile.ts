/**
 * Security profiles (PROTOCOL.md section 2): how long nonces and MICs are, and so what is left of a body for data.
 * Assumption: the draft leaves both sizes open.
 */

/** A body has 1 to 64 octets. */
export const BODY_MIN_OCTETS = 1;
export const BODY_MAX_OCTETS = 64;

/** PN(2), the first field of a Confirm and of Data. */
export const PN_OCTETS = 2;

/** A security profile. */
export interface Profile {
  /** As in bits 10-12 of TDC. */
  readonly number: number;
  readonly name: "compact" | "wide" | "strong";
  /** Octets of ANonce and of SNonce. */
  readonly N: number;
  /** Octets of a MIC. */
  readonly M: number;
}

/** The default is compact; wide has 802.11's own nonce size. */
export const PROFILES: readonly Profile[] = [
  { number: 1, name: "compact", N: 16, M: 8 },
  { number: 2, name: "wide", N: 32, M: 8 },
  { number: 3, name: "strong", N: 32, M: 16 },
];

/** The profile of that number; undefined for 0 and 4..7, which are dropped. */
export function profileOf(number: number): Profile | undefined {
  return PROFILES[number - 1];
}

/** Longest reading that fits the M2 of a profile, octets: 40, 24, 16. */
export function readingMaxOctets(profile: Profile): number {
  return BODY_MAX_OCTETS - profile.N - profile.M;
}

/** Longest payload that fits a Confirm or Data frame of a profile, octets: 54, 54, 46. */
export function payloadMaxOctets(profile: Profile): number {
  return BODY_MAX_OCTETS - PN_OCTETS - profile.M;
}
