/**
 * An AP whose PMKs stand in PostgreSQL, as the key service sees it: what is assigned and held is in the tables that the AP's own
 * role reads (schema.ts), and `done` says that it is committed there. So no update of a root waits for an AP that is not
 * running, and one that starts has its PMKs without the service.
 */

import pg from "pg";
import { addressKey } from "../address.ts";
import type { ApPort, Grant } from "../link.ts";
import { AP_GROUP } from "./schema.ts";

type Step =
  | { readonly kind: "assign"; readonly modifier: Uint8Array | undefined; readonly done: () => void }
  | { readonly kind: "hold"; readonly grant: Grant; readonly done: () => void }
  | { readonly kind: "begin"; readonly done: () => void };
type Hold = Extract<Step, { kind: "hold" }>;

/** Devices in one transaction. */
const HOLDS_AT_ONCE = 1000;

export class PostgresPort implements ApPort {
  readonly aa: Uint8Array;
  readonly #client: pg.Client;
  readonly #onFailure: (error: Error) => void;
  /** Done in the order of the calls, one transaction after the other. */
  #waiting: Step[] = [];
  #work: Promise<void> | undefined;
  /** Is what is given of an epoch that is not in use? */
  #isNext = false;
  #hasFailed = false;

  /** `client` is connected as the service's role, and serves this port alone. A failure is told once, and nothing is done after it. */
  constructor(aa: Uint8Array, client: pg.Client, onFailure: (error: Error) => void) {
    this.aa = aa.slice();
    this.#client = client;
    this.#onFailure = onFailure;
  }

  assign(modifier: Uint8Array | undefined, done: () => void): void {
    this.#enqueue({ kind: "assign", modifier: modifier?.slice(), done });
  }

  hold(grant: Grant, done: () => void): void {
    this.#enqueue({ kind: "hold", grant, done });
  }

  begin(done: () => void): void {
    this.#enqueue({ kind: "begin", done });
  }

  /** Lets a login role read what this AP holds, and nothing else. */
  async allow(role: string): Promise<void> {
    await this.settled();
    await allow(this.#client, this.aa, role);
  }

  /** Takes all of it away from the AP, and from every role that could read it: for an AP that is dismissed. */
  async revoke(): Promise<void> {
    await this.settled();
    await revoke(this.#client, this.aa);
  }

  /** When nothing waits any more. */
  async settled(): Promise<void> {
    while (this.#work) await this.#work;
  }

  get #address(): Buffer {
    return Buffer.from(this.aa);
  }

  #enqueue(step: Step): void {
    if (this.#hasFailed) return;
    this.#waiting.push(step);
    this.#work ??= this.#drain();
  }

  async #drain(): Promise<void> {
    // What is called in this turn goes together.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      while (this.#waiting.length > 0) {
        const [first] = this.#waiting;
        const other = this.#waiting.findIndex(({ kind }) => kind !== "hold");
        const count = first.kind === "hold" ? Math.min(HOLDS_AT_ONCE, other < 0 ? this.#waiting.length : other) : 1;
        const steps = this.#waiting.splice(0, count);
        await this.#transaction(() => this.#commit(steps));
        for (const { done } of steps) done();
      }
    } catch (error) {
      this.#hasFailed = true;
      this.#waiting = [];
      this.#onFailure(error as Error);
    }
    this.#work = undefined;
  }

  async #commit(steps: readonly Step[]): Promise<void> {
    const [first] = steps;
    if (first.kind === "assign") await this.#assign(first.modifier);
    else if (first.kind === "begin") await this.#begin();
    else await this.#hold(steps.filter((step): step is Hold => step.kind === "hold"));
  }

  async #assign(modifier: Uint8Array | undefined): Promise<void> {
    const epoch = [this.#address, modifier ? Buffer.from(modifier) : null];
    await this.#client.query("DELETE FROM amp_ap.epoch WHERE aa = $1 AND is_next", [this.#address]);
    const { rowCount } = await this.#client.query(
      "SELECT 1 FROM amp_ap.epoch WHERE aa = $1 AND NOT is_next AND modifier IS NOT DISTINCT FROM $2",
      epoch,
    );
    this.#isNext = rowCount === 0;
    if (this.#isNext) {
      await this.#client.query("INSERT INTO amp_ap.epoch (aa, modifier, is_next) VALUES ($1, $2, true)", epoch);
    }
  }

  async #hold(holds: readonly Hold[]): Promise<void> {
    // Of two for one device the later counts.
    const grants = [...new Map(holds.map(({ grant }) => [addressKey(grant.spa), grant])).values()];
    const rows = grants.flatMap(({ spa, pmks }) => pmks.map((pmk) => ({ spa, ...pmk })));
    const spas = grants.map(({ spa }) => Buffer.from(spa));
    await this.#client.query("DELETE FROM amp_ap.pmk WHERE aa = $1 AND is_next = $2 AND spa = ANY($3)", [
      ...[this.#address, this.#isNext, spas],
    ]);
    await this.#client.query(
      `INSERT INTO amp_ap.pmk (aa, is_next, spa, generation, pmk)
       SELECT $1, $2, * FROM unnest($3::bytea[], $4::smallint[], $5::bytea[])`,
      [
        ...[this.#address, this.#isNext, rows.map(({ spa }) => Buffer.from(spa))],
        ...[rows.map(({ generation }) => generation), rows.map(({ pmk }) => Buffer.from(pmk))],
      ],
    );
    for (const { grant } of holds) for (const { pmk } of grant.pmks) pmk.fill(0);
  }

  async #begin(): Promise<void> {
    if (!this.#isNext) return;
    await this.#client.query("DELETE FROM amp_ap.epoch WHERE aa = $1 AND NOT is_next", [this.#address]);
    await this.#client.query("UPDATE amp_ap.epoch SET is_next = false WHERE aa = $1", [this.#address]);
    this.#isNext = false;
  }

  async #transaction(statements: () => Promise<void>): Promise<void> {
    await this.#client.query("BEGIN");
    try {
      await statements();
      await this.#client.query("COMMIT");
    } catch (error) {
      await this.#client.query("ROLLBACK").catch(() => {});
      throw error;
    }
  }
}

/**
 * The same for an AP that is not served at this moment. `client` is connected as the service's role.
 * @throws RangeError of one sentence for a role that the server does not have, or that may not be given that.
 */
export async function allow(client: pg.Client, aa: Uint8Array, role: string): Promise<void> {
  await client.query(`GRANT ${AP_GROUP} TO ${client.escapeIdentifier(role)}`).catch((error) => {
    throw error instanceof pg.DatabaseError ? new RangeError(`role: ${error.message}`) : error;
  });
  await client.query("INSERT INTO amp_ap.reader VALUES ($1, $2) ON CONFLICT (role) DO UPDATE SET aa = excluded.aa", [
    role,
    Buffer.from(aa),
  ]);
}

export async function revoke(client: pg.Client, aa: Uint8Array): Promise<void> {
  await client.query("DELETE FROM amp_ap.reader WHERE aa = $1", [Buffer.from(aa)]);
  await client.query("DELETE FROM amp_ap.epoch WHERE aa = $1", [Buffer.from(aa)]);
}

/** What stands there for any AP but these is taken away. */
export async function revokeOthers(client: pg.Client, aas: readonly Uint8Array[]): Promise<void> {
  const kept = [aas.map((aa) => Buffer.from(aa))];
  await client.query("DELETE FROM amp_ap.reader WHERE aa <> ALL($1::bytea[])", kept);
  await client.query("DELETE FROM amp_ap.epoch WHERE aa <> ALL($1::bytea[])", kept);
}
