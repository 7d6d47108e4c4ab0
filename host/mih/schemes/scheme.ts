/** The ways in which a key gets to an MN and to the PoS that it goes to next (seed 003). */

import type { SaOrigin } from "../sa/said.ts";

/**
 * xor: clause 5.14.2 as it was, K under a mask of the PRF; 21a: remedy 1, K inside associations; 21d: remedy 2, a group key of
 * the group manager.
 */
export type Scheme = "xor" | "21a" | "21d";
export const SCHEMES: readonly Scheme[] = ["xor", "21a", "21d"];

/** What a person reads. */
export const SCHEME_NAME: Readonly<Record<Scheme, string>> = {
  xor: "original XOR-PRF",
  "21a": "remedy 1 (802.21a association)",
  "21d": "remedy 2 (802.21d group key)",
};

export const ORIGIN_OF: Readonly<Record<Scheme, SaOrigin>> = { xor: "xor", "21a": "remedy1", "21d": "gkb" };

/** As a Key distribution schemes TLV says it: a bit each. */
const BIT: Readonly<Record<Scheme, number>> = { xor: 0x01, "21a": 0x02, "21d": 0x04 };

export function emitSchemes(schemes: readonly Scheme[]): number {
  return schemes.reduce((bits, scheme) => bits | BIT[scheme], 0);
}

export function readSchemes(bits: number): Scheme[] {
  return SCHEMES.filter((scheme) => (bits & BIT[scheme]) !== 0);
}
