/** A real PostgreSQL server of this test's own; gone after the file's tests. */
import { after } from "node:test";
import { openPostgresStore } from "../../../host/keys/store/postgres.ts";
import { skipWithoutPrograms } from "../../peers/programs.ts";
import { KEK } from "./kek.ts";
import { type Server, startPostgres } from "./server.ts";
import type { StoreKind } from "./stores.ts";

export const skipWithoutPostgres = skipWithoutPrograms("pg_virtualenv");

let server: Promise<Server> | undefined;
after(async () => (await server)?.stop());

/** The one of this process, started at the first call. */
export function postgresServer(): Promise<Server> {
  server ??= startPostgres();
  return server;
}

export const POSTGRES: StoreKind = {
  name: "PostgreSQL",
  skip: skipWithoutPostgres,
  async place() {
    const { urlOf, database } = await postgresServer();
    const url = urlOf(await database());
    return async () => {
      const store = await openPostgresStore(url, { kek: KEK, create: true });
      return { store, settled: () => store.settled(), close: () => store.close() };
    };
  },
};
