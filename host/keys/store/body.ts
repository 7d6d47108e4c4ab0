/**
 * The bodies of sealed records, version 1: octets at fixed places, one encoding for each record, every length checked.
 *
 *     device  written(8) ‖ entry(8) ‖ generation(1) ‖ root(32) ‖ origin ‖ update
 *     origin  0: not known | 1: psk | 2: eap-psk | 3: senaa | 4 ‖ length(1) ‖ scheme: IEEE 802.21
 *     update  0: none | 1 ‖ generation(1) ‖ Modifier'(16) | 2 ‖ generation(1) ‖ root(32)
 *     AP      written(8) ‖ entry(8) ‖ 0: direct | 1 ‖ Modifier(8)
 *
 * written: when, in ms since 1970 (UTC); entry: the number of the entry in the log that tells of this write.
 */

import { concat } from "../../wire/octets.ts";
import { MODIFIER_OCTETS } from "../../wire/trigger.ts";
import { isOrigin, type Origin, schemeOf } from "../origin.ts";
import { KEY_OCTETS, MODIFIER_PRIME_OCTETS } from "../roots.ts";
import type { ApRecord, DeviceRecord, UpdateRecord } from "../store.ts";
import { be64, RecordReader } from "./reader.ts";

/** When and why a record was written. */
export interface Written {
  /** Since 1970, UTC. */
  readonly written_ms: number;
  /** Number of the entry in the log. */
  readonly entry: number;
}

const ORIGIN_CODES = ["psk", "eap-psk", "senaa"] as const;
const ORIGIN_802_21 = 4;
const UPDATE = { none: 0, modifierPrime: 1, root: 2 } as const;
const AP = { direct: 0, modifier: 1 } as const;
const NOTHING = new Uint8Array(0);

/** The caller wipes it. @throws RangeError for a record that is none. */
export function encodeDevice({ generation, root, origin, update }: DeviceRecord, written: Written): Uint8Array {
  const updating = encodeUpdate(update);
  const body = concat(
    encodeWritten(written),
    octetOf("generation", generation),
    fixed("root", root, KEY_OCTETS),
    encodeOrigin(origin),
    updating,
  );
  updating.fill(0);
  return body;
}

/** @throws RangeError for octets that encodeDevice does not make. */
export function decodeDevice(spa: Uint8Array, body: Uint8Array): { record: DeviceRecord; written: Written } {
  const reader = new RecordReader(body);
  const written = decodeWritten(reader);
  const generation = reader.octet();
  const root = reader.take(KEY_OCTETS);
  const origin = decodeOrigin(reader);
  const update = decodeUpdate(reader);
  reader.end();
  return { record: { spa: spa.slice(), generation, root, update, ...(origin && { origin }) }, written };
}

export function encodeAp({ modifier }: ApRecord, written: Written): Uint8Array {
  const epoch = modifier
    ? [Uint8Array.of(AP.modifier), fixed("modifier", modifier, MODIFIER_OCTETS)]
    : [Uint8Array.of(AP.direct)];
  return concat(encodeWritten(written), ...epoch);
}

/** @throws RangeError for octets that encodeAp does not make. */
export function decodeAp(aa: Uint8Array, body: Uint8Array): { record: ApRecord; written: Written } {
  const reader = new RecordReader(body);
  const written = decodeWritten(reader);
  const kind = reader.octet();
  if (kind !== AP.direct && kind !== AP.modifier) throw new RangeError(`no AP has the kind ${kind}`);
  const modifier = kind === AP.modifier ? reader.take(MODIFIER_OCTETS) : undefined;
  reader.end();
  return { record: { aa: aa.slice(), modifier }, written };
}

function encodeWritten({ written_ms, entry }: Written): Uint8Array {
  return concat(be64(written_ms), be64(entry));
}

function decodeWritten(reader: RecordReader): Written {
  return { written_ms: reader.number(), entry: reader.number() };
}

function encodeOrigin(origin: Origin | undefined): Uint8Array {
  if (origin === undefined) return Uint8Array.of(0);
  if (!isOrigin(origin)) throw new RangeError(`origin: ${JSON.stringify(origin)} is none`);
  const scheme = schemeOf(origin);
  if (scheme !== undefined) return concat(Uint8Array.of(ORIGIN_802_21, scheme.length), Buffer.from(scheme, "latin1"));
  return Uint8Array.of(1 + (ORIGIN_CODES as readonly string[]).indexOf(origin));
}

function decodeOrigin(reader: RecordReader): Origin | undefined {
  const code = reader.octet();
  if (code === 0) return undefined;
  if (code !== ORIGIN_802_21) {
    const simple = ORIGIN_CODES[code - 1];
    if (simple === undefined) throw new RangeError(`no origin has the code ${code}`);
    return simple;
  }
  const origin = `802.21 ${Buffer.from(reader.take(reader.octet())).toString("latin1")}`;
  if (!isOrigin(origin)) throw new RangeError("the name of its IEEE 802.21 scheme is none");
  return origin;
}

function encodeUpdate(update: UpdateRecord | undefined): Uint8Array {
  if (update === undefined) return Uint8Array.of(UPDATE.none);
  const { generation, modifierPrime, root } = update;
  const [kind, secret] = modifierPrime
    ? [UPDATE.modifierPrime, fixed("modifierPrime", modifierPrime, MODIFIER_PRIME_OCTETS)]
    : [UPDATE.root, fixed("update root", root ?? NOTHING, KEY_OCTETS)];
  return concat(Uint8Array.of(kind), octetOf("update generation", generation), secret);
}

function decodeUpdate(reader: RecordReader): UpdateRecord | undefined {
  const kind = reader.octet();
  if (kind === UPDATE.none) return undefined;
  const generation = reader.octet();
  if (kind === UPDATE.modifierPrime) return { generation, modifierPrime: reader.take(MODIFIER_PRIME_OCTETS) };
  if (kind === UPDATE.root) return { generation, root: reader.take(KEY_OCTETS) };
  throw new RangeError(`no update has the kind ${kind}`);
}

function octetOf(name: string, value: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value > 0xff) throw new RangeError(`${name}: ${value} is no octet`);
  return Uint8Array.of(value);
}

function fixed(name: string, octets: Uint8Array, length: number): Uint8Array {
  if (octets.length !== length) throw new RangeError(`${name}: ${octets.length} octets, where ${length} are expected`);
  return octets;
}
