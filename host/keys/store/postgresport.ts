/**
 * An AP whose PMKs stand in PostgreSQL, as the key service sees it: what is assigned and held is in the tables that the AP's own
 * role reads (schema.ts), and `done` says that it is committed there.
 */

import type pg from "pg";
import type { ApPort, Grant } from "../link.ts";
import { AP_GROUP } from "./schema.ts";

export class PostgresPort implements ApPort {
  readonly aa: Uint8Array;
  readonly #client: pg.Client;
  readonly #onFailure: (error: Error) => void;
  /** One transaction after the other, in the order of the calls. */
  #last: Promise<void> = Promise.resolve();

  /** `client` is connected as the service's role, and serves this port alone. A failure is told, and has no `done`. */
  constructor(aa: Uint8Array, client: pg.Client, onFailure: (error: Error) => void) {
    this.aa = aa.slice();
    this.#client = client;
    this.#onFailure = onFailure;
  }

  assign(modifier: Uint8Array | undefined, done: () => void): void {
    const [aa, epoch] = [Buffer.from(this.aa), modifier ? Buffer.from(modifier) : null];
    this.#transaction(done, async (client) => {
      await client.query("DELETE FROM amp_ap.epoch WHERE aa = $1 AND modifier IS DISTINCT FROM $2", [aa, epoch]);
      await client.query("INSERT INTO amp_ap.epoch VALUES ($1, $2) ON CONFLICT DO NOTHING", [aa, epoch]);
    });
  }

  hold({ spa, pmks }: Grant, done: () => void): void {
    const [aa, address] = [Buffer.from(this.aa), Buffer.from(spa)];
    this.#transaction(done, async (client) => {
      await client.query("DELETE FROM amp_ap.pmk WHERE aa = $1 AND spa = $2", [aa, address]);
      for (const { generation, pmk } of pmks) {
        const row = [aa, address, generation, Buffer.from(pmk)];
        await client.query("INSERT INTO amp_ap.pmk VALUES ($1, $2, $3, $4)", row);
        pmk.fill(0);
      }
    });
  }

  /** Lets a login role read what this AP holds, and nothing else. */
  async allow(role: string): Promise<void> {
    await this.#last;
    await this.#client.query(`GRANT ${AP_GROUP} TO ${this.#client.escapeIdentifier(role)}`);
    await this.#client.query(
      "INSERT INTO amp_ap.reader VALUES ($1, $2) ON CONFLICT (role) DO UPDATE SET aa = excluded.aa",
      [role, Buffer.from(this.aa)],
    );
  }

  /** Takes all of it away from the AP, and from every role that could read it: for an AP that is dismissed. */
  async revoke(): Promise<void> {
    const aa = [Buffer.from(this.aa)];
    await this.#last;
    await this.#client.query("DELETE FROM amp_ap.reader WHERE aa = $1", aa);
    await this.#client.query("DELETE FROM amp_ap.epoch WHERE aa = $1", aa);
  }

  #transaction(done: () => void, statements: (client: pg.Client) => Promise<void>): void {
    this.#last = this.#last.then(async () => {
      try {
        await this.#client.query("BEGIN");
        await statements(this.#client);
        await this.#client.query("COMMIT");
      } catch (error) {
        await this.#client.query("ROLLBACK").catch(() => {});
        return this.#onFailure(error as Error);
      }
      done();
    });
  }
}
