/** Where the key service of a site keeps its store, and its APs their PMKs: on the disk, or in PostgreSQL. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import pg from "pg";
import type { DurableStore } from "../../../host/keys/store/durable.ts";
import { createKekFile, kekFromFile } from "../../../host/keys/store/kek.ts";
import { openLmdbStore } from "../../../host/keys/store/lmdb.ts";
import { openPostgresStore } from "../../../host/keys/store/postgres.ts";
import { allow } from "../../../host/keys/store/postgresport.ts";

export interface Place {
  readonly name: string;
  /** Of `ampcore keys`, which say where the store is. */
  readonly options: readonly string[];
  /** The socket at which its owner speaks to the service. */
  readonly control: string;
  open(how: { readonly create?: boolean; readonly readOnly?: boolean }): Promise<DurableStore>;
  /** Options of that AP: where its PMKs are for its next start. */
  pmksOf(ap: number): readonly string[];
  /** Lets these APs in, in their order, where that is not the service's own business. */
  allowed(aas: readonly Uint8Array[]): Promise<void>;
}

/** LMDB; the first AP keeps its PMKs in a folder of its own, the others in memory alone. */
export function lmdbPlace(folder: string): Place {
  const [store, file] = [join(folder, "store"), join(folder, "kek.hex")];
  createKekFile(file);
  return {
    name: "LMDB",
    options: ["--store", store, "--kek", file],
    control: join(store, "control.sock"),
    open: (how) => openLmdbStore(store, { kek: kekFromFile(file), ...how }),
    pmksOf: (ap) => (ap === 0 ? ["--pmks", join(folder, "pmks"), "--kek", join(folder, "apkek.hex")] : []),
    allowed: async () => {},
  };
}

/** PostgreSQL; each AP reads its PMKs there, in a role of its own. `urlOf` is of this database, `query` of any. */
export function postgresPlace(
  folder: string,
  sockets: string,
  urlOf: (role?: string, password?: string) => string,
): Place {
  const file = join(folder, "kek.hex");
  createKekFile(file);
  const password = randomBytes(16).toString("hex");
  const roleOf = (ap: number): string => `death_ap${ap}`;
  return {
    name: "PostgreSQL",
    options: ["--postgres", urlOf(), "--kek", file],
    control: join(sockets, "control.sock"),
    open: (how) => openPostgresStore(urlOf(), { kek: kekFromFile(file), ...how }),
    pmksOf: (ap) => ["--pmks", urlOf(roleOf(ap), password)],
    allowed: async (aas) => {
      const client = new pg.Client({ connectionString: urlOf() });
      await client.connect();
      for (const [ap, aa] of aas.entries()) {
        await client.query(`CREATE ROLE ${roleOf(ap)} LOGIN PASSWORD '${password}'`);
        await allow(client, aa, roleOf(ap));
      }
      await client.end();
    },
  };
}
