/**
 * Pre-authentication, the station's side (IEEE Std 802.11-2020, 12.6.10.2): a peer of EAP-PSK that talks with the AP it may go
 * to next, by EAPOL of EtherType 88-C7 through the AP that it is associated with. Ethernet frames in and out, as they are
 * on the wire between both; whoever has the way through the serving AP turns them into MSDUs of the same octets.
 *
 * Deviation: it is not in the device, whose EAP-PSK peer serves its own association only; it stands in for the station's agent.
 */

import { EapPskPeer } from "../../eap/pskpeer.ts";
import { checkOctets, equalOctets } from "../../wire/octets.ts";
import { EAPOL_TYPE, emitEapol, parseEapol } from "../frames/eapol.ts";
import { emitEthernet, parseEthernet } from "../frames/ethernet.ts";
import { ETHERTYPE } from "../frames/llc.ts";
import { ADDRESS_OCTETS, isGroupAddress } from "../frames/mpdu.ts";
import { parseRsne, RSN_CAPABILITY } from "../frames/rsne.ts";
import type { RsnCrypto } from "../keys/crypto.ts";
import { PMK_OCTETS, pmkidOf } from "../keys/ptk.ts";
import { type Akm, suiteOf } from "../keys/suites.ts";

/** IEEE Std 802.1X-2004, 8.2.2.1: startPeriod, maxStart and authPeriod of the supplicant, their defaults. */
const START_PERIOD_s = 30;
const STARTS_MAX = 3;
const AUTH_PERIOD_s = 30;

export interface PreauthClientOptions {
  readonly crypto: RsnCrypto;
  readonly spa: Uint8Array;
  /** Of the target AP. */
  readonly aa: Uint8Array;
  /** What the station will associate with there. */
  readonly akm: Extract<Akm, 1 | 5>;
  /** ID_P. */
  readonly identity: Uint8Array;
  /** The key of EAP-PSK, 16 octets. */
  readonly psk: Uint8Array;
}

/** What the station has with the target AP from then on; the receiver's to wipe. */
export interface ClientPmksa {
  readonly aa: Uint8Array;
  readonly akm: Extract<Akm, 1 | 5>;
  readonly pmk: Uint8Array;
  readonly pmkid: Uint8Array;
}

export type PreauthStep =
  /** An Ethernet frame for the target AP. */
  | { readonly send: Uint8Array }
  | { readonly pmksa: ClientPmksa }
  /** The server refused, was not the one, or nobody answered. */
  | { readonly failed: true }
  /** Dropped: the frame changed nothing. */
  | { readonly refused: string };

/** Does the RSNE of an AP's Beacon, its information, offer pre-authentication, and that AKM? */
export function offersPreauthentication(information: Uint8Array, akm: Akm): boolean {
  const rsne = parseRsne(information);
  if (typeof rsne === "string" || !(rsne.capabilities & RSN_CAPABILITY.preauthentication)) return false;
  return rsne.akms.includes(suiteOf(akm).selector);
}

export class PreauthClient {
  readonly #options: PreauthClientOptions;
  readonly #peer: EapPskPeer;
  #starts = 0;
  #due_s = Number.POSITIVE_INFINITY;
  #hasHeard = false;

  /** @throws RangeError for an address that is not one station's, a key or an identity of a wrong length. */
  constructor(options: PreauthClientOptions) {
    for (const name of ["spa", "aa"] as const) {
      checkOctets(name, options[name], ADDRESS_OCTETS);
      if (isGroupAddress(options[name]))
        throw new RangeError(`${name}: a group address, where a station's is expected`);
    }
    this.#options = { ...options, spa: options.spa.slice(), aa: options.aa.slice() };
    this.#peer = new EapPskPeer(options);
  }

  /** When advance() has something to do; infinity: not begun, or over. */
  get due_s(): number {
    return this.#due_s;
  }

  /** EAPOL-Start. */
  begin(now_s: number): Uint8Array {
    this.#starts++;
    this.#due_s = now_s + START_PERIOD_s;
    return this.#frame(EAPOL_TYPE.start, new Uint8Array(0));
  }

  /** EAPOL-Start again, or the end; undefined: nothing is due. */
  advance(now_s: number): PreauthStep | undefined {
    if (now_s < this.#due_s) return undefined;
    if (!this.#hasHeard && this.#starts < STARTS_MAX) return { send: this.begin(now_s) };
    return this.#fail();
  }

  /** Any octets off the wire, an Ethernet frame without FCS. Never throws for what they are. */
  receive(octets: Uint8Array, now_s: number): PreauthStep {
    const { aa, spa } = this.#options;
    if (this.#due_s === Number.POSITIVE_INFINITY) return { refused: "wrong phase" };
    const frame = parseEthernet(octets);
    if (typeof frame === "string") return { refused: frame };
    if (frame.etherType !== ETHERTYPE.preauthentication) return { refused: "bad type" };
    if (!equalOctets(frame.da, spa) || !equalOctets(frame.sa, aa)) return { refused: "not for me" };
    const eapol = parseEapol(frame.data);
    if (typeof eapol === "string") return { refused: eapol };
    if (eapol.type !== EAPOL_TYPE.eap) return { refused: "bad type" };
    const answer = this.#peer.receive(eapol.body);
    if ("refused" in answer) return answer;
    if ("ended" in answer) return answer.ended === "success" ? { pmksa: this.#pmksa() } : this.#fail();
    this.#hasHeard = true;
    this.#due_s = now_s + AUTH_PERIOD_s;
    return { send: this.#frame(EAPOL_TYPE.eap, answer.response) };
  }

  /** PMK = MSK[0..31]. */
  #pmksa(): ClientPmksa {
    const { crypto, aa, spa, akm } = this.#options;
    const { msk } = this.#peer;
    if (msk === undefined) throw new Error("EAP has succeeded without an MSK");
    const pmk = msk.slice(0, PMK_OCTETS);
    this.#end();
    return { aa: aa.slice(), akm, pmk, pmkid: pmkidOf(crypto, suiteOf(akm), pmk, aa, spa) };
  }

  #fail(): PreauthStep {
    this.#end();
    return { failed: true };
  }

  /** Nothing is waited for any more, and the keys of EAP are wiped. */
  #end(): void {
    this.#due_s = Number.POSITIVE_INFINITY;
    this.#peer.msk?.fill(0);
    this.#peer.emsk?.fill(0);
  }

  #frame(type: number, body: Uint8Array): Uint8Array {
    const { aa, spa } = this.#options;
    return emitEthernet({ da: aa, sa: spa, etherType: ETHERTYPE.preauthentication, data: emitEapol(type, body) });
  }
}
