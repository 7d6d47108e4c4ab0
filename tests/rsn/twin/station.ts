/**
 * The reference station of docs/RSN.md: slow, readable, and nothing of the device's code in it. It stands on the host's frame
 * codecs and key functions and on the twin's primitives for EAP; a real hostapd is what both are held against.
 */

import { EAPOL_TYPE, emitEapol, parseEapol } from "../../../host/rsn/frames/eapol.ts";
import { ELEMENT, elementOf, ssidOf } from "../../../host/rsn/frames/elements.ts";
import { ETHERTYPE, emitMsdu, parseMsdu } from "../../../host/rsn/frames/llc.ts";
import {
  emitAssociationRequest,
  emitAuthentication,
  OPEN_SYSTEM,
  parseAssociationResponse,
  parseAuthentication,
  parseBeacon,
} from "../../../host/rsn/frames/management.ts";
import { emitMpdu, FLAG, isGroupAddress, type Kind, type Mpdu, parseMpdu } from "../../../host/rsn/frames/mpdu.ts";
import { CIPHER, emitRsne, parseRsne, RSN_CAPABILITY } from "../../../host/rsn/frames/rsne.ts";
import type { RsnCrypto } from "../../../host/rsn/keys/crypto.ts";
import { pmkidOf } from "../../../host/rsn/keys/ptk.ts";
import { type Suite, suiteOf } from "../../../host/rsn/keys/suites.ts";
import type { RsnAnswer, RsnPeer } from "../../../host/rsn/peer.ts";
import { equal } from "../../twin/bytes.ts";
import type { TwinHost } from "../../twin/host.ts";
import { EapPskPeer } from "./eappsk.ts";
import { NonceSource } from "./nonce.ts";
import { type PmksaEntry, type RsnRecord, readPmksa, readRecord, writePmksa } from "./record.ts";
import { type RsnStatusName, rsnStatus, STATE } from "./statuses.ts";
import { Supplicant } from "./supplicant.ts";

const HEADER_octets = 24;
const MPDU_MAX_octets = 512;
const MSDU_MIN_octets = 8;
const MSDU_MAX_octets = 112;
const LLC_octets = 8;
/** CCMP header and MIC. */
const CCMP_octets = 16;
const RATES = Uint8Array.of(0x82, 0x84, 0x8b, 0x96);
/** ESS and Privacy, 9.4.1.4. */
const CAPABILITIES = 0x0011;
const LISTEN_INTERVAL = 1;
/** An RSNE of a Beacon is kept up to that size, ID and Length included. */
const RSNE_MAX_octets = 64;
/** Flags that say nothing to the station: Retry, Power Management, More Data. */
const NEUTRAL = FLAG.retry | FLAG.powerManagement | FLAG.moreData;
const NOT_TO_STATIONS: readonly Kind[] = ["Association Request", "Reassociation Request", "Reassociation Response"];
const FIXED_octets: Readonly<Partial<Record<Kind, number>>> = {
  Beacon: 12,
  "Probe Response": 12,
  Authentication: 6,
  "Association Response": 6,
  Deauthentication: 2,
  Disassociation: 2,
};

interface Bss {
  readonly aa: Uint8Array;
  readonly rsne: Uint8Array;
}

/** One association, from the Authentication frame on. */
interface Session {
  readonly supplicant: Supplicant;
  readonly eap: EapPskPeer | null;
  readonly ownRsne: Uint8Array;
  /** Offered in the Association Request, until EAP or another PMKID drops it. */
  pmksa: PmksaEntry | null;
}

const refuse = (name: RsnStatusName): RsnAnswer => ({ status: rsnStatus(name) });
const TAKEN: RsnAnswer = { status: 0 };

export class TwinRsnStation implements RsnPeer {
  readonly #host: TwinHost;
  readonly #crypto: RsnCrypto;
  #state: number = STATE.off;
  #record: RsnRecord | null = null;
  #nonces: NonceSource | null = null;
  #bss: Bss | null = null;
  #session: Session | null = null;
  #received: Uint8Array = new Uint8Array(0);

  constructor(host: TwinHost, crypto: RsnCrypto) {
    this.#host = host;
    this.#crypto = crypto;
  }

  get state(): number {
    return this.#state;
  }

  boot(): number {
    this.#bss = null;
    this.#session = null;
    this.#received = new Uint8Array(0);
    this.#record = readRecord(this.#host);
    this.#nonces = this.#record && new NonceSource(this.#host, this.#record.spa);
    this.#state = this.#record ? STATE.idle : STATE.off;
    return this.#record ? 0 : rsnStatus("NVM failed");
  }

  start(): RsnAnswer {
    const record = this.#record;
    const nonces = this.#nonces;
    if (record === null || nonces === null) return refuse("not booted");
    if (this.#bss === null) return refuse("no BSS");
    const { aa, rsne: beaconRsne } = this.#bss;
    const suite = suiteOf(record.akm);
    const kept = suite.eap ? readPmksa(this.#host) : null;
    const pmksa = kept && equal(kept.aa, aa) && kept.akm === record.akm ? kept : null;
    const ownRsne = this.#rsneOf(suite, pmksa);
    const nonce = () => nonces.draw();
    const facts = { crypto: this.#crypto, suite, aa, spa: record.spa, ownRsne, beaconRsne, nonce };
    const eap = suite.eap ? new EapPskPeer(record.key, record.identity, nonce) : null;
    this.#session = { supplicant: new Supplicant(facts), eap, ownRsne, pmksa };
    this.#received = new Uint8Array(0);
    this.#state = STATE.authenticating;
    const body = emitAuthentication({ algorithm: OPEN_SYSTEM, transaction: 1, status: 0 });
    return this.#send(this.#up("Authentication", body));
  }

  receive(octets: Uint8Array): RsnAnswer {
    const record = this.#record;
    if (record === null) return refuse("not booted");
    if (octets.length < HEADER_octets) return refuse("too short");
    if (octets.length > MPDU_MAX_octets) return refuse("too long");
    const mpdu = parseMpdu(octets);
    if (typeof mpdu === "string") return refuse(mpdu);
    const { kind, flags, a1, a2, body } = mpdu;
    const wanted = kind === "Data" ? FLAG.fromDs | (flags & FLAG.protected) : 0;
    if ((flags & ~NEUTRAL) !== wanted || NOT_TO_STATIONS.includes(kind)) return refuse("bad type");
    if (!equal(a1, record.spa) && !isGroupAddress(a1)) return refuse("not for me");
    if (body.length < (FIXED_octets[kind] ?? 0)) return refuse("bad length");
    if (kind === "Beacon" || kind === "Probe Response") return this.#beacon(mpdu, record);
    if (this.#bss === null) return refuse("no BSS");
    if (!equal(a2, this.#bss.aa)) return refuse("not for me");
    return kind === "Data" ? this.#data(mpdu) : this.#management(mpdu);
  }

  send(msdu: Uint8Array): RsnAnswer {
    if (this.#record === null) return refuse("not booted");
    if (msdu.length < MSDU_MIN_octets || msdu.length > MSDU_MAX_octets) return refuse("bad argument");
    const keys = this.#session?.supplicant.installed;
    if (this.#state !== STATE.open || !keys) return refuse("wrong state");
    const sealed = keys.seal(this.#up("Data", msdu));
    return typeof sealed === "string" ? refuse(sealed) : this.#send(sealed);
  }

  received(): Uint8Array {
    return this.#received;
  }

  #beacon({ a2, a3, body }: Mpdu, { spa, ssid, akm }: RsnRecord): RsnAnswer {
    if (this.#state > STATE.bssKnown) return refuse("wrong state");
    if (!equal(a2, a3) || isGroupAddress(a2) || equal(a2, spa)) return refuse("not for me");
    const beacon = parseBeacon(body);
    if (typeof beacon === "string") return refuse("bad length");
    const announced = ssidOf(beacon.elements);
    if (announced === undefined || !equal(announced, ssid)) return refuse("not for me");
    const information = elementOf(beacon.elements, ELEMENT.rsn);
    const rsne = information && parseRsne(information);
    if (information === undefined || rsne === undefined || typeof rsne === "string") return refuse("policy mismatch");
    const fits =
      rsne.group === CIPHER.CCMP && rsne.pairwise.includes(CIPHER.CCMP) && rsne.akms.includes(suiteOf(akm).selector);
    const asksTooMuch = rsne.capabilities & RSN_CAPABILITY.mfpRequired || information.length + 2 > RSNE_MAX_octets;
    if (!fits || asksTooMuch) return refuse("policy mismatch");
    this.#bss = { aa: a2, rsne: information };
    this.#state = STATE.bssKnown;
    return TAKEN;
  }

  #management({ kind, a1, body }: Mpdu): RsnAnswer {
    if (kind === "Deauthentication" || kind === "Disassociation") {
      if (this.#session === null) return refuse("wrong state");
      this.#forget();
      return TAKEN;
    }
    if (isGroupAddress(a1)) return refuse("not for me");
    if (kind === "Authentication") return this.#authentication(body);
    return this.#associationResponse(body);
  }

  #authentication(body: Uint8Array): RsnAnswer {
    const session = this.#session;
    if (this.#state !== STATE.authenticating || session === null) return refuse("wrong state");
    const frame = parseAuthentication(body);
    if (typeof frame === "string") return refuse(frame);
    if (frame.algorithm !== OPEN_SYSTEM || frame.transaction !== 2) return refuse("bad type");
    if (frame.status !== 0) return this.#isRefused();
    this.#state = STATE.associating;
    const elements = [
      { id: ELEMENT.ssid, information: this.#record?.ssid ?? new Uint8Array(0) },
      { id: ELEMENT.supportedRates, information: RATES },
      { id: ELEMENT.rsn, information: session.ownRsne },
    ];
    const request = emitAssociationRequest({ capabilities: CAPABILITIES, listenInterval: LISTEN_INTERVAL, elements });
    return this.#send(this.#up("Association Request", request));
  }

  #associationResponse(body: Uint8Array): RsnAnswer {
    if (this.#state !== STATE.associating) return refuse("wrong state");
    // The elements behind it say nothing that the station needs.
    const frame = parseAssociationResponse(body.slice(0, FIXED_octets["Association Response"]));
    if (typeof frame === "string") return refuse(frame);
    if (frame.status !== 0) return this.#isRefused();
    this.#state = STATE.associated;
    return TAKEN;
  }

  #data(mpdu: Mpdu): RsnAnswer {
    const session = this.#session;
    if (session === null || this.#state < STATE.associated) return refuse("wrong state");
    const isProtected = (mpdu.flags & FLAG.protected) !== 0;
    if (mpdu.body.length < LLC_octets + (isProtected ? CCMP_octets : 0)) return refuse("bad length");
    if (!isProtected) return this.#msdu(session, mpdu.body, mpdu, false);
    const opened = session.supplicant.open(mpdu);
    if (typeof opened === "string") return refuse(opened);
    const answer = this.#msdu(session, opened.msdu, mpdu, true);
    if (answer.status >= 0) opened.commit();
    return answer;
  }

  #msdu(session: Session, octets: Uint8Array, { a1 }: Mpdu, isProtected: boolean): RsnAnswer {
    const msdu = parseMsdu(octets);
    if (typeof msdu === "string" || msdu.etherType !== ETHERTYPE.eapol) {
      if (this.#state !== STATE.open || !isProtected) return refuse("wrong state");
      if (octets.length > MSDU_MAX_octets) return refuse("too long");
      this.#received = octets;
      return TAKEN;
    }
    if (isGroupAddress(a1)) return refuse("wrong state");
    const eapol = parseEapol(msdu.data);
    if (typeof eapol === "string") return refuse("bad length");
    if (eapol.type === EAPOL_TYPE.key) return this.#key(session, eapol, isProtected);
    return eapol.type === EAPOL_TYPE.eap ? this.#eap(session, eapol.body) : refuse("bad type");
  }

  #eap(session: Session, packet: Uint8Array): RsnAnswer {
    if (session.eap === null || this.#state !== STATE.associated) return refuse("wrong state");
    const answer = session.eap.receive(packet);
    if ("refused" in answer) return refuse(answer.refused);
    session.pmksa = null;
    return "taken" in answer ? TAKEN : this.#eapol(session, emitEapol(EAPOL_TYPE.eap, answer.response), false);
  }

  #key(session: Session, eapol: Parameters<Supplicant["receive"]>[0], isProtected: boolean): RsnAnswer {
    const { supplicant, eap } = session;
    const pmk = eap ? (eap.pmk ?? session.pmksa?.pmk ?? null) : (this.#record?.key ?? null);
    const pmkid = eap?.pmk ? null : (session.pmksa?.pmkid ?? null);
    const answer = supplicant.receive(eapol, pmk, pmkid);
    if ("refused" in answer) {
      if (answer.isOtherPmkid) session.pmksa = null;
      return refuse(answer.refused);
    }
    if (answer.message === "M2") this.#state = STATE.fourWay;
    // The answer to an M3 that comes again leaves the port as it is.
    else if (answer.install) this.#state = answer.hasGtk ? STATE.open : STATE.keyed;
    if (answer.message === "M4" && eap?.pmk) this.#keep(eap.pmk);
    return this.#eapol(session, answer.send, isProtected, answer.install);
  }

  #keep(pmk: Uint8Array): void {
    if (this.#record === null || this.#bss === null) return;
    const { akm, spa } = this.#record;
    const { aa } = this.#bss;
    writePmksa(this.#host, { aa, akm, pmk, pmkid: pmkidOf(this.#crypto, suiteOf(akm), pmk, aa, spa) });
  }

  /** An answer goes as the frame came; keys that it installs come after it. */
  #eapol(session: Session, pdu: Uint8Array, isProtected: boolean, install?: () => void): RsnAnswer {
    const mpdu = this.#up("Data", emitMsdu({ etherType: ETHERTYPE.eapol, data: pdu }));
    const sealed = isProtected ? (session.supplicant.installed?.seal(mpdu) ?? "wrong state") : mpdu;
    install?.();
    return typeof sealed === "string" ? refuse(sealed) : this.#send(sealed);
  }

  #rsneOf({ selector }: Suite, pmksa: PmksaEntry | null): Uint8Array {
    const pmkids = pmksa ? [pmksa.pmkid] : [];
    return emitRsne({ group: CIPHER.CCMP, pairwise: [CIPHER.CCMP], akms: [selector], capabilities: 0, pmkids });
  }

  #isRefused(): RsnAnswer {
    this.#forget();
    return refuse("refused");
  }

  #forget(): void {
    this.#session = null;
    this.#received = new Uint8Array(0);
    this.#state = STATE.bssKnown;
  }

  /** To the AP. */
  #up(kind: Kind, body: Uint8Array): Mpdu {
    if (this.#record === null || this.#bss === null) throw new Error("a frame to no AP");
    const { aa } = this.#bss;
    const flags = kind === "Data" ? FLAG.toDs : 0;
    // Sequence Control is the radio's.
    return { kind, flags, a1: aa, a2: this.#record.spa, a3: aa, sequence: 0, body };
  }

  #send(mpdu: Mpdu): RsnAnswer {
    const frame = emitMpdu(mpdu);
    return { status: 0, frame };
  }
}
