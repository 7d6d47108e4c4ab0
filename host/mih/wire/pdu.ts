/**
 * A protocol data unit: the header, who sends it to whom, and then either service specific TLVs in clear or, of 802.21a, an
 * association's name and all of them in one Security TLV:
 *
 *     header ‖ Source MISF ID ‖ Destination MISF ID ‖ service TLVs
 *     header ‖ Source MISF ID ‖ Destination MISF ID ‖ SAID ‖ Security{ service TLVs }
 */

import { concat } from "../../wire/octets.ts";
import { type BadHeader, emitHeader, HEADER_OCTETS, type Header, readHeader } from "./header.ts";
import { emitTlv, readTlv, readTlvs } from "./tlv.ts";
import { TLV } from "./types.ts";

/** Who, and to whom: MISF IDs. */
export interface Ends {
  readonly source: string;
  readonly destination: string;
}

/** What an association protects beside the service TLVs, and how it names itself. */
export interface Protection {
  /** 9 octets. */
  readonly said: Uint8Array;
  readonly security: Uint8Array;
}

export interface Pdu extends Ends {
  readonly header: Header;
  /** Service specific TLVs in clear; undefined in a protected one. */
  readonly service?: Uint8Array;
  readonly protection?: Protection;
}

export type BadPdu = BadHeader | "bad TLV" | "no MISF IDs" | "a fragment";

/** @throws RangeError for what no message holds. */
export function emitPdu({ header, source, destination, service, protection }: Pdu): Uint8Array {
  const payload = concat(
    emitEnds({ source, destination }),
    protection === undefined
      ? (service ?? new Uint8Array())
      : concat(
          emitTlv(TLV.said.type, TLV.said.codec.emit(protection.said)),
          emitTlv(TLV.security.type, TLV.security.codec.emit(protection.security)),
        ),
  );
  return concat(emitHeader(header, payload.length), payload);
}

/** Of a datagram that is a whole message. */
export function readPdu(octets: Uint8Array): Pdu | BadPdu {
  const header = readHeader(octets);
  if (typeof header === "string") return header;
  if (header.more || header.fragment > 0) return "a fragment";
  const first = readTlv(octets, HEADER_OCTETS);
  const second = first && readTlv(octets, first.end);
  if (!first || !second) return "bad TLV";
  const isInOrder = first.tlv.type === TLV.source.type && second.tlv.type === TLV.destination.type;
  const source = isInOrder ? TLV.source.codec.read(first.tlv.value) : undefined;
  const destination = TLV.destination.codec.read(second.tlv.value);
  if (source === undefined || destination === undefined) return "no MISF IDs";
  const service = octets.slice(second.end);
  const tlvs = readTlvs(service);
  if (tlvs === undefined) return "bad TLV";
  // A SAID alone names an association that is being made (MIS_Auth response), in clear.
  if (tlvs.every(({ type }) => type !== TLV.security.type)) return { header, source, destination, service };
  const [said, security] = tlvs;
  const isBoth = tlvs.length === 2 && said.type === TLV.said.type && security.type === TLV.security.type;
  if (!isBoth || !TLV.said.codec.read(said.value) || !TLV.security.codec.read(security.value)) return "bad TLV";
  return { header, source, destination, protection: { said: said.value, security: security.value } };
}

/** Source and Destination MISF ID TLV. @throws RangeError for an ID that is none. */
export function emitEnds({ source, destination }: Ends): Uint8Array {
  return concat(
    emitTlv(TLV.source.type, TLV.source.codec.emit(source)),
    emitTlv(TLV.destination.type, TLV.destination.codec.emit(destination)),
  );
}

/**
 * What an association binds beside the TLVs that it hides: all of the header that is the same in a fragment, a repetition
 * and an acknowledgement of the message, both ends, and its own name.
 */
export function associatedData(
  { header, source, destination }: Pick<Pdu, "header"> & Ends,
  said: Uint8Array,
): Uint8Array {
  const { sid, opcode, aid, tid } = header;
  const still = { ackReq: false, ackRsp: false, uir: false, more: false, fragment: 0, sid, opcode, aid, tid };
  return concat(emitHeader(still, 0), emitEnds({ source, destination }), emitTlv(TLV.said.type, said));
}
