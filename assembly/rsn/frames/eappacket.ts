/*
 * EAP packets, RFC 3748 4: code(1) ‖ identifier(1) ‖ length(2, BE) ‖ type(1) ‖ data.
 */
import { OUT } from "./eapolkey";

export const REQUEST: i32 = 1;
export const RESPONSE: i32 = 2;
export const SUCCESS: i32 = 3;
export const FAILURE: i32 = 4;

/** Types, RFC 3748 5 and RFC 4764. */
export const IDENTITY: i32 = 1;
export const NOTIFICATION: i32 = 2;
export const NAK: i32 = 3;
export const EAP_PSK: i32 = 47;

/** Octets before the type, and before its data. */
export const EAP_HEADER: i32 = 4;
export const TYPE_DATA: usize = 5;

/** The EAP packet of an answer, and the head of its EAPOL PDU: version 2, type 0. */
export const EAP_OUT: usize = OUT + 4;
const PACKET_HEADER: u32 = 0x0002;

/** The heads of a Response of `length` octets. */
export function putResponse(identifier: i32, type: i32, length: i32): void {
  const size: u32 = bswap<u16>(length as u16);
  store<u32>(OUT, PACKET_HEADER | (size << 16));
  store<u32>(EAP_OUT, RESPONSE | (identifier << 8) | (size << 16));
  store<u8>(EAP_OUT, type, 4);
}
