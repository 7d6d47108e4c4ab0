/** The NVM record of PROTOCOL 7: its table, what is valid in it, and the exact steps of every write and wipe. */
import { ascii, bigEndian, concat, equal, fromBigEndian, fromLittleEndian, isZero, littleEndian } from "./bytes.ts";
import { crc16, crc32 } from "./crc.ts";
import { idOf } from "./frames.ts";
import type { Midstates } from "./hmac.ts";
import type { TwinHost } from "./host.ts";
import { nextGeneration } from "./keys.ts";

/** The table of PROTOCOL 7; offsets and lengths in octets. */
export const HEAD = { offset: 0, length: 16 } as const;
export const CELLS = [
  { offset: 16, length: 8 },
  { offset: 24, length: 8 },
] as const;
export const SLOTS = [
  { offset: 32, length: 72 },
  { offset: 104, length: 72 },
] as const;
export const CACHE = { offset: 176, length: 92 } as const;
export const RECORD_octets = 268;

const MAGIC = ascii("AMP1");
const VERSION = 1;
/** A cell's complement, the CRC-32 of a slot or of the cache. */
const CHECK_octets = 4;
/** The counter's last value; its complement, 1, is still a valid check field. */
export const COUNTER_MAX = 2 ** 32 - 2;

/** An object of the record that ends in a check field. */
interface Checked {
  readonly offset: number;
  readonly length: number;
}

/** Index of a root slot: 0 is A, 1 is B. */
export type SlotIndex = 0 | 1;

export interface Head {
  readonly spa: Uint8Array;
  readonly id: number;
}

export interface Root {
  readonly generation: number;
  readonly key: Midstates;
}

/** CRC-32 as stored: a CRC that comes out as 0 is stored as 1, so that 0 always means "not complete". */
export function storedCrc(body: Uint8Array): Uint8Array {
  return littleEndian(crc32(body) || 1, CHECK_octets);
}

const bodyOf = (octets: Uint8Array): Uint8Array => octets.slice(0, -CHECK_octets);
const checkOf = (octets: Uint8Array): Uint8Array => octets.slice(-CHECK_octets);

/** The CRC-32 of a slot or cache entry is there and right. */
function isComplete(octets: Uint8Array): boolean {
  return equal(checkOf(octets), storedCrc(bodyOf(octets)));
}

function complement(value: Uint8Array): Uint8Array {
  return value.map((octet) => octet ^ 0xff);
}

// What stands in each object.

/** "AMP1" ‖ 1 ‖ 0 ‖ SPA ‖ ID ‖ CRC-16. */
function headOctets(spa: Uint8Array): Uint8Array {
  const head = concat(MAGIC, VERSION, 0, spa, littleEndian(idOf(spa), 2));
  return concat(head, littleEndian(crc16(head), 2));
}

/** BE32 value ‖ BE32 complement. */
export function cellOctets(value: number): Uint8Array {
  const octets = bigEndian(value, 4);
  return concat(octets, complement(octets));
}

/** generation ‖ 0(3) ‖ inner ‖ outer ‖ CRC-32. */
export function slotOctets(root: Root): Uint8Array {
  const body = concat(root.generation, 0, 0, 0, root.key.inner, root.key.outer);
  return concat(body, storedCrc(body));
}

/** generation ‖ 0 ‖ AA ‖ Modifier ‖ 0(8) ‖ inner ‖ outer ‖ CRC-32. */
export function cacheOctets(generation: number, aa: Uint8Array, modifier: Uint8Array, pmk: Midstates): Uint8Array {
  const body = concat(generation, 0, aa, modifier, new Uint8Array(8), pmk.inner, pmk.outer);
  return concat(body, storedCrc(body));
}

/** Cell 0 = 0 (valid), cell 1 all zero (not valid), slot A the root of generation 0, all else 0. */
export function provision(spa: Uint8Array, psk: Midstates): Uint8Array {
  const record = concat(headOctets(spa), cellOctets(0), new Uint8Array(8), slotOctets({ generation: 0, key: psk }));
  return concat(record, new Uint8Array(RECORD_octets - record.length));
}

// Reading. Null: the read failed or what was read is not valid.

function read(host: TwinHost, range: Checked): Uint8Array | null {
  return host.nvmRead(range.offset, range.length);
}

export function readHead(host: TwinHost): Head | null {
  const head = read(host, HEAD);
  if (head === null || fromLittleEndian(head.slice(14)) !== crc16(head.slice(0, 14))) return null;
  if (!equal(head.slice(0, 4), MAGIC) || head[4] !== VERSION || head[5] !== 0) return null;
  return { spa: head.slice(6, 12), id: fromLittleEndian(head.slice(12, 14)) };
}

/** Generation of the root in the octets of a slot, or null. */
function validGeneration(octets: Uint8Array): number | null {
  return isComplete(octets) ? octets[0] : null;
}

/** One nvmRead of the slot's 72 octets. Its CRC is not looked at again: newestSlot did, in this power cycle. */
export function readRoot(host: TwinHost, slot: SlotIndex): Root | null {
  const octets = read(host, SLOTS[slot]);
  if (octets === null) return null;
  return { generation: octets[0], key: { inner: octets.slice(4, 36), outer: octets.slice(36, 68) } };
}

/**
 * The slot of the newest root. X is newer than Y when gen X - gen Y = 1 mod 256. Null: a read fails, no slot is valid,
 * or both are and are not neighbours.
 */
export function newestSlot(host: TwinHost): SlotIndex | null {
  const octetsA = read(host, SLOTS[0]);
  const octetsB = read(host, SLOTS[1]);
  if (octetsA === null || octetsB === null) return null;
  const a = validGeneration(octetsA);
  const b = validGeneration(octetsB);
  if (a === null || b === null) return a !== null ? 0 : b !== null ? 1 : null;
  if (a === nextGeneration(b)) return 0;
  return b === nextGeneration(a) ? 1 : null;
}

/** The cached PMK if the entry is complete and names just these, "other" if it does not, null if it cannot be read. */
export function readCache(
  host: TwinHost,
  generation: number,
  aa: Uint8Array,
  modifier: Uint8Array,
): Midstates | "other" | null {
  const octets = read(host, CACHE);
  if (octets === null) return null;
  if (!isComplete(octets)) return "other";
  const names = octets[0] === generation && equal(octets.slice(2, 8), aa) && equal(octets.slice(8, 16), modifier);
  return names ? { inner: octets.slice(24, 56), outer: octets.slice(56, 88) } : "other";
}

// Writing. False: an nvmWrite failed; the steps after it are not taken.

/** check field := 0 unless it is known to be 0 already. */
function clearCheck(host: TwinHost, range: Checked): boolean {
  const offset = range.offset + range.length - CHECK_octets;
  const check = host.nvmRead(offset, CHECK_octets);
  return (check !== null && isZero(check)) || host.nvmWrite(offset, new Uint8Array(CHECK_octets));
}

/** check field := 0, all octets before it in ascending order, the check field: each one nvmWrite that has returned. */
function writeChecked(host: TwinHost, range: Checked, octets: Uint8Array): boolean {
  return (
    clearCheck(host, range) &&
    host.nvmWrite(range.offset, bodyOf(octets)) &&
    host.nvmWrite(range.offset + range.length - CHECK_octets, checkOf(octets))
  );
}

/** check field := 0, then the rest 0. */
function wipeChecked(host: TwinHost, range: Checked): boolean {
  return clearCheck(host, range) && host.nvmWrite(range.offset, new Uint8Array(range.length - CHECK_octets));
}

/** The two cells as they stand, or null if they cannot be read. */
export function readCells(host: TwinHost): readonly Uint8Array[] | null {
  const [first, second] = CELLS;
  const octets = host.nvmRead(first.offset, first.length + second.length);
  return octets === null ? null : [octets.slice(0, first.length), octets.slice(first.length)];
}

/**
 * The counter's raised value, and the attempt to store it: the greater of the valid cells (equal: cell 0), the next
 * value into the other cell; none valid: 0, and the next into cell 0; at 2^32-2 it stays and nothing is written.
 * A write that fails changes nothing about the value.
 */
export function raiseCounter(host: TwinHost, cells: readonly Uint8Array[]): number {
  const values = cells.map((octets) => {
    const value = octets.slice(0, 4);
    const valid = !isZero(octets.slice(4)) && equal(octets.slice(4), complement(value));
    return valid ? fromBigEndian(value) : -1;
  });
  const current = Math.max(...values);
  if (current === COUNTER_MAX) return COUNTER_MAX;
  const raised = Math.max(current, 0) + 1;
  const other = current < 0 || values[0] !== current ? 0 : 1;
  writeChecked(host, CELLS[other], cellOctets(raised));
  return raised;
}

/** Writes a root and reads it back: true when the slot then holds what was written. */
export function writeRoot(host: TwinHost, slot: SlotIndex, root: Root): boolean {
  const octets = slotOctets(root);
  if (!writeChecked(host, SLOTS[slot], octets)) return false;
  const back = read(host, SLOTS[slot]);
  return back !== null && equal(back, octets);
}

/** Wipes a slot that has an octet that is not 0. */
export function wipeSlot(host: TwinHost, slot: SlotIndex): void {
  const octets = read(host, SLOTS[slot]);
  if (octets !== null && !isZero(octets)) wipeChecked(host, SLOTS[slot]);
}

/** Wipes a cache entry of another generation, and one whose wipe or write was torn (something there, check field 0). */
export function wipeStaleCache(host: TwinHost, generation: number): void {
  const octets = read(host, CACHE);
  if (octets === null || isZero(octets)) return;
  if (octets[0] !== generation || isZero(checkOf(octets))) wipeChecked(host, CACHE);
}

export function writeCache(
  host: TwinHost,
  generation: number,
  aa: Uint8Array,
  modifier: Uint8Array,
  pmk: Midstates,
): boolean {
  return writeChecked(host, CACHE, cacheOctets(generation, aa, modifier, pmk));
}
