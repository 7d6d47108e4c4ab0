/**
 * A MIS security association (IEEE 802.21a, 8.4.2; the octets are ours, Assumption), between an initiator and a responder:
 *
 *     sealed = BE64(SN) ‖ ciphertext ‖ MIC = BE64(SN) ‖ AES-CCM(MIEK, nonce, aad, plain)
 *     nonce  = direction(1) ‖ 0(4) ‖ BE64(SN),   direction 0 from the initiator, 1 from the responder
 *
 * SN begins with 1 in each direction and never comes again: an association is made once of its nonces, lives in RAM only, and
 * is never restored. The direction keeps a message from being thrown back at who sent it.
 */

import type { Crypto } from "../../crypto/crypto.ts";
import { checkNumber, checkOctets, concat } from "../../wire/octets.ts";
import { type Ciphersuite, SUITES } from "../keys/ciphersuites.ts";
import { MIAK_OCTETS, MIEK_OCTETS, type SessionKeys } from "../keys/keys.ts";
import { type Said, type SaOrigin, saidOf } from "./said.ts";
import { emitSequence, ReplayWindow, readSequence, SEQUENCE_OCTETS, SequenceCounter } from "./sequence.ts";

/** CCM with L = 2 (SP 800-38C, A.1). */
const PLAIN_OCTETS_MAX = 0xffff;
/**
 * Assumption: SP 800-38C, 5.3, lets a key serve 2^61 calls of the block cipher. A message of 65,535 octets and as many of aad
 * takes fewer than 2^14, and two directions share the key.
 */
const MESSAGES_MAX = 2 ** 46;

export interface AssociationOptions {
  readonly crypto: Pick<Crypto, "ccmSeal" | "ccmOpen">;
  /** 8 octets, of the SAID. */
  readonly saidValue: Uint8Array;
  readonly origin: SaOrigin;
  /** MISF ID of the other end. */
  readonly peer: string;
  readonly isInitiator: boolean;
  /** Copied. */
  readonly keys: SessionKeys;
  readonly ciphersuite: Ciphersuite;
  /** On the clock of now_ms: from then on nothing is sealed or opened. */
  readonly expires_ms: number;
  readonly now_ms: () => number;
  /** That this end may seal, 2^46 unless given. */
  readonly messages?: number;
}

/** "expired": the time is over, or the association was wiped. "exhausted": no sequence number is left. */
export type SealRefusal = "expired" | "exhausted";
export type OpenRefusal = "expired" | "too short" | "too long" | "bad MIC" | "replayed";

export class SecurityAssociation {
  readonly said: Said;
  readonly origin: SaOrigin;
  readonly peer: string;
  readonly isInitiator: boolean;
  readonly ciphersuite: Ciphersuite;
  readonly expires_ms: number;
  readonly #crypto: AssociationOptions["crypto"];
  readonly #now_ms: () => number;
  readonly #miak: Uint8Array;
  readonly #miek: Uint8Array;
  readonly #sent: SequenceCounter;
  readonly #received = new ReplayWindow();
  #isWiped = false;

  /** @throws RangeError for keys or a SAID of a wrong length. */
  constructor(options: AssociationOptions) {
    checkOctets("miak", options.keys.miak, MIAK_OCTETS);
    checkOctets("miek", options.keys.miek, MIEK_OCTETS);
    const messages = options.messages ?? MESSAGES_MAX;
    checkNumber("messages", messages, 1, MESSAGES_MAX);
    this.said = saidOf(options.origin, options.saidValue);
    this.origin = options.origin;
    this.peer = options.peer;
    this.isInitiator = options.isInitiator;
    this.ciphersuite = options.ciphersuite;
    this.expires_ms = options.expires_ms;
    this.#crypto = options.crypto;
    this.#now_ms = options.now_ms;
    this.#miak = options.keys.miak.slice();
    this.#miek = options.keys.miek.slice();
    this.#sent = new SequenceCounter(messages);
  }

  /** Its time is over, or it was wiped. */
  get isExpired(): boolean {
    return this.#isWiped || this.#now_ms() >= this.expires_ms;
  }

  /** The authentication key, of which further keys are derived; a copy, the caller's to wipe. @throws Error when wiped. */
  get miak(): Uint8Array {
    if (this.#isWiped) throw new Error("the association was wiped");
    return this.#miak.slice();
  }

  /** 8 octets more than `plain` (0 to 65,535) and its MIC. @throws RangeError for a longer one. */
  seal(aad: Uint8Array, plain: Uint8Array): Uint8Array | SealRefusal {
    checkOctets("plain", plain, 0, PLAIN_OCTETS_MAX);
    if (this.isExpired) return "expired";
    const sequence = this.#sent.next();
    if (sequence === undefined) return "exhausted";
    const sn = emitSequence(sequence);
    const nonce = nonceOf(this.isInitiator, sn);
    return concat(sn, this.#crypto.ccmSeal(this.#miek, nonce, aad, plain, SUITES[this.ciphersuite].micOctets));
  }

  /** The plain octets of what the other end has sealed under that aad; of whatever octets. */
  open(aad: Uint8Array, sealed: Uint8Array): Uint8Array | OpenRefusal {
    if (this.isExpired) return "expired";
    const { micOctets } = SUITES[this.ciphersuite];
    if (sealed.length < SEQUENCE_OCTETS + micOctets) return "too short";
    if (sealed.length > SEQUENCE_OCTETS + PLAIN_OCTETS_MAX + micOctets) return "too long";
    const nonce = nonceOf(!this.isInitiator, sealed.slice(0, SEQUENCE_OCTETS));
    const plain = this.#crypto.ccmOpen(this.#miek, nonce, aad, sealed.slice(SEQUENCE_OCTETS), micOctets);
    if (plain === null) return "bad MIC";
    // Only now: a number in clear must not move the window.
    const sequence = readSequence(sealed);
    if (sequence !== undefined && sequence > 0 && this.#received.take(sequence)) return plain;
    plain.fill(0);
    return "replayed";
  }

  /** The keys are zeros from now on, and the association has expired. */
  wipe(): void {
    this.#isWiped = true;
    this.#miak.fill(0);
    this.#miek.fill(0);
  }
}

function nonceOf(isFromInitiator: boolean, sn: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(isFromInitiator ? 0 : 1), new Uint8Array(4), sn);
}
