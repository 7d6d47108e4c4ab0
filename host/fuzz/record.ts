/* Check fields of the NVM record (PROTOCOL.md section 7) made right again, for images that are wrong behind a right CRC. */
import { crc16, crc32 } from "../keys/crc.ts";

/** Offset, and octets before the check field. */
const HEAD = { at: 0, body: 14 } as const;
const CELLS = [16, 24] as const;
const CELL_BODY = 4;
const SUMMED = [
  { at: 32, body: 68 },
  { at: 104, body: 68 },
  { at: 176, body: 88 },
] as const;

/** Makes the check field of the part that octet `touched` lies in fit what stands before it. */
export function repairRecord(record: Uint8Array, touched: number): void {
  const fields = new DataView(record.buffer, record.byteOffset, record.length);
  if (touched < CELLS[0]) {
    fields.setUint16(HEAD.body, crc16(record.subarray(HEAD.at, HEAD.body)), true);
    return;
  }
  const cell = CELLS.find((at) => touched >= at && touched < at + 2 * CELL_BODY);
  if (cell !== undefined) {
    fields.setUint32(cell + CELL_BODY, ~fields.getUint32(cell));
    return;
  }
  const part = SUMMED.find(({ at, body }) => touched >= at && touched < at + body + 4);
  if (part) fields.setUint32(part.at + part.body, crc32(record.subarray(part.at, part.at + part.body)) || 1, true);
}
