/** What the process that is killed and the one that looks at what is left agree on. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { DurableStore } from "../../../host/keys/store/durable.ts";
import { StoreError } from "../../../host/keys/store/errors.ts";
import { openLmdbStore } from "../../../host/keys/store/lmdb.ts";
import { openPostgresStore } from "../../../host/keys/store/postgres.ts";
import { KEK } from "./kek.ts";

export const AAS: readonly Uint8Array[] = [Uint8Array.of(2, 0, 0, 0, 0, 1), Uint8Array.of(2, 0, 0, 0, 0, 2)];
/** PostgreSQL learns a moment later that a process is gone, and what it was committing may be done in between, ms. */
const GONE_ms = 5000;

/** The store in that folder, or in PostgreSQL, made where there is none. */
export async function openAt(where: string): Promise<DurableStore> {
  const options = { kek: KEK, create: true };
  if (!where.startsWith("postgres:")) return openLmdbStore(where, options);
  for (const start_ms = Date.now(); ; ) {
    try {
      return await openPostgresStore(where, options);
    } catch (error) {
      const isHeld = error instanceof StoreError && error.fault === "in use";
      if (!isHeld || Date.now() - start_ms > GONE_ms) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

export function spaOf(n: number): Uint8Array {
  return Uint8Array.of(2, 0xc0, 0xff, 0xee, n >> 8, n & 0xff);
}

/** Any 32 octets that both know. */
export function pskOf(spa: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update("PSK in these tests").update(spa).digest());
}

export function nvmFile(folder: string, n: number): string {
  return join(folder, `nvm-${n}`);
}
