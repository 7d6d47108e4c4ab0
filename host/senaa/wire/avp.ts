/**
 * An attribute-value pair (RFC 6733 section 4). The length counts the header and the data, not the padding:
 *
 *     AVP Code(32) │ V M P 00000 │ AVP Length(24) │ Vendor-ID(32), with V │ data │ zeros to a multiple of four octets
 */

import { checkLength, checkNumber, concat } from "../../wire/octets.ts";
import { RESULT } from "./codes.ts";
import { be32, MESSAGE_MAX } from "./header.ts";
import type { Refusal } from "./refusal.ts";

const VENDOR = 0x80;
const MANDATORY = 0x40;
/** Of an end-to-end security that was never specified (RFC 6733 4.1): read, and of no consequence here. */
const PROTECTED = 0x20;
const RESERVED = 0x1f;
const HEADER_OCTETS = 8;
const VENDOR_OCTETS = 4;
const U32_MAX = 0xffff_ffff;
/** Assumption: of longer data an error answer says the beginning, so that it is short, whatever is wrong. */
const FAILED_DATA_MAX = 64;

/** Which AVP. */
export interface AvpId {
  readonly code: number;
  /** 0: the IETF's. */
  readonly vendor: number;
}

export interface Avp extends AvpId {
  /** M: whoever does not know it must refuse the message. */
  readonly isMandatory: boolean;
  readonly isProtected?: boolean;
  readonly data: Uint8Array;
}

/** @throws RangeError for what no message holds. */
export function emitAvp({ code, vendor, isMandatory, isProtected = false, data }: Avp): Uint8Array {
  checkNumber("code", code, 0, U32_MAX);
  checkNumber("vendor", vendor, 0, U32_MAX);
  checkLength("data", data.length, 0, MESSAGE_MAX);
  const flags = (vendor === 0 ? 0 : VENDOR) | (isMandatory ? MANDATORY : 0) | (isProtected ? PROTECTED : 0);
  const length = headOctets(vendor) + data.length;
  return concat(
    be32(code),
    be32(flags * 2 ** 24 + length),
    vendor === 0 ? new Uint8Array() : be32(vendor),
    data,
    new Uint8Array(padding(length)),
  );
}

/**
 * All of them from there on, copied. Padding that is not zero is refused: one message has one way to stand in octets.
 */
export function readAvps(octets: Uint8Array, from = 0): Avp[] | Refusal {
  const avps: Avp[] = [];
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  for (let at = from; at < octets.length; ) {
    if (at + HEADER_OCTETS > octets.length) return badLength({ code: 0, vendor: 0 });
    const [code, flags, length] = [view.getUint32(at), octets[at + 4], view.getUint32(at + 4) & 0xff_ffff];
    const hasVendor = (flags & VENDOR) !== 0;
    const head = HEADER_OCTETS + (hasVendor ? VENDOR_OCTETS : 0);
    const vendor = hasVendor && at + head <= octets.length ? view.getUint32(at + HEADER_OCTETS) : 0;
    const end = at + length + padding(length);
    if (length < head || end > octets.length) return badLength({ code, vendor });
    const data = octets.slice(at + head, at + length);
    const avp: Avp = {
      ...{ code, vendor, data },
      isMandatory: (flags & MANDATORY) !== 0,
      isProtected: (flags & PROTECTED) !== 0,
    };
    if ((flags & RESERVED) !== 0 || (hasVendor && vendor === 0)) {
      return { refusal: "bad AVP bits", of: nameOf(avp), resultCode: RESULT.invalidAvpBits, failedAvp: failed(avp) };
    }
    if (octets.subarray(at + length, end).some((octet) => octet !== 0)) {
      return { refusal: "bad padding", of: nameOf(avp), resultCode: RESULT.invalidAvpValue, failedAvp: failed(avp) };
    }
    avps.push(avp);
    at = end;
  }
  return avps;
}

/** "263", or "7 of vendor 32473". */
export function nameOf({ code, vendor }: AvpId): string {
  return vendor === 0 ? `${code}` : `${code} of vendor ${vendor}`;
}

export function isSameAvp(a: AvpId, b: AvpId): boolean {
  return a.code === b.code && a.vendor === b.vendor;
}

/** The AVP as Failed-AVP holds it. */
export function failed(avp: Avp): Uint8Array {
  return emitAvp({ ...avp, data: avp.data.subarray(0, FAILED_DATA_MAX) });
}

/** RFC 6733 7.1.5, DIAMETER_INVALID_AVP_LENGTH: the header of the AVP, and no data. */
function badLength(id: AvpId): Refusal {
  const failedAvp = failed({ ...id, isMandatory: false, data: new Uint8Array() });
  return { refusal: "bad AVP length", of: nameOf(id), resultCode: RESULT.invalidAvpLength, failedAvp };
}

function headOctets(vendor: number): number {
  return HEADER_OCTETS + (vendor === 0 ? 0 : VENDOR_OCTETS);
}

function padding(length: number): number {
  return -length & 3;
}
