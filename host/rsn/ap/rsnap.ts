/**
 * The RSN AP of docs/RSN.md: policy, open-system authentication, association, 802.1X, handshakes and protected data. MPDUs in
 * and out: it owns no radio, no clock and no store.
 *
 * Time is what the caller says it is, in seconds from any beginning, and never goes back. What is due is done by advance(),
 * which the caller calls at `due_s` or later; receive() does it too. A mistake of the caller is a RangeError; what comes over
 * the air is taken, or counted by its reason and dropped.
 */

import type { EapBackend, EapStep } from "../../eap/backend.ts";
import { checkOctets, compareOctets, toHex } from "../../wire/octets.ts";
import { REASON, type ReasonCode, STATUS } from "../frames/codes.ts";
import { ETHERTYPE, emitMsdu } from "../frames/llc.ts";
import {
  parseAssociationRequest,
  parseAuthentication,
  parseReason,
  parseReassociationRequest,
} from "../frames/management.ts";
import {
  ADDRESS_OCTETS,
  broadcastAddress,
  emitMpdu,
  FLAG,
  isGroupAddress,
  type Mpdu,
  parseMpdu,
} from "../frames/mpdu.ts";
import { ccmpSeal } from "../keys/ccmp.ts";
import type { RsnCrypto } from "../keys/crypto.ts";
import { type Akm, suiteOf } from "../keys/suites.ts";
import { Admission } from "./admission.ts";
import { Association } from "./association.ts";
import type { EapPortStep } from "./eap.ts";
import { GroupKeys } from "./groupkeys.ts";
import type { Mode } from "./handshake.ts";
import { PmksaCache } from "./pmksa.ts";
import { Policy } from "./policy.ts";
import { PreAuthenticator } from "./preauth.ts";
import { newRsnCounters, type RsnApReason } from "./reasons.ts";
import { type AssociationKind, Transmitter } from "./transmitter.ts";

/** 9.4.1.8. */
const AID_MAX = 2007;

export interface RsnApOptions {
  readonly crypto: RsnCrypto;
  readonly aa: Uint8Array;
  readonly ssid: Uint8Array;
  /** What the Beacon offers. */
  readonly akms: readonly Akm[];
  readonly mode: Mode;
  /** For AKM 2 and 6: the PSK of a station, 32 octets; undefined: it has none here. */
  readonly psk?: (spa: Uint8Array) => Uint8Array | undefined;
  /** For AKM 1 and 5; without it only stations of a cached PMK are let in. */
  readonly eap?: EapBackend;
  /**
   * Who authenticates stations that are associated elsewhere (12.6.10.2); with it the RSNE says so. One that answers later
   * is another than `eap`: its answers are for preauth.eapAnswer.
   */
  readonly preauth?: EapBackend;
}

/** What became of an MPDU that came in. */
export interface RsnOutcome {
  /** To put on the air, in this order. */
  readonly frames: readonly Uint8Array[];
  /** An MSDU, LLC/SNAP and data, from a station whose port is open. */
  readonly msdu?: { readonly spa: Uint8Array; readonly da: Uint8Array; readonly octets: Uint8Array };
  readonly refused?: RsnApReason;
}

export class RsnAp {
  /** What was refused since the object was made, by reason. */
  readonly refused = newRsnCounters();
  /** Associations that the AP has ended, by reason code. */
  readonly ended = new Map<ReasonCode, number>();
  /** PMKs that came of EAP; pre-authentication adds to it. */
  readonly pmksa: PmksaCache;
  /** Takes what comes off the wire behind the AP; it has time-outs of its own, in the AP's time. */
  readonly preauth: PreAuthenticator;
  readonly #options: RsnApOptions;
  readonly #policy: Policy;
  readonly #group: GroupKeys;
  readonly #admission: Admission;
  readonly #transmitter: Transmitter;
  /** By SPA. */
  readonly #associations = new Map<string, Association>();
  #now_s = Number.NEGATIVE_INFINITY;

  /** @throws RangeError for an address that is not one station's, and AKMs that Policy refuses. */
  constructor(options: RsnApOptions) {
    const { crypto, akms, psk, eap, preauth } = options;
    checkOctets("aa", options.aa, ADDRESS_OCTETS);
    checkOctets("ssid", options.ssid, 1, 32);
    if (isGroupAddress(options.aa)) throw new RangeError("aa: a group address, where one AP's is expected");
    const aa = options.aa.slice();
    const ssid = options.ssid.slice();
    const policy = new Policy(akms, { preauthenticates: preauth !== undefined });
    const pmksa = new PmksaCache(crypto, aa);
    this.#options = { ...options, aa, ssid };
    this.#policy = policy;
    this.pmksa = pmksa;
    this.#transmitter = new Transmitter(aa, ssid, policy.rsne);
    this.#group = new GroupKeys(crypto);
    this.#admission = new Admission({ crypto, aa, ssid, policy, pmksa, psk, eap });
    this.preauth = new PreAuthenticator({
      crypto,
      aa,
      suites: akms.map(suiteOf).filter(({ eap }) => eap),
      pmksa,
      backend: preauth,
      isAssociated: (spa) => this.#associations.has(toHex(spa)),
      refused: this.refused,
    });
  }

  /** When advance() has something to do; infinity: nothing is under way. */
  get due_s(): number {
    return Math.min(...[...this.#associations.values()].map(({ due_s }) => due_s), Number.POSITIVE_INFINITY);
  }

  /** A Beacon; `to` a station, a Probe Response: what the AP's policy is (seed rule 000-R1). */
  beacon(now_s: number, to?: Uint8Array): Uint8Array {
    this.#tick(now_s);
    return this.#transmitter.beacon(now_s, to);
  }

  /** Is the controlled port of that station open? */
  isAuthorized(spa: Uint8Array): boolean {
    return this.#associations.get(toHex(spa))?.isOpen ?? false;
  }

  /** Any octets off the air; they stay the caller's. Never throws for what they are. */
  receive(octets: Uint8Array, now_s: number): RsnOutcome {
    const frames = this.advance(now_s);
    const mpdu = parseMpdu(octets);
    if (typeof mpdu === "string") return this.#refuse(mpdu, frames);
    const { a1, a2, a3, kind, flags } = mpdu;
    const { aa } = this.#options;
    const isData = kind === "Data";
    const isHere = compareOctets(a1, aa) === 0 && (isData || compareOctets(a3, aa) === 0);
    const isFromStation = !isGroupAddress(a2) && compareOctets(a2, aa) !== 0;
    const isUp = (flags & (FLAG.toDs | FLAG.fromDs)) === (isData ? FLAG.toDs : 0);
    if (!isHere || !isFromStation || !isUp) return this.#refuse("not for me", frames);
    return isData ? this.#data(mpdu, frames) : this.#managed(mpdu, frames);
  }

  /** What is due at that instant: messages again, and associations that end because nobody answers. */
  advance(now_s: number): Uint8Array[] {
    this.#tick(now_s);
    const due = [...this.#associations.values()].filter(({ due_s }) => due_s <= now_s);
    return due.flatMap((association) => this.#apply(association, association.advance(now_s)));
  }

  /** An MSDU for a station, LLC/SNAP and data, from `sa`, or why there is none. */
  send(spa: Uint8Array, sa: Uint8Array, msdu: Uint8Array): Uint8Array | "port closed" | "PN exhausted" {
    const association = this.#associations.get(toHex(spa));
    if (!association?.isOpen) return "port closed";
    const sealed = association.protect(this.#transmitter.data(spa, sa, msdu));
    return typeof sealed === "string" ? sealed : emitMpdu(sealed);
  }

  /** An MSDU for all of them, under the GTK. */
  broadcast(sa: Uint8Array, msdu: Uint8Array): Uint8Array | "PN exhausted" {
    const key = this.#group.draw();
    if (key === undefined) return "PN exhausted";
    return emitMpdu(ccmpSeal(this.#options.crypto, key.key, key, this.#transmitter.data(broadcastAddress(), sa, msdu)));
  }

  /** A new GTK for everyone whose port is open; it is sent with when all have answered or are gone. */
  rekey(now_s: number): Uint8Array[] {
    const frames = this.advance(now_s);
    this.#group.change();
    // All of them wait before any is sent to: the new key is not settled before the last.
    const steps = [...this.#associations.values()].map((to) => ({ to, step: to.rekey(now_s) }));
    for (const { to, step } of steps) frames.push(...this.#apply(to, step));
    this.#settleGroup();
    return frames;
  }

  /** What the EAP backend answered later; nothing when that station's EAP is over. */
  eapAnswer(spa: Uint8Array, step: EapStep, now_s: number): Uint8Array[] {
    const frames = this.advance(now_s);
    const association = this.#associations.get(toHex(spa));
    return association ? [...frames, ...this.#apply(association, association.eapAnswer(step, now_s))] : frames;
  }

  #managed(mpdu: Mpdu, frames: Uint8Array[]): RsnOutcome {
    if (mpdu.flags & FLAG.protected) return this.#refuse("bad type", frames);
    if (mpdu.kind === "Authentication") return this.#authentication(mpdu, frames);
    const { kind } = mpdu;
    if (kind === "Association Request" || kind === "Reassociation Request") {
      return this.#association(kind, mpdu, frames);
    }
    if (kind !== "Deauthentication" && kind !== "Disassociation") return this.#refuse("bad type", frames);
    const reason = parseReason(mpdu.body);
    if (typeof reason === "string") return this.#refuse(reason, frames);
    const association = this.#associations.get(toHex(mpdu.a2));
    if (association) this.#drop(association);
    if (kind === "Deauthentication") this.#admission.deauthenticate(mpdu.a2);
    return { frames };
  }

  #authentication({ a2, body }: Mpdu, frames: Uint8Array[]): RsnOutcome {
    const request = parseAuthentication(body);
    if (typeof request === "string") return this.#refuse(request, frames);
    const { algorithm, transaction } = request;
    const status = this.#admission.authenticate(a2, request);
    const answer = { algorithm, transaction: (transaction + 1) & 0xffff, status };
    frames.push(this.#transmitter.authentication(a2, answer));
    return status === STATUS.SUCCESS ? { frames } : this.#refuse("authentication refused", frames);
  }

  /** An association that is granted takes the place of the station's one before, whatever that had come to. */
  #association(kind: AssociationKind, { a2: spa, body }: Mpdu, frames: Uint8Array[]): RsnOutcome {
    if (!this.#admission.isAuthenticated(spa)) {
      frames.push(this.#transmitter.deauthentication(spa, REASON.INVALID_CLASS2_FRAME));
      return this.#refuse("not authenticated", frames);
    }
    const request = kind === "Association Request" ? parseAssociationRequest(body) : parseReassociationRequest(body);
    if (typeof request === "string") return this.#refuse(request, frames);
    const admitted = this.#admission.admit(spa, request, this.#now_s);
    const before = this.#associations.get(toHex(spa));
    const aid = before?.facts.aid ?? this.#freeAid();
    const status = typeof admitted === "number" ? admitted : aid === undefined ? STATUS.AP_UNABLE_TO_HANDLE_STA : 0;
    frames.push(this.#transmitter.associationResponse(kind, spa, status, aid ?? 0));
    if (status !== STATUS.SUCCESS || typeof admitted === "number" || aid === undefined) {
      return this.#refuse("association refused", frames);
    }

    if (before) this.#drop(before);
    this.preauth.forget(spa);
    const { crypto, aa, mode, eap } = this.#options;
    const { suite, rsne: stationRsne, pmk } = admitted;
    const shared = { crypto, aa, mode, eap, group: this.#group, apRsne: this.#policy.rsne };
    const association = new Association({ ...shared, suite, spa, aid, stationRsne });
    this.#associations.set(toHex(spa), association);
    const step = pmk ? association.beginKeys(pmk, this.#now_s) : eap && association.beginEap(eap, this.#now_s);
    frames.push(...this.#apply(association, step ?? {}));
    return { frames };
  }

  #data(mpdu: Mpdu, frames: Uint8Array[]): RsnOutcome {
    const { a2: spa, a3: da } = mpdu;
    const association = this.#associations.get(toHex(spa));
    if (association === undefined) {
      frames.push(this.#transmitter.deauthentication(spa, REASON.INVALID_CLASS3_FRAME));
      return this.#refuse("not associated", frames);
    }
    const taken = association.receive(mpdu, this.#now_s);
    if (typeof taken === "string") return this.#refuse(taken, frames);
    if ("msdu" in taken) return { frames, msdu: { spa, da, octets: taken.msdu } };
    frames.push(...this.#apply(association, taken.step));
    const { refused } = taken.step;
    return refused ? this.#refuse(refused, frames) : { frames };
  }

  /** Does what a step says, in this order: send, begin with a PMK, open, end. */
  #apply(association: Association, { send, pmk, opens, ends }: EapPortStep): Uint8Array[] {
    const { spa, suite } = association.facts;
    const frames: Uint8Array[] = [];
    if (send) {
      const pdu = emitMsdu({ etherType: ETHERTYPE.eapol, data: send });
      const mpdu = association.protect(this.#transmitter.data(spa, this.#options.aa, pdu));
      if (mpdu === "PN exhausted") this.refused[mpdu]++;
      else frames.push(emitMpdu(mpdu));
    }
    if (pmk) {
      this.pmksa.add(spa, [suite], pmk, this.#now_s);
      frames.push(...this.#apply(association, association.beginKeys(pmk, this.#now_s)));
    }
    if (opens) association.isOpen = true;
    if (ends) {
      this.#drop(association);
      this.#admission.deauthenticate(spa);
      this.ended.set(ends, (this.ended.get(ends) ?? 0) + 1);
      frames.push(this.#transmitter.deauthentication(spa, ends));
    }
    this.#settleGroup();
    return frames;
  }

  #drop(association: Association): void {
    association.end();
    this.#associations.delete(toHex(association.facts.spa));
  }

  /** The new GTK is the one to send with when nobody's answer is waited for. */
  #settleGroup(): void {
    if (!this.#group.isChanging) return;
    if (![...this.#associations.values()].some(({ isGroupPending }) => isGroupPending)) this.#group.changed();
  }

  #freeAid(): number | undefined {
    const used = new Set([...this.#associations.values()].map(({ facts }) => facts.aid));
    for (let aid = 1; aid <= AID_MAX; aid++) if (!used.has(aid)) return aid;
    return undefined;
  }

  /** It is now so late. */
  #tick(now_s: number): void {
    if (!(now_s >= this.#now_s)) {
      throw new RangeError(`now_s: ${now_s}, and it was ${this.#now_s} before: time does not go back`);
    }
    this.#now_s = now_s;
  }

  #refuse(reason: RsnApReason, frames: readonly Uint8Array[]): RsnOutcome {
    this.refused[reason]++;
    return { frames, refused: reason };
  }
}
