/** Each kind of store, opened and opened again on what is left of it: for the cases that all of them have to pass. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { openLmdbStore } from "../../../host/keys/store/lmdb.ts";
import { type KeyStore, MemoryStore } from "../../../host/keys/store.ts";
import { KEK } from "./kek.ts";

/** A store that can be closed. */
export interface Opened {
  readonly store: KeyStore;
  /** Resolves when every commit so far is done. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface StoreKind {
  readonly name: string;
  readonly skip: string | false;
  /** A place for one store: each call opens what the one before has left there. */
  place(): Promise<() => Promise<Opened>>;
}

/** A folder that is gone after the file's tests. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ampcore-keys-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const nothing = async (): Promise<void> => {};

export const MEMORY: StoreKind = {
  name: "MemoryStore",
  skip: false,
  async place() {
    const store = new MemoryStore();
    return async () => ({ store, settled: nothing, close: nothing });
  },
};

export const LMDB: StoreKind = {
  name: "LMDB",
  skip: false,
  async place() {
    const folder = scratchFolder();
    return async () => {
      const store = await openLmdbStore(folder, { kek: KEK, create: true });
      return { store, settled: () => store.settled(), close: () => store.close() };
    };
  },
};
