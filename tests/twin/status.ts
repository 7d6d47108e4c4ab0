/** The refusals of PROTOCOL 5, in its words and its order. */

/** The page's list: the first is -1, the last is -19. */
export const STATUS_NAMES = [
  "not booted",
  "too short",
  "too long",
  "not for me",
  "bad type",
  "bad FCS",
  "reserved bits",
  "bad length",
  "bad profile",
  "payload too long",
  "entropy failed",
  "NVM failed",
  "no session",
  "no root of that generation",
  "bad MIC",
  "replayed PN",
  "PN exhausted",
  "bad command",
  "bad argument",
] as const;

export type StatusName = (typeof STATUS_NAMES)[number];

/** The number of a refusal, -1..-19. */
export function status(name: StatusName): number {
  return -1 - STATUS_NAMES.indexOf(name);
}

/** The name of a negative status; throws on a number that is none. */
export function statusName(number: number): StatusName {
  const name = STATUS_NAMES[-1 - number];
  if (name === undefined) throw new RangeError(`${number} is no status`);
  return name;
}
