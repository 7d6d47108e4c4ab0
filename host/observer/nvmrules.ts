/*
 * The order of octets that PROTOCOL.md section 7 asks of every write of the NVM record, as it can be seen in an image: a
 * check field is not 0 only where the octets before it are complete.
 */
import { crc32 } from "../keys/crc.ts";

/** The record's objects, and where each one's check field, its last four octets, begins. */
const OBJECTS = [
  { name: "cell 0", at: 16, check: 20 },
  { name: "cell 1", at: 24, check: 28 },
  { name: "root slot A", at: 32, check: 100 },
  { name: "root slot B", at: 104, check: 172 },
  { name: "PMK cache", at: 176, check: 264 },
] as const;

/** What of the record stands at an offset. */
export function regionOf(offset: number): string {
  return OBJECTS.findLast(({ at }) => offset >= at)?.name ?? "head";
}

/**
 * The object whose check field says that it is whole, and that is not; undefined: none. `inFlight`: offset of an octet
 * that was being written when power failed; a check field that was being written itself may hold anything.
 */
export function tornField(image: Uint8Array, inFlight: number | undefined): string | undefined {
  const fields = new DataView(image.buffer, image.byteOffset, image.length);
  for (const { name, at, check } of OBJECTS) {
    if (inFlight !== undefined && inFlight >= check && inFlight < check + 4) continue;
    const isCell = check === at + 4;
    const stored = fields.getUint32(check, !isCell);
    if (stored === 0) continue;
    const wanted = isCell ? ~fields.getUint32(at) >>> 0 : crc32(image.subarray(at, check)) || 1;
    if (stored !== wanted) return name;
  }
  return undefined;
}

/**
 * What a device can make of a record: every object that is whole, octet for octet, and of one that is not only whether it
 * is empty, whether its check field is 0 and which generation it begins with. Records of one class are the same to
 * PROTOCOL.md section 7.
 */
export function classOf(image: Uint8Array): string {
  const fields = new DataView(image.buffer, image.byteOffset, image.length);
  const parts = OBJECTS.map(({ at, check }) => {
    const object = image.subarray(at, check + 4);
    const isCell = check === at + 4;
    const stored = fields.getUint32(check, !isCell);
    const wanted = isCell ? ~fields.getUint32(at) >>> 0 : crc32(image.subarray(at, check)) || 1;
    if (stored !== 0 && stored === wanted) return String.fromCharCode(...object);
    const isEmpty = object.every((octet) => octet === 0);
    return isEmpty ? "empty" : `${stored === 0 ? "unset" : "torn"} ${isCell ? "" : object[0]}`;
  });
  return `${String.fromCharCode(...image.subarray(0, OBJECTS[0].at))}|${parts.join("|")}`;
}
