/**
 * The embedded backend: one LMDB file in a folder of its own, mode 700.
 *
 *     data.mdb   keys "m" ‖ word, "d" ‖ SPA, "p" ‖ AA, "l" ‖ BE64(number of the entry)
 *     lock.mdb   LMDB's own, for readers          lock.<...>   ours, for the one writer (lock.ts)
 *
 * Durable: with overlappingSync off, lmdb-js's README has a transaction flushed to the disk before it counts as committed, and
 * transactionSync returns only then (mdb_txn_commit: write the pages, fdatasync, write the meta page through O_DSYNC). What
 * is half written when the process or the machine dies is not reachable from either meta page: the last commit is what opens.
 */

import { chmodSync, existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { open, type RootDatabase } from "lmdb";
import { concat } from "../../wire/octets.ts";
import type { Backend, Batch, NumberedEntry, Row, Table } from "./backend.ts";
import { type DurableOptions, DurableStore } from "./durable.ts";
import { asStoreError, StoreError } from "./errors.ts";
import { checkLmdbFile } from "./lmdbfile.ts";
import { type Lock, lock } from "./lock.ts";
import { be64, RecordReader } from "./reader.ts";

const PREFIX: Readonly<Record<Table, number>> = { meta: 0x6d, device: 0x64, AP: 0x70 };
const LOG_PREFIX = 0x6c;
const OWNER_ONLY = 0o600;

export interface LmdbOptions extends DurableOptions {
  /** Opens it beside the process that writes it, and changes nothing. */
  readonly readOnly?: boolean;
}

/** @throws StoreError of one sentence; the folder is then as it was. */
export async function openLmdbStore(folder: string, options: LmdbOptions): Promise<DurableStore> {
  return DurableStore.open(new LmdbBackend(folder, options), options);
}

export class LmdbBackend implements Backend {
  readonly where: string;
  readonly isReadOnly: boolean;
  readonly #database: RootDatabase<Buffer, Buffer>;
  readonly #lock: Lock | undefined;

  /** `what` it is for messages. @throws StoreError of one sentence; the folder is then as it was. */
  constructor(
    folder: string,
    { readOnly = false, create = false }: Pick<LmdbOptions, "readOnly" | "create">,
    what = "the key store",
  ) {
    this.where = `${what} in ${folder}`;
    this.isReadOnly = readOnly;
    const file = join(folder, "data.mdb");
    if (existsSync(folder) && !statSync(folder).isDirectory()) {
      throw new StoreError("not a store", `${this.where} is none: a folder is expected`);
    }
    if (!existsSync(file) && (!create || readOnly)) {
      throw new StoreError(
        "missing",
        `there is no key store in ${folder}: name its folder, or add a device to make one`,
      );
    }
    try {
      if (create && !readOnly) mkdirSync(folder, { recursive: true, mode: 0o700 });
      this.#lock = readOnly ? undefined : lock(folder, this.where);
      if (existsSync(file)) checkLmdbFile(file, this.where);
      this.#database = open<Buffer, Buffer>({
        path: folder,
        noSubdir: false,
        readOnly,
        overlappingSync: false,
        encoding: "binary",
        keyEncoding: "binary",
      });
      if (!readOnly) chmodSync(file, OWNER_ONLY);
    } catch (error) {
      this.#lock?.release();
      throw opening(error, this.where);
    }
  }

  async rows(): Promise<readonly Row[]> {
    const rows: Row[] = [];
    try {
      for (const [table, prefix] of Object.entries(PREFIX) as [Table, number][]) {
        for (const { key, value } of this.#database.getRange(rangeOf(prefix))) {
          rows.push({ table, name: new Uint8Array(key.subarray(1)), value: new Uint8Array(value) });
        }
      }
    } catch (error) {
      throw opening(error, this.where);
    }
    return rows;
  }

  async *entries(): AsyncIterable<NumberedEntry> {
    for (const { key, value } of this.#database.getRange(rangeOf(LOG_PREFIX))) {
      yield { number: new RecordReader(new Uint8Array(key.subarray(1))).number(), octets: new Uint8Array(value) };
    }
  }

  async write({ rows, entries }: Batch): Promise<void> {
    if (this.isReadOnly) throw new StoreError("read-only", `${this.where} was opened to be read only`);
    const database = this.#database;
    try {
      // The function returns nothing: with a promise, be it that of a put, transactionSync returns before the commit.
      database.transactionSync(() => {
        for (const { table, name, value } of rows) {
          const key = keyOf(PREFIX[table], name);
          if (value) database.put(key, Buffer.from(value));
          else database.remove(key);
        }
        for (const { number, octets } of entries) database.put(keyOf(LOG_PREFIX, be64(number)), Buffer.from(octets));
      });
    } catch (error) {
      throw asStoreError(error, this.where);
    }
  }

  async close(): Promise<void> {
    await this.#database.close();
    this.#lock?.release();
  }
}

/** A failed open or first read: LMDB's own words for a damaged file are no help to an operator. */
function opening(error: unknown, where: string): StoreError {
  const known = asStoreError(error, where);
  if (known.fault !== "lost") return known;
  return new StoreError("damaged", `${where} cannot be read: ${(error as Error).message}; restore it from a copy`, {
    cause: error,
  });
}

function rangeOf(prefix: number): { readonly start: Buffer; readonly end: Buffer } {
  return { start: Buffer.from([prefix]), end: Buffer.from([prefix + 1]) };
}

function keyOf(prefix: number, name: Uint8Array): Buffer {
  return Buffer.from(concat(Uint8Array.of(prefix), name));
}
