/**
 * What an AP keeps of its PMKs, as rows of a backend, sealed with the AP's own key-encryption key:
 *
 *     meta    "pmks": "AMP-PMKS" ‖ version(1) ‖ KEK id(8) ‖ AA(6), in clear      "epoch": side(1) ‖ Modifier(8, or none), sealed
 *     device  side(1) ‖ SPA(6): up to 2 times (generation(1) ‖ PMK(32)), sealed
 *
 * There are two sides: the epoch in use is on one, the next is made on the other, and begins when "epoch" names that one.
 */

import { addressText } from "../keys/address.ts";
import type { Grant } from "../keys/link.ts";
import { emitPmks, readPmks } from "../keys/pmkoctets.ts";
import type { Row } from "../keys/store/backend.ts";
import { StoreError } from "../keys/store/errors.ts";
import type { Kek } from "../keys/store/kek.ts";
import { RecordReader } from "../keys/store/reader.ts";
import { FORMAT_VERSION, open, seal } from "../keys/store/seal.ts";
import { concat, equalOctets } from "../wire/octets.ts";
import { MODIFIER_OCTETS } from "../wire/trigger.ts";

export type Side = 0 | 1;

/** The epoch in use. */
export interface EpochRow {
  readonly side: Side;
  /** undefined: direct mode. */
  readonly modifier: Uint8Array | undefined;
}

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const NAME = { format: ascii("pmks"), epoch: ascii("epoch") } as const;
const MAGIC = ascii("AMP-PMKS");

/** What a store of that AP begins with. */
export function formatRow(kek: Kek, aa: Uint8Array): Row {
  return { table: "meta", name: NAME.format, value: concat(MAGIC, Uint8Array.of(FORMAT_VERSION), kek.id, aa) };
}

export function epochRow(kek: Kek, { side, modifier = new Uint8Array(0) }: EpochRow): Row {
  return {
    table: "meta",
    name: NAME.epoch,
    value: seal(kek, "epoch", NAME.epoch, concat(Uint8Array.of(side), modifier)),
  };
}

export function grantRow(kek: Kek, side: Side, { spa, pmks }: Grant): Row {
  const name = nameOf(side, spa);
  const body = emitPmks(pmks);
  const value = seal(kek, "PMKs", name, body);
  body.fill(0);
  return { table: "device", name, value };
}

/** Nothing is there of that device any more. */
export function noRow(side: Side, spa: Uint8Array): Row {
  return { table: "device", name: nameOf(side, spa), value: undefined };
}

function nameOf(side: Side, spa: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(side), spa);
}

/** @throws StoreError: something else, a newer one, another AP's, one of another KEK. */
export function checkFormat(where: string, kek: Kek, aa: Uint8Array, rows: readonly Row[]): void {
  const format = metaOf(rows, NAME.format);
  const whose = MAGIC.length + 1 + kek.id.length;
  if (!format || !equalOctets(format.subarray(0, MAGIC.length), MAGIC)) {
    throw new StoreError("not a store", `${where} is none of ampcore`);
  }
  if (format[MAGIC.length] !== FORMAT_VERSION || format.length !== whose + aa.length) {
    throw new StoreError(
      "newer",
      `${where} was written by a newer ampcore: this one reads version ${FORMAT_VERSION}; nothing was changed`,
    );
  }
  if (!equalOctets(format.subarray(MAGIC.length + 1, whose), kek.id)) {
    throw new StoreError("wrong KEK", `${where} is sealed with another key-encryption key than ${kek.name}`);
  }
  if (!equalOctets(format.subarray(whose), aa)) {
    throw new StoreError(
      "not a store",
      `${where} is of the AP ${addressText(format.subarray(whose))}, and not of ${addressText(aa)}`,
    );
  }
}

/** undefined: none has begun yet. @throws StoreError for a damaged one. */
export function epochOf(where: string, kek: Kek, rows: readonly Row[]): EpochRow | undefined {
  const sealed = metaOf(rows, NAME.epoch);
  if (!sealed) return undefined;
  return decoded(`the epoch of ${where}`, open(kek, "epoch", NAME.epoch, sealed, `the epoch of ${where}`), (reader) => {
    const side = reader.octet() === 0 ? 0 : 1;
    return { side, modifier: reader.left > 0 ? reader.take(MODIFIER_OCTETS) : undefined };
  });
}

/** Which side a device's row is of, and whose it is. */
export function placeOf({ name }: Row): { readonly side: Side; readonly spa: Uint8Array } {
  return { side: name[0] === 0 ? 0 : 1, spa: name.slice(1) };
}

/** @throws StoreError for a damaged one. */
export function grantOf(where: string, kek: Kek, { name, value }: Row): Grant {
  const spa = name.slice(1);
  const what = `the PMKs of ${addressText(spa)} in ${where}`;
  const body = open(kek, "PMKs", name, value ?? new Uint8Array(0), what);
  return decoded(what, body, (reader) => ({ spa, pmks: readPmks(reader) }));
}

function decoded<T>(what: string, body: Uint8Array, read: (reader: RecordReader) => T): T {
  try {
    const reader = new RecordReader(body);
    const value = read(reader);
    reader.end();
    return value;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new StoreError("damaged", `${what} cannot be read: ${error.message}`);
  } finally {
    body.fill(0);
  }
}

function metaOf(rows: readonly Row[], wanted: Uint8Array): Uint8Array | undefined {
  return rows.find(({ table, name }) => table === "meta" && equalOctets(name, wanted))?.value;
}
