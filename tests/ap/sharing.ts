/** Devices whose short identifiers are the same. */

import { nodeCrypto } from "../../host/crypto/node.ts";
import { idOf } from "../../host/wire/id.ts";
import { bigEndian, concat } from "../twin/bytes.ts";

/** So many SPAs with one ID, found by search: the ID that is first seen that often. */
export function sharing(count: number): Uint8Array[] {
  const byId = new Map<number, Uint8Array[]>();
  for (let i = 0; ; i++) {
    const spa = concat(0x02, 0xc0, bigEndian(i, 4));
    // node:crypto's hash: the twin's takes seconds for so many.
    const id = idOf(nodeCrypto, spa);
    const spas = byId.get(id) ?? [];
    spas.push(spa);
    if (spas.length === count) return spas;
    byId.set(id, spas);
  }
}
