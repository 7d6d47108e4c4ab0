/** The supplicant of one association: EAPOL-Key in, EAPOL PDU out (IEEE Std 802.11-2020, 12.7.6 and 12.7.7; docs/RSN.md 3, 4, 6). */

import type { Eapol } from "../../../host/rsn/frames/eapol.ts";
import { type EapolKey, INFO, parseEapolKey } from "../../../host/rsn/frames/eapolkey.ts";
import { emitKeyData, type Gtk, type KeyData, parseKeyData } from "../../../host/rsn/frames/kde.ts";
import type { Mpdu } from "../../../host/rsn/frames/mpdu.ts";
import { ccmpHeaderOf } from "../../../host/rsn/keys/ccmp.ts";
import type { RsnCrypto } from "../../../host/rsn/keys/crypto.ts";
import { hasRightMic, sealEapolKey, unwrapKeyData } from "../../../host/rsn/keys/eapolmic.ts";
import { derivePtk, type Ptk } from "../../../host/rsn/keys/ptk.ts";
import type { Suite } from "../../../host/rsn/keys/suites.ts";
import { equal } from "../../twin/bytes.ts";
import { InstalledKeys, type Opened } from "./installed.ts";
import type { NonceFailure } from "./nonce.ts";
import type { RsnStatusName } from "./statuses.ts";

const NOTHING = new Uint8Array(0);
const NO_NONCE = new Uint8Array(32);
const GTK_octets = 16;
/** No later one could follow it. */
const COUNTER_MAX = 2n ** 64n - 1n;

/** Key Information of what an AP sends, without the descriptor version. */
const MESSAGE = {
  M1: INFO.pairwise | INFO.ack,
  M3: INFO.pairwise | INFO.install | INFO.ack | INFO.mic | INFO.secure | INFO.encrypted,
  G1: INFO.ack | INFO.mic | INFO.secure | INFO.encrypted,
} as const;

export interface SupplicantFacts {
  readonly crypto: RsnCrypto;
  readonly suite: Suite;
  readonly aa: Uint8Array;
  readonly spa: Uint8Array;
  /** Information of the RSNEs of the Association Request and of the Beacon. */
  readonly ownRsne: Uint8Array;
  readonly beaconRsne: Uint8Array;
  readonly nonce: () => Uint8Array | NonceFailure;
}

export type KeyAnswer =
  | {
      readonly send: Uint8Array;
      readonly message: "M2" | "M4" | "G2";
      readonly hasGtk: boolean;
      /** Called when the answer is on its way: from then on the new keys are in place. */
      readonly install?: () => void;
    }
  | {
      readonly refused: RsnStatusName;
      /** An M1 named another PMKID than the one that was offered. */
      readonly isOtherPmkid?: boolean;
    };

const refuse = (refused: RsnStatusName): KeyAnswer => ({ refused });

export class Supplicant {
  readonly #facts: SupplicantFacts;
  /** From M1 on. */
  #run: { readonly aNonce: Uint8Array; readonly sNonce: Uint8Array; readonly ptk: Ptk } | null = null;
  /** Of the last message with a right MIC. */
  #replayCounter = -1n;
  installed: InstalledKeys | null = null;
  constructor(facts: SupplicantFacts) {
    this.#facts = facts;
  }

  open(mpdu: Mpdu): Opened | RsnStatusName {
    return this.installed ? this.installed.open(mpdu) : notKeyed(mpdu);
  }

  /** `pmk`: null when the station has none for this association; `pmkid`: of a PMKSA, which a PMKID KDE has to name. */
  receive(eapol: Eapol, pmk: Uint8Array | null, pmkid: Uint8Array | null): KeyAnswer {
    const key = parseEapolKey(eapol);
    if (typeof key === "string") return refuse(key === "bad type" ? key : "bad length");
    const kind = key.info & ~INFO.version;
    if ((key.info & INFO.version) !== this.#facts.suite.descriptorVersion) return refuse("bad type");
    if (kind === MESSAGE.M1) return this.#m1(key, pmk, pmkid);
    if (kind === MESSAGE.M3) return this.#m3(key, eapol.pdu);
    return kind === MESSAGE.G1 ? this.#g1(key, eapol.pdu) : refuse("bad type");
  }

  #m1(key: EapolKey, pmk: Uint8Array | null, pmkid: Uint8Array | null): KeyAnswer {
    if (this.installed) return refuse("wrong state");
    if (key.replayCounter <= this.#replayCounter) return refuse("replayed counter");
    const keyData = parseKeyData(key.keyData);
    if (typeof keyData === "string") return refuse("bad key data");
    if (this.#run === null || !equal(this.#run.aNonce, key.nonce)) {
      if (pmk === null) return refuse("wrong state");
      const isOtherPmkid = pmkid !== null && keyData.pmkid !== undefined && !equal(pmkid, keyData.pmkid);
      if (isOtherPmkid) return { refused: "bad key data", isOtherPmkid };
      const { crypto, suite, aa, spa, nonce } = this.#facts;
      const sNonce = nonce();
      if (typeof sNonce === "string") return refuse(sNonce);
      const ptk = derivePtk(crypto, suite, pmk, { aa, spa, aNonce: key.nonce, sNonce });
      this.#run = { aNonce: key.nonce, sNonce, ptk };
    }
    return this.#answer("M2", key, INFO.pairwise, this.#run.sNonce, emitKeyData({ rsne: this.#facts.ownRsne }));
  }

  /** Keys are installed once: an M3 that comes again is answered, and moves the replay counter alone. */
  #m3(key: EapolKey, pdu: Uint8Array): KeyAnswer {
    const run = this.#run;
    if (run === null || !equal(run.aNonce, key.nonce)) return refuse("wrong state");
    const keyData = this.#verified(key, pdu, run.ptk);
    if (typeof keyData === "string") return refuse(keyData);
    const { rsne, gtk } = keyData;
    if (rsne === undefined || !equal(rsne, this.#facts.beaconRsne)) return refuse("RSNE mismatch");
    if (gtk && !isUsable(gtk)) return refuse("bad key data");
    this.#replayCounter = key.replayCounter;
    const answer = this.#answer("M4", key, INFO.pairwise | INFO.secure, NO_NONCE, NOTHING, gtk !== undefined);
    if (this.installed) return answer;
    const install = (): void => {
      this.installed = new InstalledKeys(this.#facts.crypto, run.ptk.tk);
      if (gtk) this.installed.installGroup(gtk, key.rsc);
    };
    return { ...answer, install };
  }

  #g1(key: EapolKey, pdu: Uint8Array): KeyAnswer {
    if (this.#run === null || this.installed === null) return refuse("wrong state");
    const keyData = this.#verified(key, pdu, this.#run.ptk);
    if (typeof keyData === "string") return refuse(keyData);
    const { gtk } = keyData;
    if (gtk === undefined || !isUsable(gtk)) return refuse("bad key data");
    this.#replayCounter = key.replayCounter;
    const install = (): void => this.installed?.installGroup(gtk, key.rsc);
    return { ...this.#answer("G2", key, INFO.secure, NO_NONCE, NOTHING, true), install };
  }

  /** The counter, the MIC and the Key Data, in this order. */
  #verified(key: EapolKey, pdu: Uint8Array, { kck, kek }: Ptk): KeyData | RsnStatusName {
    const { crypto, suite } = this.#facts;
    if (key.replayCounter <= this.#replayCounter || key.replayCounter === COUNTER_MAX) return "replayed counter";
    if (!hasRightMic(crypto, suite, kck, pdu, key.mic)) return "bad MIC";
    const keyData = unwrapKeyData(crypto, kek, key.keyData);
    return keyData === null || typeof keyData === "string" ? "bad key data" : keyData;
  }

  #answer(
    message: "M2" | "M4" | "G2",
    { replayCounter }: EapolKey,
    bits: number,
    nonce: Uint8Array,
    keyData: Uint8Array,
    hasGtk = false,
  ): Exclude<KeyAnswer, { refused: RsnStatusName }> {
    const { crypto, suite } = this.#facts;
    if (this.#run === null) throw new Error("an answer before there is a PTK");
    const info = suite.descriptorVersion | INFO.mic | bits;
    const fields = { info, keyLength: 0, replayCounter, nonce, rsc: new Uint8Array(8), keyData };
    return { send: sealEapolKey(crypto, suite, this.#run.ptk.kck, fields), message, hasGtk };
  }
}

function isUsable({ keyId, key }: Gtk): boolean {
  return keyId !== 0 && key.length === GTK_octets;
}

/** What a protected frame is refused with before there is a key. */
function notKeyed(mpdu: Mpdu): RsnStatusName {
  return typeof ccmpHeaderOf(mpdu) === "string" ? "bad type" : "wrong state";
}
