/**
 * The shared backend: PostgreSQL, for a key service whose APs are other processes or machines.
 *
 * One writer: a session-level advisory lock, taken on the very connection that every write goes over. If that connection
 * breaks the lock is gone, and so is the way to write: a service that lost it cannot write beside the next. Durable:
 * synchronous_commit is on for every transaction, whatever the server's default, and a server with fsync off is refused.
 */

import pg from "pg";
import type { Backend, Batch, NumberedEntry, Row, Table } from "./backend.ts";
import { type DurableOptions, DurableStore } from "./durable.ts";
import { StoreError } from "./errors.ts";
import { migrate, schemaVersion } from "./schema.ts";

/** Of the advisory lock: "AMPK" in ASCII. */
const LOCK_KEY = 0x414d504b;
const ENTRIES_AT_ONCE = 1000;
const TABLE_NAMES: Readonly<Record<Table, string>> = { meta: "meta", device: "device", AP: "ap" };

/** SQLSTATE classes and codes (PostgreSQL 15, appendix A). */
const DISK_FULL = "53100";
const READ_ONLY = "25006";
const NO_RIGHT = "42501";

export interface PostgresOptions extends DurableOptions {
  /** Opens it beside the service that writes it, and changes nothing. */
  readonly readOnly?: boolean;
}

/** @throws StoreError of one sentence, which has the URL's host and database and never its password. */
export async function openPostgresStore(url: string, options: PostgresOptions): Promise<DurableStore> {
  return DurableStore.open(await PostgresBackend.connect(url, options), options);
}

export class PostgresBackend implements Backend {
  readonly where: string;
  readonly isReadOnly: boolean;
  readonly #client: pg.Client;
  #isLost = false;

  private constructor(client: pg.Client, where: string, isReadOnly: boolean) {
    this.#client = client;
    this.where = where;
    this.isReadOnly = isReadOnly;
    client.on("error", () => {
      this.#isLost = true;
    });
  }

  static async connect(
    url: string,
    { readOnly = false, create = false }: Partial<PostgresOptions>,
  ): Promise<PostgresBackend> {
    const client = clientOf(url);
    const where = `the key store in PostgreSQL database ${JSON.stringify(client.database)} at ${client.host}`;
    const backend = new PostgresBackend(client, where, readOnly);
    try {
      await client.connect();
      await backend.#prepare(create && !readOnly);
      return backend;
    } catch (error) {
      await client.end().catch(() => {});
      throw translated(error, where);
    }
  }

  async #prepare(create: boolean): Promise<void> {
    const client = this.#client;
    const { rows } = await client.query<{ fsync: string }>("SELECT current_setting('fsync') AS fsync");
    if (rows[0].fsync !== "on") {
      throw new StoreError(
        "lost",
        `${this.where}: the server runs with fsync off, so nothing is durable: set fsync = on`,
      );
    }
    await client.query("SET synchronous_commit = on");
    if (this.isReadOnly) await client.query("SET default_transaction_read_only = on");
    else await this.#lock();
    if ((await schemaVersion(client)) === undefined && !create) {
      throw new StoreError("missing", `${this.where} has no tables: a device that is added makes them`);
    }
    if (!this.isReadOnly) await migrate(client, this.where);
  }

  async #lock(): Promise<void> {
    const { rows } = await this.#client.query<{ got: boolean }>("SELECT pg_try_advisory_lock($1) AS got", [LOCK_KEY]);
    if (rows[0].got) return;
    const holder = await this.#client.query<{ pid: number }>(
      "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = $1::bigint::oid AND classid = 0 LIMIT 1",
      [LOCK_KEY],
    );
    const pid = holder.rows[0]?.pid;
    const by =
      pid === undefined ? "by another service" : `by another service (its backend on the server is process ${pid})`;
    throw new StoreError("in use", `${this.where} is open already, ${by}: only one may write it at a time`);
  }

  async rows(): Promise<readonly Row[]> {
    const all: Row[] = [];
    // One snapshot of all tables, also beside a service that writes.
    await this.#query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    for (const [table, name] of Object.entries(TABLE_NAMES) as [Table, string][]) {
      const { rows } = await this.#query<{ name: Buffer; value: Buffer }>(`SELECT name, value FROM amp_keys.${name}`);
      for (const row of rows) all.push({ table, name: new Uint8Array(row.name), value: new Uint8Array(row.value) });
    }
    await this.#query("COMMIT");
    return all;
  }

  async *entries(): AsyncIterable<NumberedEntry> {
    for (let after = 0; ; ) {
      const { rows } = await this.#query<{ number: string; entry: Buffer }>(
        "SELECT number, entry FROM amp_keys.log WHERE number > $1 ORDER BY number LIMIT $2",
        [after, ENTRIES_AT_ONCE],
      );
      for (const { number, entry } of rows) yield { number: Number(number), octets: new Uint8Array(entry) };
      if (rows.length < ENTRIES_AT_ONCE) return;
      after = Number(rows[rows.length - 1].number);
    }
  }

  async write({ rows, entries }: Batch): Promise<void> {
    if (this.isReadOnly) throw new StoreError("read-only", `${this.where} was opened to be read only`);
    try {
      await this.#query("BEGIN");
      for (const [table, name] of Object.entries(TABLE_NAMES) as [Table, string][]) {
        const newest = new Map(
          rows.filter((row) => row.table === table).map((row) => [Buffer.from(row.name).toString("hex"), row]),
        );
        await this.#put(name, [...newest.values()]);
      }
      await this.#query("INSERT INTO amp_keys.log (number, entry) SELECT * FROM unnest($1::bigint[], $2::bytea[])", [
        entries.map(({ number }) => number),
        entries.map(({ octets }) => Buffer.from(octets)),
      ]);
      await this.#query("COMMIT");
    } catch (error) {
      // Whether the server had committed before the connection broke is what the next open finds: the log tells.
      await this.#client.query("ROLLBACK").catch(() => {});
      throw translated(error, this.where);
    }
  }

  async #put(table: string, rows: readonly Row[]): Promise<void> {
    const [kept, gone] = [rows.filter(({ value }) => value), rows.filter(({ value }) => !value)];
    if (kept.length > 0) {
      await this.#query(
        `INSERT INTO amp_keys.${table} (name, value) SELECT * FROM unnest($1::bytea[], $2::bytea[])
         ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
        [kept.map(({ name }) => Buffer.from(name)), kept.map(({ value }) => Buffer.from(value ?? []))],
      );
    }
    if (gone.length > 0) {
      await this.#query(`DELETE FROM amp_keys.${table} WHERE name = ANY($1)`, [
        gone.map(({ name }) => Buffer.from(name)),
      ]);
    }
  }

  async close(): Promise<void> {
    if (!this.#isLost) await this.#client.end();
  }

  async #query<R extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<pg.QueryResult<R>> {
    if (this.#isLost) throw new StoreError("lost", `${this.where}: the connection broke; start again`);
    return this.#client.query<R>(text, values);
  }
}

/** @throws StoreError for a URL that is none. */
export function clientOf(url: string, option = "--postgres"): pg.Client {
  try {
    if (!/^postgres(ql)?:\/\//.test(url)) throw new TypeError("it does not begin with postgres://");
    return new pg.Client({ connectionString: url, application_name: "ampcore keys" });
  } catch (error) {
    throw new StoreError(
      "not a store",
      `${option} is no URL like postgres://user@host/database: ${(error as Error).message}`,
    );
  }
}

/** Does something over a connection of its own. @throws StoreError for a URL that is none; what the server says. */
export async function throughClient(url: string, act: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = clientOf(url);
  await client.connect();
  await act(client).finally(() => client.end());
}

function translated(error: unknown, where: string): StoreError {
  if (error instanceof StoreError) return error;
  const { code, message } = error as { code?: string; message: string };
  const cause = { cause: error };
  if (code === DISK_FULL) {
    return new StoreError(
      "full",
      `${where}: no space is left on the server, so the last change was not made; all before it is kept`,
      cause,
    );
  }
  if (code === READ_ONLY || code === NO_RIGHT) {
    return new StoreError("read-only", `${where} cannot be read or written by this role: ${message}`, cause);
  }
  return new StoreError("lost", `${where} cannot be reached: ${message || code}`, cause);
}
