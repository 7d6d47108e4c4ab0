/**
 * Pre-authentication at the AP that a station may go to next (IEEE Std 802.11-2020, 12.6.10.2): EAPOL of EtherType 88-C7 comes
 * off the wire behind the AP, from a station that is associated elsewhere; EAP ends in a PMKSA and in nothing else. No port
 * opens, no PTK is made.
 *
 *     station -> EAPOL-Start     <- EAP Request     -> EAP Response ...     <- EAP-Success, and both have the PMKSA
 *
 * Nothing on the wire is authentic before EAP is, so what a flood of EAPOL-Start can cost is bounded here.
 */

import type { EapBackend, EapStep } from "../../eap/backend.ts";
import { compareOctets, toHex } from "../../wire/octets.ts";
import { EAPOL_TYPE, parseEapol } from "../frames/eapol.ts";
import { emitEthernet, parseEthernet } from "../frames/ethernet.ts";
import { ETHERTYPE } from "../frames/llc.ts";
import { isGroupAddress } from "../frames/mpdu.ts";
import type { RsnCrypto } from "../keys/crypto.ts";
import type { Suite } from "../keys/suites.ts";
import { EapPort, type EapPortStep } from "./eap.ts";
import type { PmksaCache } from "./pmksa.ts";
import type { RsnApCounters, RsnApReason } from "./reasons.ts";

/** Assumption: so many stations at once. Whoever comes later waits, so that a flood does not end what is under way. */
const CONVERSATIONS_MAX = 64;
/** Assumption: an EAPOL-Start sooner after the one that was taken does not begin again; 802.1X-2010 waits 30 s for that. */
const START_AGAIN_s = 1;

export interface PreAuthenticatorOptions {
  readonly crypto: RsnCrypto;
  readonly aa: Uint8Array;
  /** The 802.1X suites that the AP offers: which one the station will take is not known yet. */
  readonly suites: readonly Suite[];
  readonly pmksa: PmksaCache;
  /** undefined: the AP does not pre-authenticate. */
  readonly backend: EapBackend | undefined;
  readonly isAssociated: (spa: Uint8Array) => boolean;
  /** Where refusals are counted. */
  readonly refused: RsnApCounters;
}

/** What became of a frame off the wire. */
export interface PreauthOutcome {
  /** Ethernet frames to put on the wire, in this order. */
  readonly frames: readonly Uint8Array[];
  readonly refused?: RsnApReason;
}

interface Conversation {
  readonly spa: Uint8Array;
  readonly port: EapPort;
  readonly began_s: number;
}

/** Times are the AP's. */
export class PreAuthenticator {
  readonly #options: PreAuthenticatorOptions;
  /** By SPA. */
  readonly #conversations = new Map<string, Conversation>();

  constructor(options: PreAuthenticatorOptions) {
    this.#options = options;
  }

  /** When advance() has something to do; infinity: nothing is under way. */
  get due_s(): number {
    return Math.min(...[...this.#conversations.values()].map(({ port }) => port.due_s), Number.POSITIVE_INFINITY);
  }

  /** Any octets off the wire, an Ethernet frame without FCS; they stay the caller's. Never throws for what they are. */
  receive(octets: Uint8Array, now_s: number): PreauthOutcome {
    const frames = this.advance(now_s);
    const taken = this.#take(octets, now_s);
    if (typeof taken === "string") return this.#refuse(taken, frames);
    frames.push(...this.#apply(taken.of, taken.step, now_s));
    const { refused } = taken.step;
    return refused ? this.#refuse(refused, frames) : { frames };
  }

  /** What is due: Requests again; whoever does not answer is forgotten. */
  advance(now_s: number): Uint8Array[] {
    const due = [...this.#conversations.values()].filter(({ port }) => port.due_s <= now_s);
    return due.flatMap((of) => this.#apply(of, of.port.advance(now_s), now_s));
  }

  /** What the backend answered later; nothing when that station's pre-authentication is over. */
  eapAnswer(spa: Uint8Array, step: EapStep, now_s: number): Uint8Array[] {
    const frames = this.advance(now_s);
    const of = this.#conversations.get(toHex(spa));
    return of ? [...frames, ...this.#apply(of, of.port.answer(step, now_s), now_s)] : frames;
  }

  /** The station is associated here now: what is under way for it is over. */
  forget(spa: Uint8Array): void {
    this.#conversations.delete(toHex(spa));
  }

  #take(octets: Uint8Array, now_s: number): { readonly of: Conversation; readonly step: EapPortStep } | RsnApReason {
    const { aa, backend, isAssociated } = this.#options;
    const frame = parseEthernet(octets);
    if (typeof frame === "string") return frame;
    const { da, sa: spa, etherType, data } = frame;
    if (etherType !== ETHERTYPE.preauthentication) return "bad type";
    const isHere = compareOctets(da, aa) === 0 && !isGroupAddress(spa) && compareOctets(spa, aa) !== 0;
    if (!isHere) return "not for me";
    if (backend === undefined) return "no pre-authentication";
    if (isAssociated(spa)) return "associated here";
    const eapol = parseEapol(data);
    if (typeof eapol === "string") return eapol;
    if (eapol.type === EAPOL_TYPE.start) return this.#start(backend, spa, now_s);
    if (eapol.type !== EAPOL_TYPE.eap) return "bad type";
    const of = this.#conversations.get(toHex(spa));
    return of ? { of, step: of.port.receive(eapol.body, now_s) } : "wrong phase";
  }

  #start(backend: EapBackend, spa: Uint8Array, now_s: number) {
    const key = toHex(spa);
    const before = this.#conversations.get(key);
    const isTooSoon = before !== undefined && now_s < before.began_s + START_AGAIN_s;
    const isFull = before === undefined && this.#conversations.size >= CONVERSATIONS_MAX;
    if (isTooSoon || isFull) return "too many starts";
    const [identifier] = this.#options.crypto.randomBytes(1);
    const of = { spa, port: new EapPort(backend, spa, identifier), began_s: now_s };
    this.#conversations.set(key, of);
    return { of, step: of.port.begin(now_s) };
  }

  /** Does what a step says: send, keep the PMK, end. */
  #apply({ spa }: Conversation, { send, pmk, ends }: EapPortStep, now_s: number): Uint8Array[] {
    const { aa, pmksa, suites } = this.#options;
    if (pmk) {
      pmksa.add(spa, suites, pmk, now_s);
      pmk.fill(0);
    }
    if (pmk || ends !== undefined) this.forget(spa);
    if (send === undefined) return [];
    return [emitEthernet({ da: spa, sa: aa, etherType: ETHERTYPE.preauthentication, data: send })];
  }

  #refuse(reason: RsnApReason, frames: readonly Uint8Array[]): PreauthOutcome {
    this.#options.refused[reason]++;
    return { frames, refused: reason };
  }
}
