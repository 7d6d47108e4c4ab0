/**
 * What TLS-Payload holds (004-D1): TLS records, one behind the other (RFC 5246 6.2.1). Assumption: the figures have AVPs
 * beside "TLS{}" in one payload, and 5.1 feeds all of it to the record layer; so an AVP travels as application_data, and
 * nothing in the payload is no record.
 *
 *     Type(8) │ Version(16) │ Length(16) │ fragment
 */

import { readBe16 } from "../../wire/octets.ts";

const HEADER_OCTETS = 5;
/** RFC 5246 6.2.3: 2^14 and what protection adds. */
const FRAGMENT_MAX = 2 ** 14 + 2048;
/** SSL 3.0 and all of TLS say 3 (RFC 8446 5.1 keeps 0x0303). */
const MAJOR = 3;

export const CONTENT = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 } as const;
const TYPES: ReadonlySet<number> = new Set(Object.values(CONTENT));

export interface TlsRecord {
  readonly type: number;
  /** Header and fragment. */
  readonly octets: Uint8Array;
}

/** Of a whole flight, copied; undefined: not records alone. */
export function readRecords(flight: Uint8Array): TlsRecord[] | undefined {
  const records: TlsRecord[] = [];
  for (let at = 0; at < flight.length; ) {
    if (at + HEADER_OCTETS > flight.length) return undefined;
    const [type, major, length] = [flight[at], flight[at + 1], readBe16(flight, at + 3)];
    const end = at + HEADER_OCTETS + length;
    if (!TYPES.has(type) || major !== MAJOR || length > FRAGMENT_MAX || end > flight.length) return undefined;
    records.push({ type, octets: flight.slice(at, end) });
    at = end;
  }
  return records;
}
