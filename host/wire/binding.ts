/** What a MIC covers beside the payload (PROTOCOL.md section 3): nonce and AAD, as octets. */

import { FC } from "./fc.ts";
import { tdcOf, type Unsealed } from "./frame.ts";
import { PN_FIRST } from "./numbered.ts";
import { checkOctets, putLe16 } from "./octets.ts";
import { ADDRESS_OCTETS, type Trigger } from "./trigger.ts";
import { emitTriggerInfo, TRIGGER_INFO_OCTETS } from "./triggerinfo.ts";

/** Priority 0, no management (IEEE Std 802.11-2020 12.5.3.3.4). */
const NONCE_FLAGS = 0;

const HEADER_OCTETS = 3;
const NONCE_OCTETS = 13;
/** Offset of the last two octets, which are all that a PN fills of its BE48. */
const NONCE_PN = 11;

/**
 * nonce(13) = flags(1) ‖ A2(6) ‖ BE48(PN), as CCMP builds it. `a2` is the transmitter's address: SPA up, AA down.
 * @throws RangeError for an address that is none.
 */
export function nonceOf(a2: Uint8Array, pn: number): Uint8Array {
  checkOctets("a2", a2, ADDRESS_OCTETS);
  const nonce = new Uint8Array(NONCE_OCTETS);
  nonce[0] = NONCE_FLAGS;
  nonce.set(a2, 1);
  nonce[NONCE_PN] = pn >>> 8;
  nonce[NONCE_PN + 1] = pn & 0xff;
  return nonce;
}

/** The PN of a frame; M2 has the first of its direction and does not carry it. */
export function pnOf(frame: Unsealed): number {
  return frame.type === "Response" ? PN_FIRST : frame.pn;
}

/** FC ‖ TDC, and behind it room for `more` octets. */
function headerOf(frame: Trigger | Unsealed, more: number): Uint8Array {
  const octets = new Uint8Array(HEADER_OCTETS + more);
  octets[0] = FC[frame.type];
  putLe16(octets, 1, tdcOf(frame));
  return octets;
}

/** FC ‖ TDC ‖ TriggerInfo ‖ DL data: what of an M1 is not in PTK already, but for ID and FCS. */
export function bindingOf(m1: Trigger): Uint8Array {
  const { info, dlData } = m1;
  const binding = headerOf(m1, TRIGGER_INFO_OCTETS + dlData.length);
  binding.set(emitTriggerInfo(info), HEADER_OCTETS);
  binding.set(dlData, HEADER_OCTETS + TRIGGER_INFO_OCTETS);
  return binding;
}

/** Is a frame of this type bound to the M1 of its exchange? */
export function bindsM1(frame: Unsealed): boolean {
  return frame.type !== "Data";
}

/**
 * AAD = FC ‖ TDC of this frame, and for M2 and M3 also the binding of the M1 that started the exchange.
 * @throws RangeError when that is missing.
 */
export function aadOf(frame: Unsealed, m1Binding: Uint8Array | undefined): Uint8Array {
  if (!bindsM1(frame)) return headerOf(frame, 0);
  if (m1Binding === undefined) throw new RangeError(`m1Binding: missing, and a ${frame.type} is bound to its M1`);
  const aad = headerOf(frame, m1Binding.length);
  aad.set(m1Binding, HEADER_OCTETS);
  return aad;
}
