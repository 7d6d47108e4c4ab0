/** The data formats of RFC 6733 section 4.2 and 4.3 that our AVPs have, and how they stand in octets. */

import { be16, checkNumber, checkOctets, concat, readBe16 } from "../../wire/octets.ts";
import { readAvps } from "./avp.ts";
import { be32 } from "./header.ts";
import { isRefusal } from "./refusal.ts";

/** Both ways between a value and its octets. `read`: undefined for octets that are no such value. */
export interface Codec<T> {
  /** The shortest data that may be a value: what stands for one that is missing (RFC 6733 7.1.5, DIAMETER_MISSING_AVP). */
  readonly min_octets: number;
  /** @throws RangeError for what is no such value. */
  emit(value: T): Uint8Array;
  read(octets: Uint8Array): T | undefined;
}

/** OctetString of that many octets. */
export function octetString(min: number, max: number): Codec<Uint8Array> {
  return {
    min_octets: min,
    emit(value) {
      checkOctets("octets", value, min, max);
      return value;
    },
    read: (octets) => (octets.length >= min && octets.length <= max ? octets : undefined),
  };
}

/** UTF8String of that many octets at most, and at least one; no control characters, as it is shown to people, and no half of a surrogate pair. */
export function utf8String(max: number): Codec<string> {
  return {
    min_octets: 1,
    emit(value) {
      const octets = new TextEncoder().encode(value);
      checkOctets("text", octets, 1, max);
      if (!isShowable(value))
        throw new RangeError(`text: ${JSON.stringify(value)} has control characters or half a surrogate pair`);
      return octets;
    },
    read(octets) {
      if (octets.length === 0 || octets.length > max) return undefined;
      try {
        const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(octets);
        return isShowable(text) ? text : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

function isShowable(text: string): boolean {
  return !/[\p{Cc}\p{Cs}]/u.test(text);
}

/** Unsigned32. */
export const unsigned32: Codec<number> = {
  min_octets: 4,
  emit(value) {
    checkNumber("number", value, 0, 0xffff_ffff);
    return be32(value);
  },
  read: (octets) => (octets.length === 4 ? new DataView(octets.buffer, octets.byteOffset).getUint32(0) : undefined),
};

/** Unsigned32 that is one of these. */
export function oneOf(...values: readonly number[]): Codec<number> {
  return {
    min_octets: 4,
    emit(value) {
      if (!values.includes(value)) throw new RangeError(`number: ${value} is none of ${values.join(", ")}`);
      return be32(value);
    },
    read(octets) {
      const value = unsigned32.read(octets);
      return value !== undefined && values.includes(value) ? value : undefined;
    },
  };
}

/** No data: the AVP being there is all that it says. */
export const presence: Codec<true> = {
  min_octets: 0,
  emit: () => new Uint8Array(),
  read: (octets) => (octets.length === 0 ? true : undefined),
};

/** AddressType of RFC 6733 4.3.1: IANA's address family, then the address. */
const FAMILIES: ReadonlyMap<number, number> = new Map([
  [1, 4],
  [2, 16],
]);

/** Address: 4 octets of IPv4, or 16 of IPv6. */
export const address: Codec<Uint8Array> = {
  min_octets: 6,
  emit(value) {
    for (const [family, length] of FAMILIES) if (value.length === length) return concat(be16(family), value);
    throw new RangeError(`address: ${value.length} octets, where 4 or 16 are expected`);
  },
  read(octets) {
    const length = octets.length < 2 ? undefined : FAMILIES.get(readBe16(octets, 0));
    return length === octets.length - 2 ? octets.slice(2) : undefined;
  },
};

/** Grouped, of any AVPs, as octets: one at least, each whole. */
export const grouped: Codec<Uint8Array> = {
  min_octets: 8,
  emit(value) {
    if (!isGroup(value)) throw new RangeError("group: the octets are not AVPs");
    return value;
  },
  read: (octets) => (isGroup(octets) ? octets : undefined),
};

function isGroup(octets: Uint8Array): boolean {
  return octets.length > 0 && !isRefusal(readAvps(octets));
}
