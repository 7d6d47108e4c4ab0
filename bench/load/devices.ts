/* Whom an AP under load knows: devices with their roots, in a key store of their own, and strangers who share their IDs. */
import { join } from "node:path";
import type { Crypto } from "../../host/crypto/crypto.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { addressKey } from "../../host/keys/address.ts";
import { createKekFile } from "../../host/keys/store/kek.ts";
import { openLmdbStore } from "../../host/keys/store/lmdb.ts";
import { idOf } from "../../host/wire/id.ts";

/** Both ends of a load derive roots and addresses from a number, so that none is carried about. */
export function spaOf(n: number): Uint8Array {
  return Uint8Array.of(0x02, 0xc0, 0, (n >> 16) & 0xff, (n >> 8) & 0xff, n & 0xff);
}

export function rootOf(hash: Pick<Crypto, "sha256">, spa: Uint8Array): Uint8Array {
  return hash.sha256(spa);
}

/** Where other devices' addresses are looked for: they stand before those of the load in every order of addresses. */
const OTHERS = 0xb0;

/**
 * For each of the first `stations` devices `count` others that have its short ID. How many addresses it takes goes with
 * 65,536 / stations.
 */
export function sharingWith(stations: number, count: number): Uint8Array[] {
  const lacking = new Map<number, number>();
  for (let n = 0; n < stations; n++) lacking.set(idOf(nodeCrypto, spaOf(n)), count);
  const found: Uint8Array[] = [];
  for (let n = 0; lacking.size > 0 && count > 0; n++) {
    const spa = Uint8Array.of(0x02, OTHERS, (n >> 24) & 0xff, (n >> 16) & 0xff, (n >> 8) & 0xff, n & 0xff);
    const id = idOf(nodeCrypto, spa);
    const more = lacking.get(id);
    if (more === undefined) continue;
    found.push(spa);
    if (more > 1) lacking.set(id, more - 1);
    else lacking.delete(id);
  }
  return found;
}

/** The options of `ampcore ap` that name the store which it makes in `folder`. */
export async function storeIn(folder: string, stations: number, sharing: number): Promise<string[]> {
  const [store, kek] = [join(folder, "keys"), join(folder, "kek.hex")];
  const made = await openLmdbStore(store, { kek: createKekFile(kek), create: true });
  const own = Array.from({ length: stations }, (_, n) => spaOf(n));
  const all = [...sharingWith(stations, sharing), ...own].sort((a, b) => addressKey(a) - addressKey(b));
  const records = all.map((spa) => ({ spa, generation: 0, root: rootOf(nodeCrypto, spa), update: undefined }));
  await made.commitAll(records.map((record) => ({ kind: "device", record }) as const));
  await made.close();
  return ["--store", store, "--kek", kek];
}
