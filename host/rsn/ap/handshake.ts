/**
 * The authenticator of one association (IEEE Std 802.11-2020, 12.7.6 and 12.7.7): 4-way handshake and group key handshake,
 * EAPOL PDUs in and out.
 *
 *     M1 ->  <- M2   M3 ->  <- M4        mode rsn: the GTK is in M3, and M4 opens the port
 *     G1 ->  <- G2                       mode seed: after M4, and G2 opens the port; either mode: a new GTK
 *
 * The replay counter rises with every message sent, tries included; an answer counts if it has that of a message that waits.
 */

import { compareOctets } from "../../wire/octets.ts";
import { REASON, type ReasonCode } from "../frames/codes.ts";
import { EAPOL_KEY_MIC_OCTETS, type EapolKey, emitEapolKey, INFO, NONCE_OCTETS } from "../frames/eapolkey.ts";
import { emitKeyData, type KeyData, parseKeyData } from "../frames/kde.ts";
import type { RsnCrypto } from "../keys/crypto.ts";
import { hasRightMic, sealEapolKey, wrapKeyData } from "../keys/eapolmic.ts";
import { derivePtk, type Ptk, pmkidOf, wipePtk } from "../keys/ptk.ts";
import type { Suite } from "../keys/suites.ts";
import { type GroupKeys, rscOf } from "./groupkeys.ts";
import type { RsnApReason } from "./reasons.ts";
import { Retries } from "./retries.ts";

const TK_OCTETS = 16;
const NO_RSC = new Uint8Array(8);
const NO_NONCE = new Uint8Array(NONCE_OCTETS);

/** rsn: as 802.11; seed: as the text of seed 000 has it, the group keys in an exchange of their own before the port opens. */
export type Mode = "rsn" | "seed";

/** What a handshake is between, and under what. */
export interface HandshakeFacts {
  readonly crypto: RsnCrypto;
  readonly suite: Suite;
  readonly mode: Mode;
  readonly aa: Uint8Array;
  readonly spa: Uint8Array;
  /** Its own copy. */
  readonly pmk: Uint8Array;
  /** Information of the Beacon's RSNE, and of the Association Request's. */
  readonly apRsne: Uint8Array;
  readonly stationRsne: Uint8Array;
  readonly group: GroupKeys;
}

/** What comes of a message or of an instant. */
export interface Step {
  /** An EAPOL PDU to send. */
  readonly send?: Uint8Array;
  readonly refused?: RsnApReason;
  /** The association is over, for that reason. */
  readonly ends?: ReasonCode;
  /** The controlled port opens. */
  readonly opens?: boolean;
}

export class Handshake {
  readonly #facts: HandshakeFacts;
  readonly #aNonce: Uint8Array;
  readonly #pairwise = new Retries();
  readonly #groupwise = new Retries();
  #phase: "M2 awaited" | "M4 awaited" | "done" = "M2 awaited";
  #replayCounter = 0n;
  /** From a right M2 on. */
  #ptk: Ptk | undefined;
  /** What every M3 carries in mode rsn: a station takes the GTK of the first that it gets, so all tries hold the same. */
  #given: { readonly keyId: number; readonly key: Uint8Array; readonly pn: number } | undefined;
  #hasOpened = false;

  constructor(facts: HandshakeFacts) {
    this.#facts = facts;
    this.#aNonce = facts.crypto.randomBytes(NONCE_OCTETS);
  }

  /** The pairwise key once it is installed, which is when the right M4 has come. */
  get tk(): Uint8Array | undefined {
    return this.#phase === "done" ? this.#ptk?.tk : undefined;
  }

  /**
   * The pairwise key that frames of the station may be under already: it installs its own when it sends M4, and protects the M4
   * that answers a second M3 (12.7.6.5).
   */
  get receiveTk(): Uint8Array | undefined {
    return this.#ptk?.tk;
  }

  /** Does a group message wait for its answer? */
  get isGroupPending(): boolean {
    return this.#groupwise.due_s !== Number.POSITIVE_INFINITY;
  }

  /** When advance() has something to do. */
  get due_s(): number {
    return Math.min(this.#pairwise.due_s, this.#groupwise.due_s);
  }

  /** M1. */
  begin(now_s: number): Step {
    return { send: this.#m1(now_s) };
  }

  /** The same message again with another counter, or the end of it; a Step without anything when nothing is due. */
  advance(now_s: number): Step {
    if (now_s >= this.#pairwise.due_s) {
      if (this.#pairwise.areSpent) return { ends: REASON.FOUR_WAY_HANDSHAKE_TIMEOUT };
      return { send: this.#phase === "M2 awaited" ? this.#m1(now_s) : this.#m3(now_s) };
    }
    if (now_s >= this.#groupwise.due_s) {
      if (this.#groupwise.areSpent) return { ends: REASON.GROUP_KEY_HANDSHAKE_TIMEOUT };
      return { send: this.#g1(now_s) };
    }
    return {};
  }

  /** G1 with the newest GTK, if the pairwise handshake is through; what waited for an answer before waits no more. */
  rekey(now_s: number): Step {
    if (this.#phase !== "done") return {};
    this.#groupwise.stop();
    return { send: this.#g1(now_s) };
  }

  /** An EAPOL-Key frame of the station, and the PDU that it was read from. */
  receive(key: EapolKey, pdu: Uint8Array, now_s: number): Step {
    const { info } = key;
    const isVersion = (info & INFO.version) === this.#facts.suite.descriptorVersion;
    const notOfStations = INFO.ack | INFO.install | INFO.error | INFO.request | INFO.encrypted;
    if (!isVersion || !(info & INFO.mic) || info & notOfStations) return { refused: "bad key information" };
    if (info & INFO.pairwise) return info & INFO.secure ? this.#m4(key, pdu, now_s) : this.#m2(key, pdu, now_s);
    return info & INFO.secure ? this.#g2(key, pdu) : { refused: "bad key information" };
  }

  /** Wipes what it holds of keys. */
  end(): void {
    this.#pairwise.stop();
    this.#groupwise.stop();
    if (this.#ptk) wipePtk(this.#ptk);
    this.#ptk = undefined;
    this.#given?.key.fill(0);
    this.#facts.pmk.fill(0);
  }

  #m2(key: EapolKey, pdu: Uint8Array, now_s: number): Step {
    if (this.#phase !== "M2 awaited" || !this.#pairwise.have(key.replayCounter)) return { refused: "replayed counter" };
    const { crypto, suite, pmk, aa, spa, stationRsne } = this.#facts;
    const ptk = derivePtk(crypto, suite, pmk, { aa, spa, aNonce: this.#aNonce, sNonce: key.nonce });
    const refused = this.#refusalOf(ptk, key, pdu);
    if (refused) {
      wipePtk(ptk);
      return { refused };
    }
    const keyData = parseKeyData(key.keyData);
    const rsne = typeof keyData === "string" ? undefined : keyData.rsne;
    if (rsne === undefined || compareOctets(rsne, stationRsne) !== 0) {
      wipePtk(ptk);
      const why = rsne === undefined ? "bad key data" : "RSNE mismatch";
      return { refused: why, ends: REASON.HANDSHAKE_ELEMENT_MISMATCH };
    }
    this.#ptk = ptk;
    if (this.#facts.mode === "rsn") {
      const { keyId, key: gtk, pn } = this.#facts.group.newest;
      this.#given = { keyId, key: gtk.slice(), pn };
    }
    this.#phase = "M4 awaited";
    this.#pairwise.stop();
    return { send: this.#m3(now_s) };
  }

  #m4(key: EapolKey, pdu: Uint8Array, now_s: number): Step {
    if (this.#phase !== "M4 awaited" || !this.#pairwise.have(key.replayCounter)) return { refused: "replayed counter" };
    const refused = this.#refusalOf(this.#ptk, key, pdu);
    if (refused) return { refused };
    this.#pairwise.stop();
    this.#phase = "done";
    const given = this.#given;
    if (given === undefined) return this.rekey(now_s);
    this.#hasOpened = true;
    const isNewest = this.#facts.crypto.equal(given.key, this.#facts.group.newest.key);
    given.key.fill(0);
    return isNewest ? { opens: true } : { ...this.rekey(now_s), opens: true };
  }

  #g2(key: EapolKey, pdu: Uint8Array): Step {
    if (!this.#groupwise.have(key.replayCounter)) return { refused: "replayed counter" };
    const refused = this.#refusalOf(this.#ptk, key, pdu);
    if (refused) return { refused };
    this.#groupwise.stop();
    const opens = !this.#hasOpened;
    this.#hasOpened = true;
    return { opens };
  }

  #refusalOf(ptk: Ptk | undefined, key: EapolKey, pdu: Uint8Array): RsnApReason | undefined {
    const { crypto, suite } = this.#facts;
    return ptk && hasRightMic(crypto, suite, ptk.kck, pdu, key.mic) ? undefined : "bad MIC";
  }

  /** In clear and without a MIC; the PMKID tells a station with several PMKs which one it is. */
  #m1(now_s: number): Uint8Array {
    const { crypto, suite, pmk, aa, spa } = this.#facts;
    const pmkid = suite.eap ? pmkidOf(crypto, suite, pmk, aa, spa) : undefined;
    return emitEapolKey({
      info: suite.descriptorVersion | INFO.pairwise | INFO.ack,
      keyLength: TK_OCTETS,
      replayCounter: this.#count(this.#pairwise, now_s),
      nonce: this.#aNonce,
      rsc: NO_RSC,
      mic: new Uint8Array(EAPOL_KEY_MIC_OCTETS),
      keyData: emitKeyData({ pmkid }),
    });
  }

  #m3(now_s: number): Uint8Array {
    const info = INFO.pairwise | INFO.install | INFO.ack | INFO.mic | INFO.secure | INFO.encrypted;
    const keyData = { rsne: this.#facts.apRsne, gtk: this.#given };
    return this.#sealed(
      {
        info,
        keyLength: TK_OCTETS,
        replayCounter: this.#count(this.#pairwise, now_s),
        nonce: this.#aNonce,
        rsc: rscOf(this.#given?.pn ?? 0),
      },
      keyData,
    );
  }

  #g1(now_s: number): Uint8Array {
    const info = INFO.ack | INFO.mic | INFO.secure | INFO.encrypted;
    const { newest } = this.#facts.group;
    const replayCounter = this.#count(this.#groupwise, now_s);
    return this.#sealed({ info, keyLength: 0, replayCounter, nonce: NO_NONCE, rsc: rscOf(newest.pn) }, { gtk: newest });
  }

  #sealed(fields: Omit<EapolKey, "mic" | "keyData">, keyData: KeyData): Uint8Array {
    const { crypto, suite } = this.#facts;
    if (this.#ptk === undefined) throw new Error("a message with a MIC before there is a PTK");
    const { kck, kek } = this.#ptk;
    const info = suite.descriptorVersion | fields.info;
    return sealEapolKey(crypto, suite, kck, { ...fields, info, keyData: wrapKeyData(crypto, kek, keyData) });
  }

  #count(retries: Retries, now_s: number): bigint {
    this.#replayCounter++;
    retries.sent(this.#replayCounter, now_s);
    return this.#replayCounter;
  }
}
