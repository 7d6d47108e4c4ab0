/**
 * What OpenSSL writes down of a session, as far as Node shows it nowhere else: DER (ITU-T X.690) of a SEQUENCE, one of whose
 * elements holds the other end's certificate, and another the flags, bit 0 of which says that the master secret is the extended
 * one (RFC 7627).
 *
 * Assumption: the elements' numbers are those of OpenSSL 1.1.0 to 3.x, and no standard's. With another engine the secret counts as
 * not extended and the certificate as not there, which is refused: nothing is believed that is not seen.
 */

const SEQUENCE = 0x30;
/** [3] and [13], constructed, around a Certificate and an INTEGER. */
const CERTIFICATE = 0xa3;
const FLAGS = 0xad;
const EXTENDED_MASTER_SECRET = 0x01;
const LONG_FORM = 0x80;

interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
  /** Where the next one begins. */
  readonly end: number;
}

/** Has that session, of TLS 1.2, an extended master secret? False for octets that are no session, too. */
export function isMasterSecretExtended(session: Uint8Array | undefined): boolean {
  const flags = session && contentOf(session, FLAGS);
  const number = flags && elementAt(flags, 0)?.content;
  return number !== undefined && ((number.at(-1) ?? 0) & EXTENDED_MASTER_SECRET) !== 0;
}

/** DER of the certificate that the other end had when the session began; undefined: it had none. */
export function certificateOf(session: Uint8Array | undefined): Uint8Array | undefined {
  return session && contentOf(session, CERTIFICATE);
}

function contentOf(session: Uint8Array, tag: number): Uint8Array | undefined {
  const whole = elementAt(session, 0);
  if (whole?.tag !== SEQUENCE) return undefined;
  for (let at = 0; at < whole.content.length; ) {
    const element = elementAt(whole.content, at);
    if (element === undefined || element.tag === tag) return element?.content;
    at = element.end;
  }
  return undefined;
}

/** One octet of tag, and a length of any form that has an end; undefined: there is none. */
function elementAt(octets: Uint8Array, at: number): Element | undefined {
  if (at + 2 > octets.length) return undefined;
  const isLong = octets[at + 1] >= LONG_FORM;
  const lengthOctets = isLong ? octets[at + 1] - LONG_FORM : 0;
  const start = at + 2 + lengthOctets;
  if ((isLong && lengthOctets === 0) || lengthOctets > 4 || start > octets.length) return undefined;
  let length = isLong ? 0 : octets[at + 1];
  for (const octet of octets.slice(at + 2, start)) length = length * 256 + octet;
  const end = start + length;
  return end > octets.length ? undefined : { tag: octets[at], content: octets.slice(start, end), end };
}
