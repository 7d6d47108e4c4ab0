/**
 * The tables of a key service in PostgreSQL, and who may do what with them.
 *
 *     amp_keys     meta, device, ap, log: the service's own, sealed; nobody else has a right to the schema
 *     amp_ap       epoch(aa, is_next, modifier), pmk(aa, is_next, spa, generation, pmk), reader(role, aa): what an AP may read
 *                  of its own rows; is_next: of the epoch that is being prepared beside the one in use
 *
 * A login role that is a member of amp_ap_reader reads the rows of the AA that `reader` has for it: row level security, by
 * session_user, which SET ROLE does not change. A PMK stands there in clear, as the AP has no KEK; a root never does.
 */

import type { ClientBase } from "pg";
import { StoreError } from "./errors.ts";

/** The group of all APs' roles. */
export const AP_GROUP = "amp_ap_reader";

/** Each leads from the version of its place to the next one; none is ever changed. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE SCHEMA amp_keys;
  REVOKE ALL ON SCHEMA amp_keys FROM PUBLIC;
  CREATE TABLE amp_keys.schema_version (version integer NOT NULL);
  INSERT INTO amp_keys.schema_version VALUES (0);
  CREATE TABLE amp_keys.meta (name bytea PRIMARY KEY, value bytea NOT NULL);
  CREATE TABLE amp_keys.device (name bytea PRIMARY KEY CHECK (octet_length(name) = 6), value bytea NOT NULL);
  CREATE TABLE amp_keys.ap (name bytea PRIMARY KEY CHECK (octet_length(name) = 6), value bytea NOT NULL);
  CREATE TABLE amp_keys.log (number bigint PRIMARY KEY, entry bytea NOT NULL);

  CREATE SCHEMA amp_ap;
  REVOKE ALL ON SCHEMA amp_ap FROM PUBLIC;
  CREATE TABLE amp_ap.reader (role name PRIMARY KEY, aa bytea NOT NULL CHECK (octet_length(aa) = 6));
  CREATE TABLE amp_ap.epoch (aa bytea PRIMARY KEY, modifier bytea);
  CREATE TABLE amp_ap.pmk (
    aa bytea NOT NULL REFERENCES amp_ap.epoch ON DELETE CASCADE,
    spa bytea NOT NULL CHECK (octet_length(spa) = 6),
    generation smallint NOT NULL CHECK (generation BETWEEN 0 AND 255),
    pmk bytea NOT NULL CHECK (octet_length(pmk) = 32),
    PRIMARY KEY (aa, spa, generation)
  );
  ALTER TABLE amp_ap.reader ENABLE ROW LEVEL SECURITY;
  ALTER TABLE amp_ap.epoch ENABLE ROW LEVEL SECURITY;
  ALTER TABLE amp_ap.pmk ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own ON amp_ap.reader FOR SELECT TO ${AP_GROUP} USING (role = session_user);
  CREATE POLICY own ON amp_ap.epoch FOR SELECT TO ${AP_GROUP}
    USING (aa IN (SELECT r.aa FROM amp_ap.reader r WHERE r.role = session_user));
  CREATE POLICY own ON amp_ap.pmk FOR SELECT TO ${AP_GROUP}
    USING (aa IN (SELECT r.aa FROM amp_ap.reader r WHERE r.role = session_user));
  GRANT USAGE ON SCHEMA amp_ap TO ${AP_GROUP};
  GRANT SELECT ON amp_ap.reader, amp_ap.epoch, amp_ap.pmk TO ${AP_GROUP};
  `,
  `
  ALTER TABLE amp_ap.pmk DROP CONSTRAINT pmk_pkey, DROP CONSTRAINT pmk_aa_fkey;
  ALTER TABLE amp_ap.epoch DROP CONSTRAINT epoch_pkey;
  ALTER TABLE amp_ap.epoch ADD COLUMN is_next boolean NOT NULL DEFAULT false, ADD PRIMARY KEY (aa, is_next);
  ALTER TABLE amp_ap.pmk ADD COLUMN is_next boolean NOT NULL DEFAULT false,
    ADD PRIMARY KEY (aa, is_next, spa, generation),
    ADD FOREIGN KEY (aa, is_next) REFERENCES amp_ap.epoch ON DELETE CASCADE ON UPDATE CASCADE;
  `,
];

/** The version of the tables; undefined: there are none. */
export async function schemaVersion(client: ClientBase): Promise<number | undefined> {
  const { rows } = await client.query<{ there: string | null }>(
    "SELECT to_regclass('amp_keys.schema_version') AS there",
  );
  if (rows[0].there === null) return undefined;
  const versions = await client.query<{ version: number }>("SELECT version FROM amp_keys.schema_version");
  return versions.rows[0]?.version;
}

/** Brings the tables to the newest version, in one transaction. @throws StoreError when they are newer than this program. */
export async function migrate(client: ClientBase, where: string): Promise<void> {
  const version = (await schemaVersion(client)) ?? 0;
  if (version > MIGRATIONS.length) {
    throw new StoreError(
      "newer",
      `${where} was made by a newer ampcore: its tables are of version ${version}, and this one knows ${MIGRATIONS.length} at most; nothing was changed`,
    );
  }
  if (version === MIGRATIONS.length) return;
  await client.query("BEGIN");
  try {
    const { rowCount } = await client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [AP_GROUP]);
    if (!rowCount) await client.query(`CREATE ROLE ${AP_GROUP} NOLOGIN`);
    for (const migration of MIGRATIONS.slice(version)) await client.query(migration);
    await client.query("UPDATE amp_keys.schema_version SET version = $1", [MIGRATIONS.length]);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
}
