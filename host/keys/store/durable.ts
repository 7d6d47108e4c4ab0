/**
 * The key service's store that survives: every commit is one transaction of a backend, with its entry in the log, and what is
 * secret is sealed before the backend sees it.
 *
 *     meta    "format": magic(8) ‖ version(1) ‖ KEK id(8)    "master": sealed master key    "head": sealed number(8) ‖ hash(32)
 *     device  SPA: sealed record        AP  AA: sealed record        log  number: entry
 *
 * Commits that wait while one is written go together in the next, in order; their `done` follow in that order. When one
 * fails nothing more is written, nobody's `done` is called any more, and `onFailure` is told once: what was committed is there
 * for the store that is opened next.
 */

import { randomBytes } from "node:crypto";
import { addressKey } from "../address.ts";
import { KEY_OCTETS } from "../roots.ts";
import type { Change, KeyStore } from "../store.ts";
import type { Backend, NumberedEntry, Row } from "./backend.ts";
import type { Written } from "./body.ts";
import { asStoreError, StoreError } from "./errors.ts";
import type { Kek } from "./kek.ts";
import {
  type DeviceState,
  EMPTY_LOG,
  encodeEntry,
  eventOf,
  hashOf,
  type LogEntry,
  type LogHead,
  stateOf,
} from "./log.ts";
import {
  apRow,
  deviceRow,
  formatRow,
  headRow,
  masterRow,
  openAp,
  openDevice,
  readMeta,
  type StoredAp,
  type StoredDevice,
  wipe,
} from "./sealed.ts";

export interface DurableOptions {
  readonly kek: Kek;
  /** Makes a store where there is none. */
  readonly create?: boolean;
  /** Since 1970, UTC. */
  readonly now_ms?: () => number;
  /** Told once, of the commit that failed. Without it the failure is an unhandled rejection, which ends the process. */
  readonly onFailure?: (error: StoreError) => void;
}

/** One commit that waits. */
interface Waiting {
  readonly rows: readonly Row[];
  readonly entries: readonly NumberedEntry[];
  readonly head: LogHead;
  readonly done: () => void;
}

type Noted = Pick<LogEntry, "event"> & Partial<Pick<LogEntry, "address" | "generation" | "count">>;

export class DurableStore implements KeyStore {
  /** The service master key, 32 octets. */
  readonly master: Uint8Array;
  readonly #backend: Backend;
  readonly #now_ms: () => number;
  readonly #onFailure: (error: StoreError) => void;
  /** By address: what is committed, as it is sealed. */
  readonly #devices = new Map<number, Row>();
  readonly #aps = new Map<number, Row>();
  /** By address: what will be committed once all that waits is. */
  readonly #states = new Map<number, DeviceState>();
  readonly #known = new Set<number>();
  #kek: Kek;
  #head: LogHead;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #failure: StoreError | undefined;
  #isClosed = false;

  private constructor(backend: Backend, options: DurableOptions, rows: readonly Row[]) {
    const { kek, now_ms = Date.now, onFailure = (error) => void Promise.reject(error) } = options;
    const { master, head } = readMeta(backend.where, kek, rows);
    this.#backend = backend;
    this.#kek = kek;
    this.#now_ms = now_ms;
    this.#onFailure = onFailure;
    this.master = master;
    this.#head = head;
    for (const row of rows) this.#keep(row);
    for (const { record } of this.devices()) {
      this.#states.set(addressKey(record.spa), stateOf(record));
      wipe(record);
    }
    for (const key of this.#aps.keys()) this.#known.add(key);
  }

  /** @throws StoreError of one sentence; then the backend is closed. */
  static async open(backend: Backend, options: DurableOptions): Promise<DurableStore> {
    try {
      let rows = await backend.rows();
      if (rows.length === 0) {
        if (!options.create)
          throw new StoreError("missing", `${backend.where} is empty: a device that is added makes it`);
        rows = await create(backend, options);
      }
      return new DurableStore(backend, options, rows);
    } catch (error) {
      await backend.close();
      throw error;
    }
  }

  get where(): string {
    return this.#backend.where;
  }

  get kek(): Kek {
    return this.#kek;
  }

  /** The last entry of the log that is committed or waits to be. */
  get head(): LogHead {
    return this.#head;
  }

  load(): ReturnType<KeyStore["load"]> {
    return { devices: this.devices().map(({ record }) => record), aps: this.aps().map(({ record }) => record) };
  }

  /** With secrets, as copies, the caller's to wipe. */
  devices(): StoredDevice[] {
    return [...this.#devices.values()].map((row) => openDevice(this.where, this.#kek, row));
  }

  aps(): StoredAp[] {
    return [...this.#aps.values()].map((row) => openAp(this.where, this.#kek, row));
  }

  /** Up to the sealed head: what another process has written since this one opened the store is left out. */
  async *entries(): AsyncIterable<NumberedEntry> {
    for await (const entry of this.#backend.entries()) {
      if (entry.number > this.#head.number) return;
      yield entry;
    }
  }

  commit(change: Change, done: () => void): void {
    const noted = this.#notedOf(change);
    this.#enqueue([noted], ([written]) => [this.#rowOf(change, written)], done);
  }

  /** All of them or none, in one transaction. @throws StoreError */
  commitAll(changes: readonly Change[]): Promise<void> {
    return this.#promised((done) => {
      const noted = changes.map((change) => this.#notedOf(change));
      this.#enqueue(noted, (written) => changes.map((change, i) => this.#rowOf(change, written[i])), done);
    });
  }

  /** An entry of the log beside every change. @throws StoreError */
  note(noted: Noted): Promise<void> {
    return this.#promised((done) => this.#enqueue([noted], () => [], done));
  }

  /**
   * Seals all of it with another KEK, in one transaction: before it the old KEK opens the store, after it the new one only.
   * @throws StoreError
   */
  async rotate(kek: Kek): Promise<void> {
    await this.settled();
    const resealed = [
      ...this.devices().map(({ record, written }) => {
        const row = deviceRow(kek, record, written);
        wipe(record);
        return row;
      }),
      ...this.aps().map(({ record, written }) => apRow(kek, record, written)),
      formatRow(kek),
      masterRow(kek, this.master),
    ];
    const before = this.#kek;
    const rotated = this.#promised((done) => {
      this.#kek = kek;
      this.#enqueue([{ event: "KEK rotated", count: this.#devices.size }], () => resealed, done);
    });
    await rotated.catch((error) => {
      this.#kek = before;
      throw error;
    });
  }

  /** When nothing waits any more. @throws StoreError if a commit has failed. */
  async settled(): Promise<void> {
    while (this.#writing) await this.#writing;
    if (this.#failure) throw this.#failure;
  }

  /** Writes what waits, lets the backend go and wipes the master key. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    while (this.#writing) await this.#writing;
    this.#isClosed = true;
    this.master.fill(0);
    await this.#backend.close();
  }

  #promised(begin: (done: () => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      begin(resolve);
      this.settled().then(resolve, reject);
    });
  }

  #enqueue(noted: readonly Noted[], rowsOf: (written: readonly Written[]) => readonly Row[], done: () => void): void {
    if (this.#failure || this.#isClosed) return;
    const now_ms = this.#now_ms();
    const entries: NumberedEntry[] = [];
    const written: Written[] = [];
    for (const { event, address, generation = 0, count = 0 } of noted) {
      const number = this.#head.number + 1;
      const octets = encodeEntry({ event, number, time_ms: now_ms, address, generation, count }, this.#head.hash);
      this.#head = { number, hash: hashOf(octets) };
      entries.push({ number, octets });
      written.push({ written_ms: now_ms, entry: number });
    }
    this.#waiting.push({ rows: rowsOf(written), entries, head: this.#head, done });
    this.#writing ??= this.#write();
  }

  /** Until nothing waits. It begins in a later turn, so that what is committed in this one goes together. */
  async #write(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0 && !this.#failure) {
      const batch = this.#waiting;
      this.#waiting = [];
      const rows = batch.flatMap((waiting) => waiting.rows);
      const head = headRow(this.#kek, batch[batch.length - 1].head);
      try {
        await this.#backend.write({ rows: [...rows, head], entries: batch.flatMap(({ entries }) => entries) });
      } catch (error) {
        this.#failure = asStoreError(error, this.where);
        break;
      }
      for (const row of rows) this.#keep(row);
      for (const { done } of batch) done();
    }
    this.#writing = undefined;
    if (this.#failure) this.#onFailure(this.#failure);
  }

  #keep(row: Row): void {
    const kept = row.table === "device" ? this.#devices : row.table === "AP" ? this.#aps : undefined;
    if (row.value) kept?.set(addressKey(row.name), row);
    else kept?.delete(addressKey(row.name));
  }

  #notedOf(change: Change): Noted {
    if (change.kind === "device") {
      const { record } = change;
      const key = addressKey(record.spa);
      const event = eventOf(this.#states.get(key), record);
      this.#states.set(key, stateOf(record));
      const generation = record.update?.generation ?? record.generation;
      return { event, address: record.spa, generation };
    }
    const address = change.kind === "AP" ? change.record.aa : change.aa;
    const key = addressKey(address);
    if (change.kind === "AP dismissed") {
      this.#known.delete(key);
      return { event: "AP dismissed", address };
    }
    const event = this.#known.has(key) ? "AP renewed" : "AP served";
    this.#known.add(key);
    return { event, address };
  }

  #rowOf(change: Change, written: Written): Row {
    if (change.kind === "device") return deviceRow(this.#kek, change.record, written);
    if (change.kind === "AP") return apRow(this.#kek, change.record, written);
    return { table: "AP", name: change.aa.slice(), value: undefined };
  }
}

/** A new store: the master key is drawn, the log begins. */
async function create(backend: Backend, { kek, now_ms = Date.now }: DurableOptions): Promise<readonly Row[]> {
  const master = randomBytes(KEY_OCTETS);
  const created = {
    event: "store created",
    number: 1,
    time_ms: now_ms(),
    address: undefined,
    generation: 0,
    count: 0,
  } as const;
  const octets = encodeEntry(created, EMPTY_LOG.hash);
  const rows: Row[] = [formatRow(kek), masterRow(kek, master), headRow(kek, { number: 1, hash: hashOf(octets) })];
  master.fill(0);
  await backend.write({ rows, entries: [{ number: 1, octets }] });
  return rows;
}
