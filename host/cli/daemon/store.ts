import { nodeCrypto } from "../../crypto/node.ts";
import { type ApKeys, openApKeys } from "../../daemon/keys.ts";
import { StoreError, type StoreFault } from "../../keys/store/errors.ts";
import { type Kek, kekFromEnvironment, kekFromFile } from "../../keys/store/kek.ts";
import { Failure, UsageError } from "../verb.ts";

/** What a call names wrongly; all else is a store that cannot do it. */
const MISTAKES: ReadonlySet<StoreFault> = new Set(["missing", "not a store", "KEK", "wrong KEK"]);

export interface StoreOptions {
  readonly store: string;
  readonly kek?: string;
  readonly aa: Uint8Array;
  readonly onFailure: (error: StoreError) => void;
}

/** The keys of an AP, out of the store that `ampcore keys` makes. @throws UsageError, Failure */
export async function keysOfAp({ store, kek, aa, onFailure }: StoreOptions): Promise<ApKeys> {
  try {
    const keys = await openApKeys({ crypto: nodeCrypto, folder: store, kek: kekOf(kek), aa, onFailure });
    if (keys.pmks.size > 0) return keys;
    await keys.close();
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`--${error.message}`);
    if (!(error instanceof StoreError)) throw error;
    throw MISTAKES.has(error.fault) ? new UsageError(error.message) : new Failure(error.message);
  }
  throw new UsageError(`--store ${store} has no device that an AP could hear: ampcore keys add puts one in`);
}

function kekOf(file: string | undefined): Kek {
  const kek = file === undefined ? kekFromEnvironment(process.env) : kekFromFile(file);
  if (kek) return kek;
  throw new UsageError(
    "--kek is missing: the file of the store's key-encryption key; AMPCORE_KEK_FILE or AMPCORE_KEK do, too",
  );
}
