/**
 * One association at the AP: EAP if the suite has it, then the handshakes, then data, and the controlled port between
 * (seed rules 000-R4, R7 and R10): until it opens, nothing but 802.1X passes in either direction.
 */

import type { EapBackend, EapStep } from "../../eap/backend.ts";
import { PN_MAX } from "../frames/ccmpheader.ts";
import { EAPOL_TYPE, parseEapol } from "../frames/eapol.ts";
import { parseEapolKey } from "../frames/eapolkey.ts";
import { ETHERTYPE, type Msdu, parseMsdu } from "../frames/llc.ts";
import { FLAG, type Mpdu } from "../frames/mpdu.ts";
import { ccmpHeaderOf, ccmpOpen, ccmpSeal } from "../keys/ccmp.ts";
import { EapPort, type EapPortStep } from "./eap.ts";
import { Handshake, type HandshakeFacts } from "./handshake.ts";
import type { RsnApReason } from "./reasons.ts";

/** Key ID of a pairwise key, 12.5.3.2. */
const PAIRWISE_KEY_ID = 0;

/** What a handshake stands on but for the PMK, which EAP may still have to bring. */
export type AssociationFacts = Omit<HandshakeFacts, "pmk"> & {
  readonly aid: number;
  /** Of the AP, if it has one. */
  readonly eap: EapBackend | undefined;
};

/** What came in a Data frame: 802.1X for the association itself, or an MSDU for whoever is behind the port. */
export type Taken = { readonly step: EapPortStep } | { readonly msdu: Uint8Array };

export class Association {
  readonly facts: AssociationFacts;
  /** Is the controlled port open? */
  isOpen = false;
  #eap: EapPort | undefined;
  #handshake: Handshake | undefined;
  /** The last PN sent, and the last one taken, under the TK. */
  #txPn = 0;
  #rxPn = 0;

  constructor(facts: AssociationFacts) {
    this.facts = facts;
  }

  /** When advance() has something to do. */
  get due_s(): number {
    return Math.min(this.#eap?.due_s ?? Number.POSITIVE_INFINITY, this.#handshake?.due_s ?? Number.POSITIVE_INFINITY);
  }

  /** Does a group message wait for its answer? */
  get isGroupPending(): boolean {
    return this.#handshake?.isGroupPending ?? false;
  }

  /** Asks for the identity. */
  beginEap(backend: EapBackend, now_s: number): EapPortStep {
    this.#reset();
    const [identifier] = this.facts.crypto.randomBytes(1);
    this.#eap = new EapPort(backend, this.facts.spa, identifier);
    return this.#eap.begin(now_s);
  }

  /** M1. The PMK is its own from now on. */
  beginKeys(pmk: Uint8Array, now_s: number): EapPortStep {
    this.#reset();
    this.#handshake = new Handshake({ ...this.facts, pmk });
    return this.#handshake.begin(now_s);
  }

  /** What is due. */
  advance(now_s: number): EapPortStep {
    return this.#eap?.advance(now_s) ?? this.#handshake?.advance(now_s) ?? {};
  }

  /** G1 with the newest GTK. */
  rekey(now_s: number): EapPortStep {
    return this.#handshake?.rekey(now_s) ?? {};
  }

  /** An answer that the backend owed; nothing when EAP is over. */
  eapAnswer(step: EapStep, now_s: number): EapPortStep {
    return this.#eap?.answer(step, now_s) ?? {};
  }

  /** A Data frame of the station, or why it is dropped. */
  receive(mpdu: Mpdu, now_s: number): Taken | RsnApReason {
    const isProtected = (mpdu.flags & FLAG.protected) !== 0;
    const octets = isProtected ? this.#open(mpdu) : mpdu.body;
    if (typeof octets === "string") return octets;
    const msdu = parseMsdu(octets);
    if (typeof msdu === "string") return msdu;
    if (msdu.etherType === ETHERTYPE.eapol) return this.#eapol(msdu, isProtected, now_s);
    if (!this.isOpen) return "port closed";
    return isProtected ? { msdu: octets } : "unprotected";
  }

  /** A Data frame for the station, protected as soon as there is a key. */
  protect(mpdu: Mpdu): Mpdu | "PN exhausted" {
    const tk = this.#handshake?.tk;
    if (tk === undefined) return mpdu;
    if (this.#txPn === PN_MAX) return "PN exhausted";
    this.#txPn++;
    return ccmpSeal(this.facts.crypto, tk, { pn: this.#txPn, keyId: PAIRWISE_KEY_ID }, mpdu);
  }

  /** Wipes its keys; the port is closed. */
  end(): void {
    this.#reset();
  }

  /** The MSDU of a protected frame, whose PN then counts as taken. */
  #open(mpdu: Mpdu): Uint8Array | RsnApReason {
    const header = ccmpHeaderOf(mpdu);
    if (typeof header === "string") return header;
    const tk = this.#handshake?.receiveTk;
    if (tk === undefined || header.keyId !== PAIRWISE_KEY_ID) return "no key";
    if (header.pn <= this.#rxPn) return "replayed PN";
    const octets = ccmpOpen(this.facts.crypto, tk, header, mpdu);
    if (octets === null) return "bad MIC";
    this.#rxPn = header.pn;
    return octets;
  }

  #eapol({ data }: Msdu, isProtected: boolean, now_s: number): Taken | RsnApReason {
    const eapol = parseEapol(data);
    if (typeof eapol === "string") return eapol;
    const hasKeys = this.#handshake?.tk !== undefined;
    if (eapol.type === EAPOL_TYPE.key) {
      const key = parseEapolKey(eapol);
      if (typeof key === "string") return key;
      // Deviation: with keys installed it may still come in clear, as the station's answers to what did; its MIC decides.
      return { step: this.#handshake?.receive(key, eapol.pdu, now_s) ?? { refused: "wrong phase" } };
    }
    if (hasKeys && !isProtected) return "unprotected";
    if (eapol.type === EAPOL_TYPE.logoff) return hasKeys ? this.#logoff() : "wrong phase";
    if (eapol.type === EAPOL_TYPE.start) return hasKeys ? "wrong phase" : this.#start(now_s);
    if (eapol.type !== EAPOL_TYPE.eap) return "bad type";
    return { step: this.#eap?.receive(eapol.body, now_s) ?? { refused: "wrong phase" } };
  }

  /** EAPOL-Start, 802.1X-2010 11.3: EAP begins again, also in place of a handshake over a cached PMK. */
  #start(now_s: number): Taken | RsnApReason {
    const { suite, eap } = this.facts;
    return suite.eap && eap ? { step: this.beginEap(eap, now_s) } : "wrong phase";
  }

  /** EAPOL-Logoff, of whoever has the keys: the port closes and they go; the station is associated still. */
  #logoff(): Taken {
    this.#reset();
    return { step: {} };
  }

  #reset(): void {
    this.#handshake?.end();
    this.#handshake = undefined;
    this.#eap = undefined;
    this.isOpen = false;
    this.#txPn = 0;
    this.#rxPn = 0;
  }
}
