/** The NVM record of docs/RSN.md section 5: its table, what is valid in it, and the steps of every write. */

import {
  ascii,
  bigEndian,
  concat,
  equal,
  fromBigEndian,
  fromLittleEndian,
  isZero,
  littleEndian,
} from "../../twin/bytes.ts";
import { crc16, crc32 } from "../../twin/crc.ts";
import type { TwinHost } from "../../twin/host.ts";

export const RSN_RECORD_octets = 192;
const HEAD = { offset: 0, length: 16 };
const SSID = { offset: 16, length: 32 };
const CELLS = [
  { offset: 48, length: 8 },
  { offset: 56, length: 8 },
] as const;
const KEY = { offset: 64, length: 32 };
const IDENTITY = { offset: 96, length: 32 };
export const PMKSA = { offset: 128, length: 64 } as const;
const CRC_octets = 4;
const COUNTER_MAX = 2 ** 32 - 2;
const AKMS: readonly number[] = [1, 2, 5, 6];

/** What a station is, as its provisioner knows it. */
export interface RsnRecord {
  readonly akm: 1 | 2 | 5 | 6;
  readonly spa: Uint8Array;
  readonly ssid: Uint8Array;
  /** AKM 2 and 6: the PMK, 32 octets; AKM 1 and 5: the EAP-PSK key, 16. */
  readonly key: Uint8Array;
  /** ID_P; empty for AKM 2 and 6. */
  readonly identity: Uint8Array;
}

export interface PmksaEntry {
  readonly aa: Uint8Array;
  readonly akm: number;
  readonly pmk: Uint8Array;
  readonly pmkid: Uint8Array;
}

const filled = (octets: Uint8Array, length: number): Uint8Array =>
  concat(octets, new Uint8Array(length - octets.length));

/** Cell 0 is 0 and valid, cell 1 is not; no PMKSA. */
export function encodeRecord({ akm, spa, ssid, key, identity }: RsnRecord): Uint8Array {
  const head = concat(ascii("RSN1"), 1, akm, spa, ssid.length, identity.length);
  const cells = concat(cellOctets(0), new Uint8Array(8));
  const rest = concat(filled(key, 32), filled(identity, 32), new Uint8Array(PMKSA.length));
  return concat(head, littleEndian(crc16(head), 2), filled(ssid, 32), cells, rest);
}

function cellOctets(value: number): Uint8Array {
  const octets = bigEndian(value, 4);
  return concat(
    octets,
    octets.map((octet) => octet ^ 0xff),
  );
}

/** null: a read failed, or it is no record. */
export function readRecord(host: TwinHost): RsnRecord | null {
  const [head, ssid, key, identity] = [HEAD, SSID, KEY, IDENTITY].map((at) => host.nvmRead(at.offset, at.length));
  if (head === null || ssid === null || key === null || identity === null) return null;
  const [version, akm] = head.slice(4, 6);
  const [ssidLength, identityLength] = head.slice(12, 14);
  const isWhole = fromLittleEndian(head.slice(14)) === crc16(head.slice(0, 14));
  const isKnown = equal(head.slice(0, 4), ascii("RSN1")) && version === 1 && AKMS.includes(akm);
  if (!isWhole || !isKnown || ssidLength < 1 || ssidLength > 32 || identityLength > 32) return null;
  const isPsk = akm === 2 || akm === 6;
  return {
    akm: akm as RsnRecord["akm"],
    spa: head.slice(6, 12),
    ssid: ssid.slice(0, ssidLength),
    key: isPsk ? key : key.slice(0, 16),
    identity: identity.slice(0, identityLength),
  };
}

/** The raised boot counter, and the attempt to store it; null: the cells cannot be read. */
export function raiseBootCounter(host: TwinHost): number | null {
  const cells = CELLS.map(({ offset, length }) => host.nvmRead(offset, length));
  const values = cells.map((cell) => {
    if (cell === null) return null;
    const value = fromBigEndian(cell.slice(0, 4));
    return !isZero(cell.slice(4)) && equal(cell, cellOctets(value)) ? value : -1;
  });
  const [first, second] = values;
  if (first === null || second === null) return null;
  const current = Math.max(first, second);
  if (current === COUNTER_MAX) return COUNTER_MAX;
  const raised = Math.max(current, 0) + 1;
  writeChecked(host, CELLS[current < 0 || first !== current ? 0 : 1], cellOctets(raised));
  return raised;
}

/** The entry if it is complete; null if there is none, or it cannot be read. */
export function readPmksa(host: TwinHost): PmksaEntry | null {
  const octets = host.nvmRead(PMKSA.offset, PMKSA.length);
  if (octets === null || !equal(octets.slice(-CRC_octets), storedCrc(octets.slice(0, -CRC_octets)))) return null;
  return { aa: octets.slice(0, 6), akm: octets[6], pmk: octets.slice(8, 40), pmkid: octets.slice(40, 56) };
}

/** Nothing is written when it stands there already. */
export function writePmksa(host: TwinHost, { aa, akm, pmk, pmkid }: PmksaEntry): void {
  const body = concat(aa, akm, 0, pmk, pmkid, new Uint8Array(4));
  const octets = concat(body, storedCrc(body));
  const before = host.nvmRead(PMKSA.offset, PMKSA.length);
  if (before === null || !equal(before, octets)) writeChecked(host, PMKSA, octets);
}

/** A CRC that comes out as 0 is stored as 1: 0 always means "not complete". */
function storedCrc(body: Uint8Array): Uint8Array {
  return littleEndian(crc32(body) || 1, CRC_octets);
}

/** Check field := 0 unless it is, all octets before it, the check field. */
function writeChecked(host: TwinHost, at: { offset: number; length: number }, octets: Uint8Array): void {
  const check = at.offset + at.length - CRC_octets;
  const before = host.nvmRead(check, CRC_octets);
  if ((before === null || !isZero(before)) && !host.nvmWrite(check, new Uint8Array(CRC_octets))) return;
  if (host.nvmWrite(at.offset, octets.slice(0, -CRC_octets))) host.nvmWrite(check, octets.slice(-CRC_octets));
}
