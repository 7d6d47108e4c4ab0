/** Why the RSN station refused, in the words and the order of docs/RSN.md section 3: the first is -1, the last -20. */
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

/** Name -> number: RSN_STATUS["bad MIC"] is -13. */
export const RSN_STATUS = Object.fromEntries(RSN_STATUS_NAMES.map((name, index) => [name, -1 - index])) as Readonly<
  Record<RsnStatusName, number>
>;

/** Number -> name; undefined for what is no status (0 and above are results). */
export function rsnStatusName(status: number): RsnStatusName | undefined {
  return RSN_STATUS_NAMES[-1 - status];
}
