/*
 * What PROTOCOL.md section 7 asks of the NVM record: of an image, that a check field is not 0 only where the octets before
 * it are complete; of a call, what it may write, and how it ends when a read fails.
 */
import { STATUS } from "../device/abi.ts";
import type { NvmWrite } from "../device/nvm.ts";
import { crc32 } from "../keys/crc.ts";
import { FC } from "../wire/fc.ts";

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

/** A stretch of the record. */
export interface NvmRead {
  readonly offset: number;
  readonly length: number;
}

/** A call, as far as its NVM is concerned. */
interface Access {
  /** "Trigger", "Confirm" and so on for a frame that was received; the call's name for any other. */
  readonly kind: string;
  readonly status: number;
  readonly wrote: readonly NvmWrite[];
  /** Reads that failed in it. */
  readonly unread: readonly NvmRead[];
  /** The boot counter was raised in this life. */
  readonly hasCounted: boolean;
  /** The cache could not be read at the session's M1. */
  readonly isCacheUnread: boolean;
}

const CACHE = "PMK cache";
const NVM_FAILED = STATUS["NVM failed"];

/** What a call did that section 7, as section 8 reads it, does not allow: sentences. */
export function breachesOf(access: Access): string[] {
  return [...writeBreaches(access), ...readBreaches(access)];
}

/** The kind of a call of `amp_receive` by the frame's first octet; "frame" for none. */
export function kindOf(fc: number | undefined): string {
  return Object.entries(FC).find(([, octet]) => octet === fc)?.[0] ?? "frame";
}

/** Did a call fail to read the cache entry? */
export function missesCache(unread: readonly NvmRead[]): boolean {
  return unread.some((read) => bodyOf(read) === CACHE);
}

function writeBreaches({ kind, status, wrote, hasCounted, isCacheUnread }: Access): string[] {
  if (wrote.length === 0) return [];
  const regions = [...new Set(wrote.map(({ offset }) => regionOf(offset)))];
  const isCell = (region: string): boolean => region.startsWith("cell");
  const isAllowed =
    kind === "Trigger"
      ? regions.length === 1 && !hasCounted && regions.every(isCell)
      : kind === "Confirm" && !regions.some((region) => isCell(region) || region === "head");
  const what = `${kind} wrote ${regions.join(" and ")}`;
  const isRefused = kind === "Trigger" && status < 0;
  const fills = wrote.some(({ offset, octets }) => regionOf(offset) === CACHE && octets.some((octet) => octet !== 0));
  const isBlind = isCacheUnread && fills ? ["a cache entry was written that could not be read before"] : [];
  return [...isBlind, ...(isAllowed ? [] : [what]), ...(isRefused ? [`${what}, and was refused`] : [])];
}

function readBreaches({ kind, status, unread }: Access): string[] {
  const hasFailed = status === NVM_FAILED;
  const breaches: string[] = [];
  const isFrame = kind === "Trigger" || kind === "Confirm";
  if (isFrame && hasFailed && unread.length === 0) breaches.push(`${kind} was answered NVM failed, and no read failed`);
  if (kind === "boot" && unread.length > 0 && !hasFailed) breaches.push("amp_boot did not see that a read failed");
  if (kind !== "Trigger" || unread.length === 0) return breaches;
  // A root or a counter that cannot be read is none; a check field alone counts as set, a cache entry as a miss.
  const needed = unread.map(bodyOf).find((name) => name !== undefined && name !== CACHE);
  if (needed && !hasFailed) breaches.push(`an M1 was taken though ${needed} could not be read`);
  if (!needed && hasFailed) breaches.push("an M1 was refused for an NVM object that it can do without");
  return breaches;
}

/** The object whose octets before the check field a read wanted; undefined: it wanted a check field alone. */
function bodyOf({ offset, length }: NvmRead): string | undefined {
  return OBJECTS.find(({ at, check }) => offset < check && offset + length > at)?.name;
}
