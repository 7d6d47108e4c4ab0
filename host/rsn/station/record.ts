import { checkAddress } from "../../keys/address.ts";
import { crc16, crc32 } from "../../keys/crc.ts";
import { RECORD_OCTETS, ROAMING_RECORD_OCTETS } from "../../keys/record.ts";

/*
 * The NVM record of an RSN station (docs/RSN.md, section 5), as the provisioner sees it: the second implementation of that
 * table, beside the station's own. Octets in, octets out.
 *
 *      0  head      "RSN1"(4) | version | AKM | SPA(6) | SSID length | identity length | CRC-16 of 0..13 (2, LE)
 *     16  SSID(32)      48, 56  counter cells: BE32 value | BE32 complement      64  key(32)      96  identity(32)
 *    128  PMKSA     AA(6) | AKM | 0 | PMK(32) | PMKID(16) | 0(4) | CRC-32 of the 60 before (4, LE)
 *    192
 */
export const RSN_RECORD_OCTETS = 192;
/** A device that is an AMP station, too, has that record behind it (PROTOCOL.md section 7, 268 octets): section 9. */
export const AMP_RECORD_OFFSET = 256;
export const BOTH_RECORDS_OCTETS = AMP_RECORD_OFFSET + RECORD_OCTETS;

/** AKM suite types of 00-0F-AC that the station knows. */
export const RSN_AKMS = [1, 2, 5, 6] as const;
export type RsnAkm = (typeof RSN_AKMS)[number];

const HEAD = { magic: 0, version: 4, akm: 5, spa: 6, ssidLength: 12, identityLength: 13, crc: 14 } as const;
const SSID = 16;
const CELLS = [48, 56] as const;
const KEY = 64;
const IDENTITY = 96;
const PMKSA = { at: 128, akm: 6, pmk: 8, pmkid: 40, crc: 60, octets: 64 } as const;

const MAGIC = new TextEncoder().encode("RSN1");
const VERSION = 1;
const FIELD_OCTETS = 32;

/** At 2^32 - 2 the counter stays: the value above it would have the complement 0, which is never valid. */
const COUNTER_MAX = 2 ** 32 - 2;

/** Does the PMK of this AKM come from EAP? */
export function isEapAkm(akm: RsnAkm): boolean {
  return akm === 1 || akm === 5;
}

export interface RsnProvisioning {
  readonly akm: RsnAkm;
  /** The station's permanent address, 6 octets, individual. */
  readonly spa: Uint8Array;
  /** 1 to 32 octets. */
  readonly ssid: Uint8Array;
  /** AKM 2 and 6: the PMK, 32 octets; AKM 1 and 5: the key of EAP-PSK, 16. The caller's to wipe. */
  readonly key: Uint8Array;
  /** AKM 1 and 5: ID_P, 1 to 32 octets; AKM 2 and 6: left out. */
  readonly identity?: Uint8Array;
  /** Boot counter to start from, 0 (when left out) to 2^32 - 2. */
  readonly counter?: number;
}

/** What a PMKSA in the record is for; its PMK stays in it. */
export interface RsnPmksa {
  readonly aa: Uint8Array;
  readonly akm: number;
  readonly pmkid: Uint8Array;
}

/** What a record says, without the key material it holds. */
export interface RsnRecordReport {
  readonly akm: number;
  readonly spa: Uint8Array;
  readonly ssid: Uint8Array;
  readonly identity: Uint8Array;
  /** The value the next power cycle counts on from. */
  readonly counter: number;
  /** Undefined: there is no valid one. */
  readonly pmksa: RsnPmksa | undefined;
  /** Why rsn_boot would answer "NVM failed"; undefined: it boots. */
  readonly failure: string | undefined;
}

/**
 * The record of a station that leaves manufacture: cell 0 = counter, no PMKSA.
 * @throws RangeError naming the parameter.
 */
export function encodeRsnRecord({
  akm,
  spa,
  ssid,
  key,
  identity = new Uint8Array(0),
  counter = 0,
}: RsnProvisioning): Uint8Array<ArrayBuffer> {
  if (!RSN_AKMS.includes(akm)) throw new RangeError(`akm: ${akm}, where one of ${RSN_AKMS.join(", ")} is expected`);
  checkAddress("spa", spa);
  checkLength("ssid", ssid, 1, FIELD_OCTETS);
  const isEap = isEapAkm(akm);
  const keyOctets = isEap ? 16 : 32;
  checkLength("key", key, keyOctets, keyOctets);
  checkLength("identity", identity, isEap ? 1 : 0, isEap ? FIELD_OCTETS : 0);
  if (!Number.isInteger(counter) || counter < 0 || counter > COUNTER_MAX) {
    throw new RangeError(`counter: ${counter} is not a whole number from 0 to ${COUNTER_MAX}`);
  }
  const record = new Uint8Array(RSN_RECORD_OCTETS);
  const fields = new DataView(record.buffer);
  record.set(MAGIC, HEAD.magic);
  record.set([VERSION, akm], HEAD.version);
  record.set(spa, HEAD.spa);
  record.set([ssid.length, identity.length], HEAD.ssidLength);
  fields.setUint16(HEAD.crc, crc16(record.subarray(0, HEAD.crc)), true);
  record.set(ssid, SSID);
  fields.setUint32(CELLS[0], counter);
  fields.setUint32(CELLS[0] + 4, ~counter);
  record.set(key, KEY);
  record.set(identity, IDENTITY);
  return record;
}

/** The NVM of a device that is both: its RSN record, and its AMP record behind it, a roaming station's or another's. */
export function bothRecords(rsn: Uint8Array, amp: Uint8Array): Uint8Array<ArrayBuffer> {
  checkLength("rsn", rsn, RSN_RECORD_OCTETS, RSN_RECORD_OCTETS);
  const isRoaming = amp.length === ROAMING_RECORD_OCTETS;
  if (!isRoaming) checkLength("amp", amp, RECORD_OCTETS, RECORD_OCTETS);
  const nvm = new Uint8Array(AMP_RECORD_OFFSET + amp.length);
  nvm.set(rsn);
  nvm.set(amp, AMP_RECORD_OFFSET);
  return nvm;
}

/**
 * Reads any 192 octets: it never fails on what they hold, the report says what is wrong with them.
 * @throws RangeError when there are not 192.
 */
export function decodeRsnRecord(record: Uint8Array): RsnRecordReport {
  checkLength("record", record, RSN_RECORD_OCTETS, RSN_RECORD_OCTETS);
  const fields = new DataView(record.buffer, record.byteOffset, record.length);
  const akm = record[HEAD.akm];
  const [ssidLength, identityLength] = record.subarray(HEAD.ssidLength);
  const cells = CELLS.map((at) => {
    const value = fields.getUint32(at);
    return fields.getUint32(at + 4) === ~value >>> 0 && value <= COUNTER_MAX ? value : 0;
  });
  return {
    akm,
    spa: record.slice(HEAD.spa, HEAD.spa + 6),
    ssid: record.slice(SSID, SSID + Math.min(ssidLength, FIELD_OCTETS)),
    identity: record.slice(IDENTITY, IDENTITY + Math.min(identityLength, FIELD_OCTETS)),
    counter: Math.max(...cells),
    pmksa: pmksaOf(record.subarray(PMKSA.at, PMKSA.at + PMKSA.octets)),
    failure: failureOf(record, fields),
  };
}

function pmksaOf(entry: Uint8Array): RsnPmksa | undefined {
  const stored = new DataView(entry.buffer, entry.byteOffset).getUint32(PMKSA.crc, true);
  // A check field that comes out as 0 is stored as 1.
  if (stored !== (crc32(entry.subarray(0, PMKSA.crc)) || 1)) return undefined;
  return { aa: entry.slice(0, 6), akm: entry[PMKSA.akm], pmkid: entry.slice(PMKSA.pmkid, PMKSA.pmkid + 16) };
}

function failureOf(record: Uint8Array, fields: DataView): string | undefined {
  const isMagic = MAGIC.every((octet, i) => record[HEAD.magic + i] === octet);
  if (!isMagic || record[HEAD.version] !== VERSION) return "another magic or version";
  if (fields.getUint16(HEAD.crc, true) !== crc16(record.subarray(0, HEAD.crc))) return "the head's CRC is wrong";
  if (record[HEAD.spa] & 1) return "the SPA is a group's";
  const akm = record[HEAD.akm] as RsnAkm;
  if (!RSN_AKMS.includes(akm)) return `the AKM is ${akm}`;
  const [ssid, identity] = record.subarray(HEAD.ssidLength);
  if (ssid < 1 || ssid > FIELD_OCTETS) return `an SSID of ${ssid} octets`;
  const [least, most] = isEapAkm(akm) ? [1, FIELD_OCTETS] : [0, 0];
  return identity < least || identity > most ? `an identity of ${identity} octets` : undefined;
}

function checkLength(name: string, octets: Uint8Array, least: number, most: number): void {
  if (octets.length >= least && octets.length <= most) return;
  const expected = least === most ? `${least}` : `${least} to ${most}`;
  throw new RangeError(`${name}: ${octets.length} octets, where ${expected} are expected`);
}
