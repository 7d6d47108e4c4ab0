/**
 * The ciphersuites of a MIS security association. Assumption: the codes of 802.21a are not public, so these are ours; there is
 * none that only authenticates, and none that does nothing.
 */

/** Ciphersuite Code, one octet. */
export const CIPHERSUITE = { aesCcm16: 1, aesCcm8: 2 } as const;
export type Ciphersuite = (typeof CIPHERSUITE)[keyof typeof CIPHERSUITE];

/** What a suite is: AES-128-CCM (SP 800-38C) with a MIC of that many octets. */
export interface Suite {
  readonly name: string;
  readonly micOctets: number;
}

export const SUITES: Readonly<Record<Ciphersuite, Suite>> = {
  [CIPHERSUITE.aesCcm16]: { name: "AES-CCM-128, MIC of 16 octets", micOctets: 16 },
  [CIPHERSUITE.aesCcm8]: { name: "AES-CCM-128, MIC of 8 octets", micOctets: 8 },
};

/** Is it one that is known here? For a code that came in. */
export function isCiphersuite(code: number): code is Ciphersuite {
  return Object.hasOwn(SUITES, code);
}
