/** The four authentication and key management suites 00-0F-AC:n of docs/RSN.md, and what each of them decides. */

import { AKM_SUITE } from "../frames/rsne.ts";

export type Akm = 1 | 2 | 5 | 6;

export interface Suite {
  readonly akm: Akm;
  /** In an RSNE. */
  readonly selector: number;
  /** The PMK comes of EAP; else it is shared beforehand. */
  readonly eap: boolean;
  readonly hash: "SHA-1" | "SHA-256";
  /** Key Descriptor Version, Table 12-11: 2 HMAC-SHA-1-128, 3 AES-128-CMAC; both with AES key wrap. */
  readonly descriptorVersion: 2 | 3;
}

export const SUITES: readonly Suite[] = [
  { akm: 1, selector: AKM_SUITE["802.1X"], eap: true, hash: "SHA-1", descriptorVersion: 2 },
  { akm: 2, selector: AKM_SUITE.PSK, eap: false, hash: "SHA-1", descriptorVersion: 2 },
  { akm: 5, selector: AKM_SUITE["802.1X-SHA256"], eap: true, hash: "SHA-256", descriptorVersion: 3 },
  { akm: 6, selector: AKM_SUITE["PSK-SHA256"], eap: false, hash: "SHA-256", descriptorVersion: 3 },
];

export function suiteOf(akm: Akm): Suite {
  return SUITES[SUITES.findIndex((suite) => suite.akm === akm)];
}

/** The suite of a selector, when it is one of the four. */
export function suiteBySelector(selector: number): Suite | undefined {
  return SUITES.find((suite) => suite.selector === selector);
}
