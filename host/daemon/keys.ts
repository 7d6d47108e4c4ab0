/** Where the keys of an AP's daemon come from: a durable key store, and the service over it in the same process. */

import { PmkTable } from "../ap/pmks.ts";
import type { Crypto } from "../crypto/crypto.ts";
import { KeyService } from "../keys/service.ts";
import type { StoreError } from "../keys/store/errors.ts";
import type { Kek } from "../keys/store/kek.ts";
import { openLmdbStore } from "../keys/store/lmdb.ts";

export interface ApKeys {
  readonly pmks: PmkTable;
  readonly service: KeyService;
  /** Asks for the next root of every device; one whose last is not proven yet goes on with that. */
  updateAll(): void;
  /** Everything that was begun is durable, and the store is let go. */
  close(): Promise<void>;
}

export interface ApKeysOptions {
  readonly crypto: Crypto;
  readonly folder: string;
  readonly kek: Kek;
  /** The AP's own address, 6 octets. */
  readonly aa: Uint8Array;
  /** Told once, if a change cannot be made durable. */
  readonly onFailure: (error: StoreError) => void;
}

/**
 * All PMKs are there when it resolves. Assumption: key service and AP are one process here, so a thief of this process has
 * the roots; section 1 of PROTOCOL.md wants them apart.
 * @throws StoreError of one sentence; RangeError for an address that the store has for a device.
 */
export async function openApKeys({ crypto, folder, kek, aa, onFailure }: ApKeysOptions): Promise<ApKeys> {
  const store = await openLmdbStore(folder, { kek, onFailure });
  try {
    const service = new KeyService({ crypto, master: store.master, store });
    const pmks = new PmkTable(aa, crypto);
    service.serve(pmks);
    await store.settled();
    const updateAll = (): void => {
      for (const { spa, root, update } of store.load().devices) {
        root.fill(0);
        update?.root?.fill(0);
        service.startUpdate(spa);
      }
    };
    return { pmks, service, updateAll, close: () => store.close() };
  } catch (error) {
    await store.close();
    throw error;
  }
}
