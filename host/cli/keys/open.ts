import { existsSync } from "node:fs";
import { join } from "node:path";
import type { DurableStore } from "../../keys/store/durable.ts";
import { StoreError, type StoreFault } from "../../keys/store/errors.ts";
import { createKekFile, type Kek, kekFromEnvironment, kekFromFile } from "../../keys/store/kek.ts";
import { openLmdbStore } from "../../keys/store/lmdb.ts";
import { openPostgresStore } from "../../keys/store/postgres.ts";
import { Failure, UsageError } from "../verb.ts";
import { FOLDER, type KeysOptions } from "./options.ts";

/** What a call names wrongly; all else is a store that cannot do it. */
const MISTAKES: ReadonlySet<StoreFault> = new Set(["missing", "not a store", "KEK", "wrong KEK"]);

interface How {
  readonly create?: boolean;
  readonly readOnly?: boolean;
  readonly onFailure?: (error: StoreError) => void;
}

/** Does something with the store that the options name, and closes it whatever comes of that. */
export async function withStore<T>(
  options: KeysOptions,
  how: How,
  act: (store: DurableStore) => Promise<T>,
): Promise<T> {
  try {
    const store = await openStore(options, how);
    try {
      return await act(store);
    } finally {
      await store.close();
    }
  } catch (error) {
    throw error instanceof StoreError ? storeMistake(error) : error;
  }
}

/** What a store cannot do, as what ends the program. */
export function storeMistake({ fault, message }: StoreError): UsageError | Failure {
  return MISTAKES.has(fault) ? new UsageError(message) : new Failure(message);
}

async function openStore({ store = FOLDER, postgres, kek }: KeysOptions, how: How): Promise<DurableStore> {
  // Unless somebody wants to be told, a failure is told to whoever waits for the commit that failed.
  const onFailure = (): void => {};
  if (postgres !== undefined) return openPostgresStore(postgres, { kek: kekOf(kek, false), onFailure, ...how });
  const isNew = how.create === true && !existsSync(join(store, "data.mdb"));
  return openLmdbStore(store, { kek: kekOf(kek, isNew), onFailure, ...how });
}

/** From --kek, else from the environment; for a new store --kek may name a file that is made. */
function kekOf(file: string | undefined, isNew: boolean): Kek {
  const kek = file === undefined ? kekFromEnvironment(process.env) : isNew ? kekOrNew(file) : kekFromFile(file);
  if (kek) return kek;
  throw new UsageError(
    "--kek is missing: the file of the key-encryption key, 64 hex digits; AMPCORE_KEK_FILE or AMPCORE_KEK do, too",
  );
}

/** The KEK of that file, which is made where there is none. */
export function kekOrNew(file: string): Kek {
  if (existsSync(file)) return kekFromFile(file);
  const kek = createKekFile(file);
  process.stderr.write(`a new KEK is in ${file}: keep a copy of it, and not beside a copy of the store\n`);
  return kek;
}
