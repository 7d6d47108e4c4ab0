/** What an attacker on the network hears and changes: whole messages, and the TLVs in them that are in clear. */

import { concat } from "../../wire/octets.ts";
import { HEADER_OCTETS, messageId, readHeader } from "../wire/header.ts";
import type { AnyMessage } from "../wire/message.ts";
import { type Pdu, readPdu } from "../wire/pdu.ts";
import { readTlv } from "../wire/tlv.ts";
import type { TlvType } from "../wire/types.ts";

export interface Heard {
  readonly from: string;
  readonly to: string;
  readonly octets: Uint8Array;
}

/** Is it an acknowledgement, and nothing else? */
export function isBare(octets: Uint8Array): boolean {
  const pdu = readPdu(octets);
  return typeof pdu === "object" && pdu.header.ackRsp && pdu.protection === undefined && pdu.service?.length === 0;
}

/** Is it that message, with service TLVs or a Security TLV? */
export function isMessage(octets: Uint8Array, { id }: AnyMessage): boolean {
  const header = readHeader(octets);
  return typeof header === "object" && messageId(header) === id && !isBare(octets);
}

/** Every datagram, in the order of their sending. */
export class Recording {
  readonly heard: Heard[] = [];

  readonly tap = (from: string, to: string, octets: Uint8Array): undefined => {
    this.heard.push({ from, to, octets });
    return undefined;
  };

  /** The messages of a kind; what was sent again is there again. */
  of(message: AnyMessage): Heard[] {
    return this.heard.filter(({ octets }) => isMessage(octets, message));
  }

  pdus(): Pdu[] {
    return this.heard.flatMap(({ octets }) => {
      const pdu = readPdu(octets);
      return typeof pdu === "object" ? [pdu] : [];
    });
  }
}

/** Where the value of a TLV stands in a message, if it is in clear. */
function valueAt(octets: Uint8Array, { type }: TlvType<unknown>): { start: number; end: number } | undefined {
  for (let at = HEADER_OCTETS; at < octets.length; ) {
    const read = readTlv(octets, at);
    if (read === undefined) return undefined;
    if (read.tlv.type === type) return { start: read.end - read.tlv.value.length, end: read.end };
    at = read.end;
  }
  return undefined;
}

/** Its value, or undefined if it is not there in clear. */
export function clearValue(octets: Uint8Array, tlv: TlvType<unknown>): Uint8Array | undefined {
  const found = valueAt(octets, tlv);
  return found && octets.slice(found.start, found.end);
}

/** The same message with the lowest bit of that value's first octet flipped, or of its last octet if it is not in clear. */
export function flipped(octets: Uint8Array, tlv: TlvType<unknown>): Uint8Array {
  const at = valueAt(octets, tlv)?.start ?? octets.length - 1;
  return concat(octets.subarray(0, at), Uint8Array.of(octets[at] ^ 1), octets.subarray(at + 1));
}
