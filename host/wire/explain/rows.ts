/** Any octets as the fields of an AMP frame: it never fails, and takes nothing for granted. */

import { ACK_CRC } from "../ack.ts";
import { FCS_OCTETS } from "../fcs.ts";
import { OVERHEAD_OCTETS } from "../mac.ts";
import { tellBody } from "./body.ts";
import { tellAckCrc, tellFc, tellFcs, tellId, tellTdc } from "./header.ts";
import { octetCount, type Row, Rows } from "./row.ts";

/** The rows of a frame, every octet of it in one at least; `ownId` is the ID of a known device. */
export function frameRows(frame: Uint8Array, ownId?: number): Row[] {
  const rows = new Rows(frame);
  const type = tellFc(rows);
  tellId(rows, ownId);
  if (type === "Ack") {
    if (frame.length > ACK_CRC) tellAckCrc(rows, frame);
  } else {
    const tdc = tellTdc(rows, type);
    if (tdc !== undefined && frame.length >= OVERHEAD_OCTETS) {
      rows.stopAt(frame.length - FCS_OCTETS);
      tellBody(rows, type, tdc);
      rows.stopAt(frame.length);
      tellFcs(rows, frame);
    }
  }
  rows.take("more", rows.left, ({ length }) => ({ meaning: `${octetCount(length)} that belong to no field` }));
  return rows.all;
}
