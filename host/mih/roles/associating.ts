/**
 * How two entities come to a security association of their own (802.21a; 003-M4, 003-M8): an authentication goes back and
 * forth inside MIS_Auth until both have an MSK, and then each shows the other its tag over all that was said.
 *
 *     initiator ── method, EAP or TLS octets [, Nonce-T, c, links] ──> responder
 *               <── Status, EAP or TLS octets [, Nonce-N, c] ────────
 *               ── ... AUTH_i [, proof of presence] ──>
 *               <── Status, SAID, KeyLifeTime, AUTH_r ──
 */

import type { Crypto } from "../../crypto/crypto.ts";
import type { Clock } from "../../datagrams/link.ts";
import { concat } from "../../wire/octets.ts";
import type { Misf } from "../misf.ts";
import { SecurityAssociation } from "../sa/association.ts";
import type { SaTable } from "../sa/table.ts";
import { type BodyOf, emitService } from "../wire/message.ts";
import { AUTH_REQUEST, AUTH_RESPONSE } from "../wire/messages.ts";
import type { LinkId } from "../wire/values.ts";

export type AuthMethod = "tls" | "eap";
export type AuthRequest = BodyOf<typeof AUTH_REQUEST>;
export type AuthResponse = BodyOf<typeof AUTH_RESPONSE>;

/** What an MN says of itself to the PoS that is to serve it. */
export interface Introduction {
  readonly links: readonly LinkId[];
  /** Of a device that has keys of a group manager's tree. */
  readonly presence?: Uint8Array;
}

export interface AssociatingOptions {
  readonly misf: Misf;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly associations: SaTable;
  /** Of what this end answers, s. */
  readonly lifetime_s: number;
}

/** What both have said, with nothing of what proves it. */
export class Transcript {
  readonly #crypto: Crypto;
  #octets: Uint8Array = new Uint8Array();

  constructor(crypto: Crypto) {
    this.#crypto = crypto;
  }

  asked({ auth: _, ...body }: AuthRequest): void {
    this.#octets = concat(this.#octets, emitService(AUTH_REQUEST, body));
  }

  answered({ auth: _, ...body }: AuthResponse): void {
    this.#octets = concat(this.#octets, emitService(AUTH_RESPONSE, body));
  }

  get hash(): Uint8Array {
    return this.#crypto.sha256(this.#octets);
  }
}

/** Owned by the table from now on; the keys are wiped. */
export function put(
  associations: SaTable,
  options: ConstructorParameters<typeof SecurityAssociation>[0],
): SecurityAssociation | string {
  const association = new SecurityAssociation(options);
  options.keys.miak.fill(0);
  options.keys.miek.fill(0);
  const refusal = associations.put(association);
  return refusal === undefined ? association : `there is no place for the association: ${refusal}`;
}
