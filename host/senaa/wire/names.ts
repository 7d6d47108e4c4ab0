/**
 * What SCR, which everybody reads, says of the user (004-D12): "@realm" of an NAI (RFC 7542). Assumption: the draft has
 * User-Name there in clear; a name goes inside of TLS.
 */

/** @throws RangeError for a name without a realm. */
export function realmOf(nai: string): string {
  const at = nai.lastIndexOf("@");
  if (at < 0 || at === nai.length - 1) throw new RangeError(`User-Name: ${JSON.stringify(nai)} has no realm`);
  return nai.slice(at);
}
