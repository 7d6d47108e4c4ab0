/** The rows of a durable store and what is in them (durable.ts has the table): how each is made and opened. */

import { concat, equalOctets, toHex } from "../../wire/octets.ts";
import { addressText } from "../address.ts";
import { KEY_OCTETS } from "../roots.ts";
import type { ApRecord, DeviceRecord } from "../store.ts";
import type { Row } from "./backend.ts";
import { decodeAp, decodeDevice, encodeAp, encodeDevice, type Written } from "./body.ts";
import { StoreError } from "./errors.ts";
import { KEK_ID_OCTETS, type Kek } from "./kek.ts";
import type { LogHead } from "./log.ts";
import { be64, RecordReader } from "./reader.ts";
import { FORMAT_VERSION, open, seal } from "./seal.ts";

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Names of the rows of "meta". */
const META = { format: ascii("format"), master: ascii("master"), head: ascii("head") } as const;

const MAGIC = ascii("AMP-KEYS");
const HASH_OCTETS = 32;
const ADDRESS_OCTETS = 6;

export interface StoredDevice {
  readonly record: DeviceRecord;
  readonly written: Written;
}

export interface StoredAp {
  readonly record: ApRecord;
  readonly written: Written;
}

export interface Meta {
  readonly master: Uint8Array;
  readonly head: LogHead;
}

export function formatRow(kek: Kek): Row {
  return { table: "meta", name: META.format, value: concat(MAGIC, Uint8Array.of(FORMAT_VERSION), kek.id) };
}

export function headRow(kek: Kek, { number, hash }: LogHead): Row {
  return { table: "meta", name: META.head, value: seal(kek, "head", META.head, concat(be64(number), hash)) };
}

export function masterRow(kek: Kek, master: Uint8Array): Row {
  return { table: "meta", name: META.master, value: seal(kek, "master", META.master, master) };
}

export function deviceRow(kek: Kek, record: DeviceRecord, written: Written): Row {
  const body = encodeDevice(record, written);
  const name = record.spa.slice();
  const value = seal(kek, "device", name, body);
  body.fill(0);
  return { table: "device", name, value };
}

export function apRow(kek: Kek, record: ApRecord, written: Written): Row {
  const name = record.aa.slice();
  return { table: "AP", name, value: seal(kek, "AP", name, encodeAp(record, written)) };
}

/** @throws StoreError: no store, a newer one, one of another KEK, a damaged one. */
export function readMeta(where: string, kek: Kek, rows: readonly Row[]): Meta {
  const rowNamed = (name: Uint8Array): Uint8Array | undefined =>
    rows.find((row) => row.table === "meta" && equalOctets(row.name, name))?.value;
  const format = rowNamed(META.format);
  if (!format || !equalOctets(format.subarray(0, MAGIC.length), MAGIC)) {
    throw new StoreError("not a store", `${where} is no key store of ampcore`);
  }
  const version = format[MAGIC.length];
  if (version > FORMAT_VERSION) {
    throw new StoreError(
      "newer",
      `${where} was written by a newer ampcore: its version is ${version}, and this one reads ${FORMAT_VERSION} at most; nothing was changed`,
    );
  }
  const kekId = format.subarray(MAGIC.length + 1);
  if (version !== FORMAT_VERSION || kekId.length !== KEK_ID_OCTETS) {
    throw new StoreError("damaged", `${where}: the record "format" is damaged; restore the store from a copy`);
  }
  if (!equalOctets(kekId, kek.id)) {
    throw new StoreError(
      "wrong KEK",
      `${where} is sealed with the KEK ${toHex(kekId)}, and the one given is ${kek.name}`,
    );
  }
  const master = opened(kek, "master", META.master, rowNamed(META.master), `${where}: the master key`);
  const head = opened(kek, "head", META.head, rowNamed(META.head), `${where}: the head of the log`);
  return decoded(`${where}: the master key or the head of the log`, () => {
    const reader = new RecordReader(head);
    const number = reader.number();
    const hash = reader.take(HASH_OCTETS);
    reader.end();
    if (master.length !== KEY_OCTETS) throw new RangeError(`${master.length} octets, where ${KEY_OCTETS} are expected`);
    return { master, head: { number, hash } };
  });
}

/** Its secrets. */
export function wipe({ root, update }: DeviceRecord): void {
  root.fill(0);
  update?.root?.fill(0);
}

/** @throws StoreError that names the device, if its record is damaged. */
export function openDevice(where: string, kek: Kek, { name, value }: Row): StoredDevice {
  const what = `${where}: the record of the device ${nameText(name)}`;
  const body = opened(kek, "device", name, value, what);
  try {
    return decoded(what, () => decodeDevice(name, body));
  } finally {
    body.fill(0);
  }
}

/** @throws StoreError that names the AP, if its record is damaged. */
export function openAp(where: string, kek: Kek, { name, value }: Row): StoredAp {
  const what = `${where}: the record of the AP ${nameText(name)}`;
  return decoded(what, () => decodeAp(name, opened(kek, "AP", name, value, what)));
}

function opened(
  kek: Kek,
  kind: Parameters<typeof open>[1],
  name: Uint8Array,
  value: Uint8Array | undefined,
  what: string,
): Uint8Array {
  if (!value) throw new StoreError("damaged", `${what} is missing; restore the store from a copy`);
  return open(kek, kind, name, value, what);
}

function decoded<T>(what: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new StoreError("damaged", `${what} is damaged: ${error.message}; restore it from a copy of the store`);
  }
}

function nameText(name: Uint8Array): string {
  return name.length === ADDRESS_OCTETS ? addressText(name) : toHex(name);
}
