/**
 * Who a group key block is from. A device shares its node keys with every device below the same nodes, that of level 1 with
 * half of the tree: by keys alone a block can be from any of them, so the group manager signs (003-C15, 003-C16).
 */

import { concat } from "../../wire/octets.ts";

/** The Ed25519 signature, 64 octets, of the group manager's key. */
export type Sign = (message: Uint8Array) => Uint8Array;
/** Is it the signature that the group manager made of that message? Of whatever octets. */
export type Verify = (message: Uint8Array, signature: Uint8Array) => boolean;

/** What is signed: a manager that signs other things with the same key never signs a block by mistake. */
export function signedMessage(octets: Uint8Array): Uint8Array {
  return concat(new TextEncoder().encode("MIS group key block"), octets);
}
