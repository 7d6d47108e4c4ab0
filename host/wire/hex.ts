/** Octets as people write them. */

/** Why a text is not octets: the message is half a sentence that begins with what is wrong. */
export class HexError extends Error {
  override name = "HexError";
}

/** Between octets, for the eye. */
const SEPARATORS = /[\s:-]+/g;

/**
 * The octets that hex digits write: upper or lower case, 0x before them or not, white space, colons or hyphens anywhere
 * between them. A message tells a place, never the digits: they may be a key's.
 * @throws HexError
 */
export function parseHex(text: string): Uint8Array {
  const digits = text.trim().replace(/^0x/i, "").replace(SEPARATORS, "");
  if (digits.length === 0) throw new HexError("no hex digits");
  const wrong = digits.search(/[^0-9a-f]/i);
  if (wrong >= 0) throw new HexError(`no hex digit at place ${wrong + 1} of ${digits.length}`);
  if (digits.length % 2 !== 0) throw new HexError(`${digits.length} hex digits, where every octet has two`);
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}
