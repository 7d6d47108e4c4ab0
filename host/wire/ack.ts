/** Ack (PROTOCOL.md section 2) = FC(1) ‖ ID(2, LE) ‖ CRC-8(1): a radio receipt, without any meaning for security. */

import { FC } from "./fc.ts";
import { ackCrcOf } from "./fcs.ts";
import { BROADCAST_ID } from "./mac.ts";
import { checkNumber, concat, le16 } from "./octets.ts";

/** Offset of the CRC-8, after FC and ID as in every frame. */
export const ACK_CRC = 3;
export const ACK_OCTETS = 4;

export interface Ack {
  readonly type: "Ack";
  /** The device's, whoever sends. */
  readonly id: number;
}

/** The four octets; RangeError for an ID that no device has. */
export function emitAck({ id }: Ack): Uint8Array {
  checkNumber("id", id, 0, BROADCAST_ID - 1);
  const head = concat(Uint8Array.of(FC.Ack), le16(id));
  return concat(head, Uint8Array.of(ackCrcOf(head)));
}
