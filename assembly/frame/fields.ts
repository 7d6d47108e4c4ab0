/*
 * Fields of the AMP frames, PROTOCOL.md 2.
 *
 *   MAC frame  FC(1) ‖ ID(2, LE) ‖ TDC(2, LE) ‖ body(1..64) ‖ FCS(2, LE)
 *   Ack        FC(1) ‖ ID(2, LE) ‖ CRC-8(1)
 *
 * Assumption: the draft leaves every size, type number and bit below open.
 */

/** FC: bits 0-3 type, bit 4 Protected, bits 5-7 reserved. Deviation: Protected is 1 with a MIC only, too. */
export const FC_TRIGGER: i32 = 0x08;
export const FC_RESPONSE: i32 = 0x19;
export const FC_CONFIRM: i32 = 0x1a;
export const FC_DATA: i32 = 0x1b;
export const FC_ACK: i32 = 0x0c;

/** Offsets in a MAC frame, and the octets around its body. */
export const FRAME_ID: usize = 1;
export const TDC: usize = 3;
export const BODY: usize = 5;
export const OVERHEAD: i32 = 7;
export const BODY_MAX: i32 = 64;
export const ACK_LENGTH: i32 = 4;
export const FRAME_MIN: i32 = 8;
export const FRAME_MAX: i32 = 71;

export const ID_BROADCAST: u32 = 0xffff;

/** TDC: 0-5 body length minus 1, 6 Encrypted, 7 Modifier present, 8-9 generation, 10-12 profile, 13 Command. */
export const TDC_LENGTH: i32 = 63;
export const TDC_ENCRYPTED: i32 = 1 << 6;
export const TDC_MODIFIER: i32 = 1 << 7;
export const TDC_GENERATION: i32 = 3 << 8;
export const TDC_PROFILE: i32 = 7 << 10;
export const TDC_COMMAND: i32 = 1 << 13;
export const TDC_RESERVED: i32 = 3 << 14;

/** Trigger: TriggerInfo(6) ‖ AA(6) ‖ ANonce(N) ‖ [Modifier(8)] ‖ DL data. Offsets in the frame. */
export const TRIGGER_FLAGS: usize = 6;
export const TRIGGER_SLOTS: usize = 7;
export const TRIGGER_LAST: usize = 10;
export const AA: usize = 11;
export const A_NONCE: usize = 17;

/** Confirm and Data: PN(2, BE) ‖ payload ‖ MIC. */
export const PN: usize = 5;
export const PN_SIZE: i32 = 2;

/** Octets of a Modifier. */
export const MODIFIER_SIZE: i32 = 8;

/** Security profiles, as TDC has them: 1 compact, 2 wide, 3 strong; others are refused. */
const COMPACT: i32 = 1 << 10;
const STRONG: i32 = 3 << 10;

/** N, octets of a nonce, in the profile of `tdc`: 16, 32, 32. */
export function nonceSize(tdc: i32): i32 {
  return 32 >> i32((tdc & TDC_PROFILE) == COMPACT);
}

/** M, octets of a MIC, in the profile of `tdc`: 8, 8, 16. */
export function micSize(tdc: i32): i32 {
  return 8 << i32((tdc & TDC_PROFILE) == STRONG);
}

/** Octets of Modifier in a Trigger with this `tdc`: its bit is 128, and the Modifier 8 octets. */
export function modifierSize(tdc: i32): i32 {
  return (tdc & TDC_MODIFIER) >> 4;
}

/** Whether `tdc` names a profile. */
export function hasProfile(tdc: i32): bool {
  const beyond: u32 = (tdc & TDC_PROFILE) - COMPACT;
  return beyond <= ((STRONG - COMPACT) as u32);
}
