/** CCMP-128 over an MPDU without QoS and address 4 (IEEE Std 802.11-2020, 12.5.3): CCM with M = 8, L = 2. */

import type { Malformed } from "../../wire/malformed.ts";
import { concat, le16 } from "../../wire/octets.ts";
import {
  CCMP_HEADER_OCTETS,
  type CcmpHeader,
  emitCcmpHeader,
  parseCcmpHeader,
  pnOctets,
} from "../frames/ccmpheader.ts";
import { FLAG, KIND, type Mpdu } from "../frames/mpdu.ts";
import type { RsnCrypto } from "./crypto.ts";

export const CCMP_MIC_OCTETS = 8;

/** 12.5.3.3.3: bits 4 to 6 of Frame Control, Retry, Power Management and More Data go in as 0, Protected as 1. */
const SUBTYPE_MASK = 0x8f;
const FLAGS_MASK = 0xff & ~(FLAG.retry | FLAG.powerManagement | FLAG.moreData);
/** Of Sequence Control the fragment number only. */
const SEQUENCE_MASK = 0x000f;
/** 12.5.3.3.4: priority 0, no Management frame. */
const NONCE_FLAGS = 0;

/** The MPDU with its body, an MSDU, protected under that key: CCMP header ‖ ciphertext ‖ MIC. */
export function ccmpSeal(crypto: RsnCrypto, tk: Uint8Array, { pn, keyId }: CcmpHeader, mpdu: Mpdu): Mpdu {
  const flags = mpdu.flags | FLAG.protected;
  const sealed = crypto.ccmSeal(tk, nonceOf(mpdu, pn), aadOf({ ...mpdu, flags }), mpdu.body, CCMP_MIC_OCTETS);
  return { ...mpdu, flags, body: concat(emitCcmpHeader({ pn, keyId }), sealed) };
}

/** Which key and which PN a protected MPDU names. */
export function ccmpHeaderOf({ body }: Mpdu): CcmpHeader | Malformed {
  if (body.length < CCMP_HEADER_OCTETS + CCMP_MIC_OCTETS) return "too short";
  return parseCcmpHeader(body);
}

/** The MSDU of a protected MPDU whose header was read, or null when its MIC is not right. */
export function ccmpOpen(crypto: RsnCrypto, tk: Uint8Array, { pn }: CcmpHeader, mpdu: Mpdu): Uint8Array | null {
  const sealed = mpdu.body.subarray(CCMP_HEADER_OCTETS);
  return crypto.ccmOpen(tk, nonceOf(mpdu, pn), aadOf(mpdu), sealed, CCMP_MIC_OCTETS);
}

/** FC(masked) ‖ A1 ‖ A2 ‖ A3 ‖ SC(masked). */
function aadOf({ kind, flags, a1, a2, a3, sequence }: Mpdu): Uint8Array {
  const frameControl = Uint8Array.of(KIND[kind] & SUBTYPE_MASK, (flags & FLAGS_MASK) | FLAG.protected);
  return concat(frameControl, a1, a2, a3, le16(sequence & SEQUENCE_MASK));
}

/** Flags(1) ‖ A2 ‖ PN5 ‖ ... ‖ PN0. */
function nonceOf({ a2 }: Mpdu, pn: number): Uint8Array {
  return concat(Uint8Array.of(NONCE_FLAGS), a2, pnOctets(pn));
}
