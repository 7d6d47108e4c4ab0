/** The statuses and states of docs/RSN.md section 3, in its words and its order. */

export const RSN_STATUS_NAMES = [
  "not booted",
  "too short",
  "too long",
  "not for me",
  "bad type",
  "bad length",
  "NVM failed",
  "entropy failed",
  "no BSS",
  "policy mismatch",
  "refused",
  "wrong state",
  "bad MIC",
  "replayed counter",
  "bad key data",
  "RSNE mismatch",
  "replayed PN",
  "PN exhausted",
  "EAP refused",
  "bad argument",
] as const;

export type RsnStatusName = (typeof RSN_STATUS_NAMES)[number];

/** -1..-20. */
export function rsnStatus(name: RsnStatusName): number {
  return -1 - RSN_STATUS_NAMES.indexOf(name);
}

/** For messages of failed tests: the name of a negative status, the number of any other. */
export function rsnStatusName(status: number): string {
  return RSN_STATUS_NAMES[-1 - status] ?? `${status}`;
}

export const STATE = {
  off: 0,
  idle: 1,
  bssKnown: 2,
  authenticating: 3,
  associating: 4,
  associated: 5,
  fourWay: 6,
  keyed: 7,
  open: 8,
} as const;
