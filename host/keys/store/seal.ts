/**
 * Authenticated encryption of what a store keeps: AES-256-GCM (NIST SP 800-38D) by node:crypto. This is a host's file, not a
 * device's frame: OpenSSL's GCM is the well-kept implementation here, and our own core would prove nothing.
 *
 *     sealed = version(1) ‖ kind(1) ‖ KEK id(8) ‖ nonce(12) ‖ ciphertext ‖ tag(16)
 *     AAD    = "AMP key store" ‖ version ‖ kind ‖ KEK id ‖ name
 *
 * name is the address or the word that the record is found by: a sealed root moved to another device, or to the place of
 * another kind of record, does not open. Each write draws its nonce anew; SP 800-38D 8.3 allows 2^32 of them for one key.
 */

import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { concat, equalOctets } from "../../wire/octets.ts";
import { StoreError } from "./errors.ts";
import { KEK_ID_OCTETS, type Kek } from "./kek.ts";

/** Of the layout of every record; a store of a greater one is left alone. */
export const FORMAT_VERSION = 1;

/** Their octet. */
export const KIND = { master: 1, head: 2, device: 3, AP: 4, PMKs: 5, epoch: 6 } as const;
export type Kind = keyof typeof KIND;

const ALGORITHM = "aes-256-gcm";
const NONCE_OCTETS = 12;
const TAG_OCTETS = 16;
const HEAD_OCTETS = 2 + KEK_ID_OCTETS;
const LABEL = new TextEncoder().encode("AMP key store");

/** What seal adds. */
export const SEAL_OCTETS = HEAD_OCTETS + NONCE_OCTETS + TAG_OCTETS;

export function seal(kek: Kek, kind: Kind, name: Uint8Array, body: Uint8Array): Uint8Array {
  const head = concat(Uint8Array.of(FORMAT_VERSION, KIND[kind]), kek.id);
  const nonce = randomBytes(NONCE_OCTETS);
  const cipher = createCipheriv(ALGORITHM, kek.key, nonce, { authTagLength: TAG_OCTETS });
  cipher.setAAD(concat(LABEL, head, name));
  const ciphertext = cipher.update(body);
  cipher.final();
  return concat(head, nonce, ciphertext, cipher.getAuthTag());
}

/** The body, the caller's to wipe. @throws StoreError that names the record, `what`, when it is not what was sealed. */
export function open(kek: Kek, kind: Kind, name: Uint8Array, sealed: Uint8Array, what: string): Uint8Array {
  const damaged = (why: string): StoreError =>
    new StoreError("damaged", `${what} is damaged: ${why}; restore it from a copy of the store`);
  if (sealed.length < SEAL_OCTETS) {
    throw damaged(`${sealed.length} octets, where at least ${SEAL_OCTETS} are expected`);
  }
  const head = sealed.subarray(0, HEAD_OCTETS);
  if (head[0] > FORMAT_VERSION) {
    throw new StoreError("newer", `${what} is of version ${head[0]}, and this program knows ${FORMAT_VERSION} at most`);
  }
  if (head[0] !== FORMAT_VERSION || head[1] !== KIND[kind]) throw damaged("its first octets are those of another kind");
  if (!equalOctets(head.subarray(2), kek.id)) throw damaged("it is sealed with another KEK than the store");
  const nonce = sealed.subarray(HEAD_OCTETS, HEAD_OCTETS + NONCE_OCTETS);
  const tagAt = sealed.length - TAG_OCTETS;
  const decipher = createDecipheriv(ALGORITHM, kek.key, nonce, { authTagLength: TAG_OCTETS });
  decipher.setAAD(concat(LABEL, head, name));
  decipher.setAuthTag(sealed.subarray(tagAt));
  const body = decipher.update(sealed.subarray(HEAD_OCTETS + NONCE_OCTETS, tagAt));
  try {
    decipher.final();
    return new Uint8Array(body);
  } catch {
    throw damaged("its tag does not fit");
  } finally {
    body.fill(0);
  }
}
