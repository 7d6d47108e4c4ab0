import { idOf } from "../wire/id.ts";
import { MODIFIER_OCTETS } from "../wire/trigger.ts";
import { checkAddress } from "./address.ts";
import { crc16, crc32 } from "./crc.ts";
import { hmacMidstates, sha256OneBlock } from "./midstate.ts";

/*
 * The NVM record of a device (PROTOCOL.md section 7), as the provisioner sees it: the second implementation of that
 * table, beside the device's own. Octets in, octets out.
 *
 *      0  head    "AMP1"(4) | version | 0 | SPA(6) | ID(2, LE) | CRC-16 of 0..13 (2, LE)
 *     16  cell 0  BE32 boot counter | BE32 complement          24  cell 1
 *     32  slot A  generation | 0(3) | inner(32) | outer(32) | CRC-32 (4, LE)          104  slot B
 *    176  cache   generation | 0 | AA(6) | Modifier(8) | 0(8) | inner(32) | outer(32) | CRC-32 (4, LE)
 *    268  handover  in the form of the cache, its Modifier the handover's name: of a roaming station only
 *    360
 */
export const RECORD_OCTETS = 268;
export const ROAMING_RECORD_OCTETS = 360;

/** For a person, of a file or octets of another length. */
export const RECORD_LENGTHS = `a record has ${RECORD_OCTETS}, or ${ROAMING_RECORD_OCTETS} of a station that roams`;

/** Is that the length of a record, of either kind of station? */
export function isRecordLength(octets: number): boolean {
  return octets === RECORD_OCTETS || octets === ROAMING_RECORD_OCTETS;
}

const HEAD = { magic: 0, version: 4, zero: 5, spa: 6, id: 12, crc: 14, end: 16 } as const;
const CELLS = [16, 24] as const;
const SLOTS = { A: 32, B: 104 } as const;
const SLOT = { generation: 0, inner: 4, outer: 36, crc: 68, octets: 72 } as const;
const CACHE = { at: 176, generation: 0, aa: 2, modifier: 8, inner: 24, crc: 88, octets: 92 } as const;
const HANDOVER_AT = 268;

const MAGIC = new TextEncoder().encode("AMP1");
const VERSION = 1;
const ROOT_OCTETS = 32;

/** At 2^32 - 2 the counter stays: the value above it would have the complement 0, which is never valid. */
export const COUNTER_MAX = 2 ** 32 - 2;

/** What an identifier is hashed with: at manufacture there is no Crypto but this. */
const HASH = { sha256: sha256OneBlock };

interface Provisioning {
  /** The device's permanent address, 6 octets, individual. */
  readonly spa: Uint8Array;
  /** Root of generation 0, 32 octets; the caller's to wipe. Left out: it has none, and stays off until EAP makes one. */
  readonly psk?: Uint8Array;
  /** Boot counter to start from, 0..COUNTER_MAX. */
  readonly counter: number;
  /** For the roaming build (docs/PROTOCOL.md section 9): 360 octets. */
  readonly roaming?: boolean;
}

/** What a record says, without the key material it holds. */
export interface RecordReport {
  readonly head: { readonly wellFormed: boolean; readonly crcValid: boolean; readonly version: number };
  readonly spa: Uint8Array;
  readonly id: number;
  /** Does the ID follow from the SPA? */
  readonly idFits: boolean;
  /** The value the next power cycle counts on from. */
  readonly counter: number;
  readonly cells: readonly { readonly value: number; readonly valid: boolean }[];
  readonly slots: readonly SlotReport[];
  readonly cache: CacheReport;
  /** Of a roaming station's record: the next AP, and the handover's name as its Modifier. */
  readonly handover?: CacheReport;
  /** Why amp_boot would answer "NVM failed"; undefined: it boots. */
  readonly failure: string | undefined;
}

interface SlotReport {
  readonly name: "A" | "B";
  readonly generation: number;
  readonly valid: boolean;
  /** All octets 0: never written, or wiped. */
  readonly empty: boolean;
  /** The one the device uses. */
  readonly newest: boolean;
}

interface CacheReport {
  readonly generation: number;
  readonly aa: Uint8Array;
  readonly modifier: Uint8Array;
  readonly valid: boolean;
  readonly empty: boolean;
}

/**
 * The record of a device that leaves manufacture: cell 0 = counter, slot A = the PSK as generation 0, all else zero.
 * @throws RangeError naming the parameter.
 */
export function encodeRecord({ spa, psk, counter, roaming = false }: Provisioning): Uint8Array<ArrayBuffer> {
  checkAddress("spa", spa);
  if (psk && psk.length !== ROOT_OCTETS)
    throw new RangeError(`psk: ${psk.length} octets, where ${ROOT_OCTETS} are expected`);
  if (!Number.isInteger(counter) || counter < 0 || counter > COUNTER_MAX) {
    throw new RangeError(`counter: ${counter} is not a whole number from 0 to ${COUNTER_MAX}`);
  }
  const record = new Uint8Array(roaming ? ROAMING_RECORD_OCTETS : RECORD_OCTETS);
  const fields = new DataView(record.buffer);
  record.set(MAGIC, HEAD.magic);
  record[HEAD.version] = VERSION;
  record.set(spa, HEAD.spa);
  fields.setUint16(HEAD.id, idOf(HASH, spa), true);
  fields.setUint16(HEAD.crc, crc16(record.subarray(0, HEAD.crc)), true);

  fields.setUint32(CELLS[0], counter);
  fields.setUint32(CELLS[0] + 4, ~counter);

  if (!psk) return record;
  const { inner, outer } = hmacMidstates(psk);
  record.set(inner, SLOTS.A + SLOT.inner);
  record.set(outer, SLOTS.A + SLOT.outer);
  fields.setUint32(SLOTS.A + SLOT.crc, checkField(record.subarray(SLOTS.A, SLOTS.A + SLOT.crc)), true);
  inner.fill(0);
  outer.fill(0);
  return record;
}

/**
 * Reads any 268 octets, or a roaming station's 360: it never fails on what they hold, the report says what is wrong with
 * them.
 * @throws RangeError when there are neither so many.
 */
export function decodeRecord(record: Uint8Array): RecordReport {
  const isRoaming = record.length === ROAMING_RECORD_OCTETS;
  if (record.length !== RECORD_OCTETS && !isRoaming) {
    throw new RangeError(
      `record: ${record.length} octets, where ${RECORD_OCTETS} are expected, or ${ROAMING_RECORD_OCTETS} of a roaming station`,
    );
  }
  const fields = new DataView(record.buffer, record.byteOffset, record.length);
  const spa = record.slice(HEAD.spa, HEAD.id);
  const id = fields.getUint16(HEAD.id, true);
  const head = {
    wellFormed:
      MAGIC.every((octet, i) => record[HEAD.magic + i] === octet) &&
      record[HEAD.version] === VERSION &&
      record[HEAD.zero] === 0,
    crcValid: fields.getUint16(HEAD.crc, true) === crc16(record.subarray(0, HEAD.crc)),
    version: record[HEAD.version],
  };
  const cells = CELLS.map((at) => {
    const value = fields.getUint32(at);
    const complement = fields.getUint32(at + 4);
    return { value, valid: complement !== 0 && complement === ~value >>> 0 };
  });
  const slots = readSlots(record);
  return {
    head,
    spa,
    id,
    idFits: id === idOf(HASH, spa),
    counter: Math.max(0, ...cells.filter(({ valid }) => valid).map(({ value }) => value)),
    cells,
    slots,
    cache: readCache(record.subarray(CACHE.at, CACHE.at + CACHE.octets)),
    ...(isRoaming && { handover: readCache(record.subarray(HANDOVER_AT, HANDOVER_AT + CACHE.octets)) }),
    failure: failureOf(head, slots),
  };
}

/** The CRC-32 of the octets before a check field; one that comes out as 0 is stored as 1, since 0 is never valid. */
function checkField(octets: Uint8Array): number {
  return crc32(octets) || 1;
}

/** Does the region end in the check field of what stands before it? */
function isValid(region: Uint8Array): boolean {
  const at = region.length - 4;
  const stored = new DataView(region.buffer, region.byteOffset + at, 4).getUint32(0, true);
  return stored === checkField(region.subarray(0, at));
}

function isEmpty(region: Uint8Array): boolean {
  return region.every((octet) => octet === 0);
}

/** X is newer than Y when generation X - generation Y = 1 mod 256; a slot that is valid alone is the newest. */
function readSlots(record: Uint8Array): SlotReport[] {
  const read = (["A", "B"] as const).map((name) => {
    const region = record.subarray(SLOTS[name], SLOTS[name] + SLOT.octets);
    return { name, generation: region[SLOT.generation], valid: isValid(region), empty: isEmpty(region) };
  });
  return read.map((slot, i) => {
    const other = read[1 - i];
    return { ...slot, newest: slot.valid && (!other.valid || ((slot.generation - other.generation) & 0xff) === 1) };
  });
}

function readCache(region: Uint8Array): CacheReport {
  return {
    generation: region[CACHE.generation],
    aa: region.slice(CACHE.aa, CACHE.modifier),
    modifier: region.slice(CACHE.modifier, CACHE.modifier + MODIFIER_OCTETS),
    valid: isValid(region),
    empty: isEmpty(region),
  };
}

function failureOf(head: RecordReport["head"], slots: readonly SlotReport[]): string | undefined {
  if (!head.crcValid) return "the head's CRC is wrong";
  if (!head.wellFormed) return "the head has another magic, another version or octet 5 not 0";
  if (!slots.some(({ valid }) => valid)) return "no root slot is valid";
  if (!slots.some(({ newest }) => newest)) return "both root slots are valid and their generations are no neighbours";
  return undefined;
}
