/** What a MIC covers beside the payload (PROTOCOL.md section 3): nonce and AAD, as octets. */

import { FC } from "./fc.ts";
import { tdcOf, type Unsealed } from "./frame.ts";
import { PN_FIRST } from "./numbered.ts";
import { be16, checkOctets, concat, le16 } from "./octets.ts";
import { ADDRESS_OCTETS, type Trigger } from "./trigger.ts";
import { emitTriggerInfo } from "./triggerinfo.ts";

/** Priority 0, no management (IEEE Std 802.11-2020 12.5.3.3.4). */
const NONCE_FLAGS = 0;

/** A BE48 holds a PN in its last two octets. */
const PN_HIGH_OCTETS = 4;

/**
 * nonce(13) = flags(1) ‖ A2(6) ‖ BE48(PN), as CCMP builds it. `a2` is the transmitter's address: SPA up, AA down.
 * @throws RangeError for an address that is none.
 */
export function nonceOf(a2: Uint8Array, pn: number): Uint8Array {
  checkOctets("a2", a2, ADDRESS_OCTETS);
  return concat(Uint8Array.of(NONCE_FLAGS), a2, new Uint8Array(PN_HIGH_OCTETS), be16(pn));
}

/** The PN of a frame; M2 has the first of its direction and does not carry it. */
export function pnOf(frame: Unsealed): number {
  return frame.type === "Response" ? PN_FIRST : frame.pn;
}

/** FC ‖ TDC. */
function headerOf(frame: Trigger | Unsealed): Uint8Array {
  return concat(Uint8Array.of(FC[frame.type]), le16(tdcOf(frame)));
}

/** FC ‖ TDC ‖ TriggerInfo ‖ DL data: what of an M1 is not in PTK already, but for ID and FCS. */
export function bindingOf(m1: Trigger): Uint8Array {
  return concat(headerOf(m1), emitTriggerInfo(m1.info), m1.dlData);
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
  if (!bindsM1(frame)) return headerOf(frame);
  if (m1Binding === undefined) throw new RangeError(`m1Binding: missing, and a ${frame.type} is bound to its M1`);
  return concat(headerOf(frame), m1Binding);
}
