/** The short identifier of a device in the MAC header (PROTOCOL.md section 1). Assumption: the draft leaves it open. */

import type { Crypto } from "../crypto/crypto.ts";
import { BROADCAST_ID } from "./mac.ts";
import { concat, readLe16 } from "./octets.ts";

const LABEL = new TextEncoder().encode("AMP ID");

/** All of a Crypto that an identifier takes: a provisioner has no more, and brings its own. */
type Hash = Pick<Crypto, "sha256">;

/** ID = first two octets of SHA-256("AMP ID" ‖ SPA), read LE16; 0xFFFF becomes 0xFFFE. Two devices may share one. */
export function idOf(hash: Hash, spa: Uint8Array): number {
  const id = readLe16(hash.sha256(concat(LABEL, spa)), 0);
  return id === BROADCAST_ID ? BROADCAST_ID - 1 : id;
}
