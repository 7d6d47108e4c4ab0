/*
 * MPDUs, IEEE 802.11-2020 9.2.4 and 9.3: the 24-octet header of Management frames and of Data without QoS, no FCS.
 *
 *      0    2        4          10         16         22   24
 *   ┌────┬────────┬──────────┬──────────┬──────────┬─────┬──────┐
 *   │ FC │Duration│ Address1 │ Address2 │ Address3 │ Seq │ body │
 *   └────┴────────┴──────────┴──────────┴──────────┴─────┴──────┘
 */
import { copyExact, differ } from "../../bytes";
import { AA, RX, SPA, TX } from "../layout";

export const ADDRESS_1: usize = 4;
export const ADDRESS_2: usize = 10;
export const ADDRESS_3: usize = 16;
export const SEQUENCE: usize = 22;
export const BODY: usize = 24;
export const HEADER_SIZE: i32 = 24;
/** Of Sequence Control: the fragment number, 9.2.4.4. */
export const FRAGMENT: i32 = 0x000f;

/** Frame Control: type and subtype, 9.2.4.1.3. */
export const ASSOCIATION_REQUEST: i32 = 0x00;
export const ASSOCIATION_RESPONSE: i32 = 0x10;
export const PROBE_RESPONSE: i32 = 0x50;
export const BEACON: i32 = 0x80;
export const DISASSOCIATION: i32 = 0xa0;
export const AUTHENTICATION: i32 = 0xb0;
export const DEAUTHENTICATION: i32 = 0xc0;
export const DATA: i32 = 0x08;
/** Protocol version, type and subtype; the rest is flags. */
export const FC_KIND: i32 = 0xff;
/** Flags that a frame for the station may have: Retry, Power Management and More Data say nothing to it. */
export const FC_NEUTRAL: i32 = 0x3800;
export const TO_DS: i32 = 0x0100;
export const FROM_DS: i32 = 0x0200;
export const PROTECTED: i32 = 0x4000;

/** Whether the frame at RX is for the SPA, or for a group that it is taken to be in. */
export function isForMe(): bool {
  return (load<u8>(RX, ADDRESS_1) & 1) != 0 || !differ(RX + ADDRESS_1, SPA, 6);
}

/** Whether the frame at RX was sent by the AP. */
export function isFromAp(): bool {
  return !differ(RX + ADDRESS_2, AA, 6);
}

/** A header at TX: to the AP, and no further. Duration and sequence number are the radio's. */
export function putHeader(fc: i32): void {
  store<u32>(TX, fc);
  copyExact(TX + ADDRESS_1, AA, 6);
  copyExact(TX + ADDRESS_2, SPA, 6);
  copyExact(TX + ADDRESS_3, AA, 6);
  store<u16>(TX, 0, SEQUENCE);
}
