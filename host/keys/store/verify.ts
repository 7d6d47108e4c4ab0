/**
 * Is the log of a store whole, and does it tell of what the store holds? Every entry is read: numbers without gaps, each hash
 * that of the entry before, the last one as it stands sealed in the store; and each device and AP is there or not, and was
 * written last, as the log has it. An older copy of the whole store passes: only who remembers a later head can tell.
 */

import { equalOctets, toHex } from "../../wire/octets.ts";
import { addressKey, addressText } from "../address.ts";
import type { DurableStore } from "./durable.ts";
import { decodeEntry, EMPTY_LOG, hashOf, type LogEntry } from "./log.ts";
import { wipe } from "./sealed.ts";

export interface Verdict {
  readonly entries: number;
  /** SHA-256 of the last entry, in hex: to be noted elsewhere, and compared after a restore. */
  readonly head: string;
  /** In plain words; none: all is well. */
  readonly faults: readonly string[];
}

/** The entry that each address was written by last; undefined: dismissed. */
type Last = Map<number, { readonly entry: LogEntry; readonly isAp: boolean }>;

export async function verifyLog(store: DurableStore): Promise<Verdict> {
  const faults: string[] = [];
  const last: Last = new Map();
  let { number, hash } = EMPTY_LOG;
  for await (const { number: kept, octets } of store.entries()) {
    number++;
    try {
      const { entry, before } = decodeEntry(octets);
      if (kept !== number || entry.number !== number)
        faults.push(`entry ${number} is missing: entry ${kept} is in its place`);
      if (!equalOctets(before, hash))
        faults.push(`entry ${kept} does not name the one before it: one of them was changed`);
      note(last, entry);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      faults.push(`entry ${kept} cannot be read: ${error.message}`);
    }
    number = kept;
    hash = hashOf(octets);
  }
  const { head } = store;
  if (number !== head.number || !equalOctets(hash, head.hash)) {
    faults.push(`the log ends with entry ${number}, and the store has sealed that its last one is ${head.number}`);
  }
  faults.push(...compared(store, last));
  return { entries: number, head: toHex(hash), faults };
}

function note(last: Last, entry: LogEntry): void {
  const { address, event } = entry;
  if (!address) return;
  if (event === "AP dismissed") last.delete(addressKey(address));
  else last.set(addressKey(address), { entry, isAp: event === "AP served" || event === "AP renewed" });
}

function compared(store: DurableStore, last: Last): string[] {
  const faults: string[] = [];
  const held = [
    ...store.devices().map(({ record, written }) => ({ what: "device", address: record.spa, written, secret: record })),
    ...store.aps().map(({ record, written }) => ({ what: "AP", address: record.aa, written, secret: undefined })),
  ];
  for (const { what, address, written, secret } of held) {
    if (secret) wipe(secret);
    const told = last.get(addressKey(address));
    last.delete(addressKey(address));
    if (told?.entry.number === written.entry) continue;
    const instead = told
      ? `and the log's last word of it is entry ${told.entry.number}`
      : "and the log knows nothing of it";
    faults.push(`the ${what} ${addressText(address)} was written with entry ${written.entry}, ${instead}`);
  }
  for (const { entry, isAp } of last.values()) {
    if (!entry.address) continue;
    faults.push(
      `the ${isAp ? "AP" : "device"} ${addressText(entry.address)} of entry ${entry.number} is not in the store`,
    );
  }
  return faults;
}
