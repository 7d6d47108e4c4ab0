/** The two ends of one association, on a clock that the test moves. */

import { nodeCrypto as crypto } from "../../../host/crypto/node.ts";
import { CIPHERSUITE } from "../../../host/mih/keys/ciphersuites.ts";
import { type AssociationOptions, SecurityAssociation } from "../../../host/mih/sa/association.ts";
import { hex } from "../../support/hex.ts";

export const MIAK = hex("000102030405060708090a0b0c0d0e0f");
export const MIEK = hex("101112131415161718191a1b1c1d1e1f");
export const SAID_VALUE = hex("5a5a000000000001");
export const AAD = hex("103400000001");

export class Clock {
  now_ms = 0;
  readonly read = (): number => this.now_ms;
}

/** Expires at 1000 ms unless told otherwise. */
export function associationOf(options: Partial<AssociationOptions> = {}): SecurityAssociation {
  return new SecurityAssociation({
    crypto,
    saidValue: SAID_VALUE,
    origin: "eap",
    peer: "tpos@b.example",
    isInitiator: true,
    keys: { miak: MIAK, miek: MIEK },
    ciphersuite: CIPHERSUITE.aesCcm16,
    expires_ms: 1000,
    now_ms: () => 0,
    ...options,
  });
}

export function pairOf(options: Partial<AssociationOptions> = {}): {
  readonly initiator: SecurityAssociation;
  readonly responder: SecurityAssociation;
} {
  return {
    initiator: associationOf({ ...options, isInitiator: true }),
    responder: associationOf({ ...options, isInitiator: false, peer: "mn@a.example" }),
  };
}

/** What was sealed. @throws Error for a refusal. */
export function sealedBy(association: SecurityAssociation, plain: Uint8Array, aad = AAD): Uint8Array {
  const sealed = association.seal(aad, plain);
  if (typeof sealed === "string") throw new Error(`not sealed: ${sealed}`);
  return sealed;
}
