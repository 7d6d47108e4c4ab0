/**
 * The log of a key store: what was done, when and to whom, only ever added to. Each entry is written in the transaction of
 * the change that it tells of, holds no secret, and names the entry before by its SHA-256:
 *
 *     entry = version(1) ‖ event(1) ‖ number(8) ‖ time(8) ‖ address(6) ‖ generation(1) ‖ count(4, BE) ‖ SHA-256 of the entry before(32)
 *
 * The number and the hash of the last one stand sealed in the store (durable.ts): whoever has no KEK can neither cut the log
 * nor write another.
 */

import { createHash } from "node:crypto";
import { concat, equalOctets } from "../../wire/octets.ts";
import { ADDRESS_OCTETS } from "../../wire/trigger.ts";
import type { DeviceRecord } from "../store.ts";
import { be64, RecordReader } from "./reader.ts";

/** Their codes are their places here, from 1. */
export const EVENTS = [
  "store created",
  "device enrolled",
  "update begun",
  "update proven",
  "root replaced",
  "device rewritten",
  "AP served",
  "AP renewed",
  "AP dismissed",
  "exported",
  "exported with secrets",
  "KEK rotated",
] as const;
export type LogEvent = (typeof EVENTS)[number];

export interface LogEntry {
  readonly event: LogEvent;
  /** From 1, without gaps. */
  readonly number: number;
  /** Since 1970, UTC. */
  readonly time_ms: number;
  /** Of the device or AP; undefined: of the whole store. */
  readonly address: Uint8Array | undefined;
  /** Of the root that it is about; 0 where it is about none. */
  readonly generation: number;
  /** Of devices that it is about. */
  readonly count: number;
}

const ENTRY_VERSION = 1;
const HASH_OCTETS = 32;
const NOBODY = new Uint8Array(ADDRESS_OCTETS);

/** The last entry: its number, and its hash, which the next one names. */
export interface LogHead {
  readonly number: number;
  readonly hash: Uint8Array;
}

/** Before the first entry. */
export const EMPTY_LOG: LogHead = { number: 0, hash: new Uint8Array(HASH_OCTETS) };

export function encodeEntry(entry: LogEntry, before: Uint8Array): Uint8Array {
  const { event, number, time_ms, address, generation, count } = entry;
  const counted = new Uint8Array(4);
  new DataView(counted.buffer).setUint32(0, count);
  const code = 1 + EVENTS.indexOf(event);
  return concat(
    Uint8Array.of(ENTRY_VERSION, code),
    be64(number),
    be64(time_ms),
    address ?? NOBODY,
    Uint8Array.of(generation),
    counted,
    before,
  );
}

/** @throws RangeError for octets that encodeEntry does not make. */
export function decodeEntry(octets: Uint8Array): { entry: LogEntry; before: Uint8Array } {
  const reader = new RecordReader(octets);
  const version = reader.octet();
  if (version !== ENTRY_VERSION) throw new RangeError(`version ${version}, where ${ENTRY_VERSION} is expected`);
  const code = reader.octet();
  const event = EVENTS[code - 1];
  if (event === undefined) throw new RangeError(`no event has the code ${code}`);
  const [number, time_ms] = [reader.number(), reader.number()];
  const named = reader.take(ADDRESS_OCTETS);
  const address = equalOctets(named, NOBODY) ? undefined : named;
  const generation = reader.octet();
  const count = new DataView(reader.take(4).buffer).getUint32(0);
  const before = reader.take(HASH_OCTETS);
  reader.end();
  return { entry: { event, number, time_ms, address, generation, count }, before };
}

export function hashOf(entry: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(entry).digest());
}

/** What the log has to know of a device's record before. */
export interface DeviceState {
  readonly generation: number;
  /** Of the update on its way. */
  readonly updatingTo: number | undefined;
}

export function stateOf({ generation, update }: DeviceRecord): DeviceState {
  return { generation, updatingTo: update?.generation };
}

/** What a device's record in place of the one before stands for. */
export function eventOf(before: DeviceState | undefined, record: DeviceRecord): LogEvent {
  const { generation, update } = record;
  if (before === undefined) return "device enrolled";
  if (update !== undefined) return update.generation === generation ? "root replaced" : "update begun";
  return before.updatingTo === generation ? "update proven" : "device rewritten";
}
