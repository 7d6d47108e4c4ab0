/** An AP's PMKs as they stand in PostgreSQL, written by the key service and read by the AP's own role (schema.ts). */

import type { PmkTable } from "../ap/pmks.ts";
import { addressText } from "../keys/address.ts";
import { StoreError } from "../keys/store/errors.ts";
import { clientOf } from "../keys/store/postgres.ts";

/** From one look at what stands there to the next, s. */
const READ_AGAIN_s = 1;

interface PmkRow {
  readonly spa: Buffer;
  readonly generation: number;
  readonly pmk: Buffer;
}

/**
 * Puts those of the epoch in use into the table, once `when` says so; of an AP that has none yet, none.
 * @throws StoreError of one sentence.
 */
export async function loadPostgresPmks(
  url: string,
  table: PmkTable,
  when: (put: () => void) => void = (put) => put(),
): Promise<void> {
  const client = clientOf(url, "--pmks");
  const where = `the PMKs in PostgreSQL database ${JSON.stringify(client.database)} at ${client.host}`;
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const aa = [Buffer.from(table.aa)];
    const reader = await client.query("SELECT 1 FROM amp_ap.reader WHERE aa = $1", aa);
    if (reader.rowCount === 0) {
      throw new StoreError(
        "not a store",
        `${where}: the role ${JSON.stringify(client.user)} may not read those of ${addressText(table.aa)}; ampcore keys authorise --role allows it`,
      );
    }
    const epochs = await client.query<{ modifier: Buffer | null }>(
      "SELECT modifier FROM amp_ap.epoch WHERE aa = $1 AND NOT is_next",
      aa,
    );
    if (epochs.rowCount === 0) return;
    const { rows } = await client.query<PmkRow>(
      "SELECT spa, generation, pmk FROM amp_ap.pmk WHERE aa = $1 AND NOT is_next",
      aa,
    );
    const { modifier } = epochs.rows[0];
    when(() => {
      table.assign(modifier ? new Uint8Array(modifier) : undefined, nothing);
      for (const grant of grantsOf(rows)) table.hold(grant, nothing);
      table.begin(nothing);
    });
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw new StoreError("lost", `${where} cannot be read: ${(error as Error).message}`, { cause: error });
  } finally {
    await client.end().catch(() => {});
  }
}

/**
 * For an AP that was cut off before it got what the service had committed there: reads it again, which an M2 of anybody may
 * ask for, so that it is done once a second at most.
 */
export function readerAgain(
  url: string,
  table: PmkTable,
  when: (put: () => void) => void,
  onEvent: (event: string) => void,
): () => void {
  let isResting = false;
  const wake = (): void => {
    isResting = false;
  };
  return () => {
    if (isResting) return;
    isResting = true;
    loadPostgresPmks(url, table, when)
      .catch(({ message }: Error) => onEvent(message))
      .finally(() => setTimeout(wake, READ_AGAIN_s * 1000).unref());
  };
}

interface Grant {
  readonly spa: Uint8Array;
  readonly pmks: { readonly generation: number; readonly pmk: Uint8Array }[];
}

/** By device, the newest root last: the one whose generation follows the other's, mod 256. */
function grantsOf(rows: readonly PmkRow[]): Grant[] {
  const grants = new Map<string, Grant>();
  for (const { spa, generation, pmk } of rows) {
    const key = spa.toString("hex");
    const grant = grants.get(key) ?? { spa: new Uint8Array(spa), pmks: [] };
    grants.set(key, grant);
    grant.pmks.push({ generation, pmk: new Uint8Array(pmk) });
  }
  for (const { pmks } of grants.values()) {
    pmks.sort((a, b) => (b.generation === ((a.generation + 1) & 0xff) ? -1 : 1));
  }
  return [...grants.values()];
}

const nothing = (): void => {};
