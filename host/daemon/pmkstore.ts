/**
 * An AP's PMKs on its own disk (PROTOCOL.md section 6, step 2): each is committed there before the key service hears of it,
 * so an AP that starts again serves its devices without the service. What waits while one transaction is written goes
 * together in the next.
 */

import { addressKey } from "../keys/address.ts";
import { type ApPort, type Grant, isSameModifier } from "../keys/link.ts";
import type { Backend, Row } from "../keys/store/backend.ts";
import { asStoreError, type StoreError } from "../keys/store/errors.ts";
import type { Kek } from "../keys/store/kek.ts";
import { LmdbBackend } from "../keys/store/lmdb.ts";
import {
  checkFormat,
  type EpochRow,
  epochOf,
  epochRow,
  formatRow,
  grantOf,
  grantRow,
  noRow,
  placeOf,
  type Side,
} from "./pmkrows.ts";

export interface PmkStoreOptions {
  /** What it holds is put there, too. */
  readonly table: ApPort;
  readonly folder: string;
  readonly kek: Kek;
  /** Told once: nothing is committed any more. */
  readonly onFailure: (error: StoreError) => void;
}

interface Waiting {
  readonly rows: readonly Row[];
  readonly done: () => void;
}

export class PmkStore implements ApPort {
  readonly aa: Uint8Array;
  readonly #table: ApPort;
  readonly #backend: Backend;
  readonly #kek: Kek;
  readonly #onFailure: (error: StoreError) => void;
  /** By side and address: what has a row, or will. */
  readonly #sides: readonly [Map<number, Uint8Array>, Map<number, Uint8Array>] = [new Map(), new Map()];
  #epoch: EpochRow | undefined;
  /** That which is being given. */
  #given: EpochRow = { side: 0, modifier: undefined };
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #hasFailed = false;

  private constructor({ table, kek, onFailure }: PmkStoreOptions, backend: Backend) {
    this.aa = table.aa;
    this.#table = table;
    this.#backend = backend;
    this.#kek = kek;
    this.#onFailure = onFailure;
  }

  /** What it holds is in the table when it resolves. @throws StoreError of one sentence. */
  static async open(options: PmkStoreOptions): Promise<PmkStore> {
    const { folder, kek, table } = options;
    const backend = new LmdbBackend(folder, { create: true }, "the store of PMKs");
    try {
      const store = new PmkStore(options, backend);
      const rows = await backend.rows();
      if (rows.length > 0) store.#load(rows);
      else await backend.write({ rows: [formatRow(kek, table.aa)], entries: [] });
      return store;
    } catch (error) {
      await backend.close();
      throw error;
    }
  }

  assign(modifier: Uint8Array | undefined, done: () => void): void {
    const epoch = this.#epoch;
    const isSame = epoch !== undefined && isSameModifier(epoch.modifier, modifier);
    this.#given = isSame ? epoch : { side: otherThan(epoch?.side), modifier: modifier?.slice() };
    const leftovers = isSame ? [] : this.#clear(this.#given.side);
    this.#commit(leftovers, () => this.#table.assign(modifier, done));
  }

  hold(grant: Grant, done: () => void): void {
    const { side } = this.#given;
    this.#sides[side].set(addressKey(grant.spa), grant.spa);
    this.#commit([grantRow(this.#kek, side, grant)], () => this.#table.hold(grant, done));
  }

  begin(done: () => void): void {
    const before = this.#epoch;
    const now = this.#given;
    this.#epoch = now;
    const rows = before === now ? [] : [epochRow(this.#kek, now), ...(before ? this.#clear(before.side) : [])];
    this.#commit(rows, () => this.#table.begin(done));
  }

  /** Writes what waits, and lets the store go. */
  async close(): Promise<void> {
    while (this.#writing) await this.#writing;
    this.#hasFailed = true;
    await this.#backend.close();
  }

  #load(rows: readonly Row[]): void {
    const { where } = this.#backend;
    checkFormat(where, this.#kek, this.aa, rows);
    this.#epoch = epochOf(where, this.#kek, rows);
    const table = this.#table;
    if (this.#epoch) table.assign(this.#epoch.modifier, nothing);
    for (const row of rows) {
      if (row.table !== "device") continue;
      const { side, spa } = placeOf(row);
      this.#sides[side].set(addressKey(spa), spa);
      if (side === this.#epoch?.side) table.hold(grantOf(where, this.#kek, row), nothing);
    }
    if (this.#epoch) table.begin(nothing);
  }

  /** Rows that take away all that is on that side. */
  #clear(side: Side): Row[] {
    const rows = [...this.#sides[side].values()].map((spa) => noRow(side, spa));
    this.#sides[side].clear();
    return rows;
  }

  #commit(rows: readonly Row[], done: () => void): void {
    if (this.#hasFailed) return;
    this.#waiting.push({ rows, done });
    this.#writing ??= this.#write();
  }

  async #write(): Promise<void> {
    // What comes in this turn goes together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0 && !this.#hasFailed) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        await this.#backend.write({ rows: batch.flatMap(({ rows }) => rows), entries: [] });
      } catch (error) {
        this.#hasFailed = true;
        this.#onFailure(asStoreError(error, this.#backend.where));
        break;
      }
      for (const { done } of batch) done();
    }
    this.#writing = undefined;
  }
}

function otherThan(side: Side | undefined): Side {
  return side === 0 ? 1 : 0;
}

const nothing = (): void => {};
