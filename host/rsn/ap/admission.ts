/** Authentication and association (IEEE Std 802.11-2020, 11.3): who may begin, with which PMK, or the status code that says why not. */

import type { EapBackend } from "../../eap/backend.ts";
import { compareOctets, toHex } from "../../wire/octets.ts";
import { STATUS, type StatusCode } from "../frames/codes.ts";
import { ELEMENT, elementOf, ssidOf } from "../frames/elements.ts";
import { type AssociationRequest, type Authentication, OPEN_SYSTEM } from "../frames/management.ts";
import type { RsnCrypto } from "../keys/crypto.ts";
import { pmkidOf } from "../keys/ptk.ts";
import type { PmksaCache } from "./pmksa.ts";
import type { Negotiated, Policy } from "./policy.ts";

/** As many as there are AIDs; whoever came first makes room. */
const AUTHENTICATED_MAX = 2007;

export interface AdmissionOptions {
  readonly crypto: RsnCrypto;
  readonly aa: Uint8Array;
  readonly ssid: Uint8Array;
  readonly policy: Policy;
  readonly pmksa: PmksaCache;
  /** The PSK of a station, 32 octets; undefined: it has none here. */
  readonly psk: ((spa: Uint8Array) => Uint8Array | undefined) | undefined;
  readonly eap: EapBackend | undefined;
}

/** A station that may associate. */
export interface Admitted extends Negotiated {
  /** A copy; undefined: EAP has to bring it. */
  readonly pmk: Uint8Array | undefined;
}

export class Admission {
  readonly #options: AdmissionOptions;
  readonly #authenticated = new Set<string>();

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** Open System and nothing else; the status that the second frame says. */
  authenticate(spa: Uint8Array, { algorithm, transaction }: Authentication): StatusCode {
    if (algorithm !== OPEN_SYSTEM) return STATUS.UNSUPPORTED_AUTH_ALGORITHM;
    if (transaction !== 1) return STATUS.TRANSACTION_SEQUENCE_ERROR;
    const key = toHex(spa);
    this.#authenticated.delete(key);
    this.#authenticated.add(key);
    if (this.#authenticated.size > AUTHENTICATED_MAX) {
      const [oldest] = this.#authenticated;
      this.#authenticated.delete(oldest);
    }
    return STATUS.SUCCESS;
  }

  isAuthenticated(spa: Uint8Array): boolean {
    return this.#authenticated.has(toHex(spa));
  }

  deauthenticate(spa: Uint8Array): void {
    this.#authenticated.delete(toHex(spa));
  }

  /** A request of a station that is authenticated. */
  admit(spa: Uint8Array, { elements }: AssociationRequest, now_s: number): Admitted | StatusCode {
    const ssid = ssidOf(elements);
    if (ssid === undefined || compareOctets(ssid, this.#options.ssid) !== 0) return STATUS.REFUSED;
    const negotiated = this.#options.policy.check(elementOf(elements, ELEMENT.rsn));
    if (typeof negotiated === "number") return negotiated;
    const pmk = negotiated.suite.eap ? this.#cached(spa, negotiated, now_s) : this.#shared(spa, negotiated);
    return typeof pmk === "number" ? pmk : { ...negotiated, pmk };
  }

  /** A PMKID that is not known is no matter where EAP can make a new PMK. */
  #cached(spa: Uint8Array, { suite, pmkids }: Negotiated, now_s: number): Uint8Array | undefined | StatusCode {
    const { pmksa, eap } = this.#options;
    const pmk = pmksa.find(spa, suite, pmkids, now_s);
    if (pmk !== undefined || eap !== undefined) return pmk;
    return pmkids.length > 0 ? STATUS.INVALID_PMKID : STATUS.REFUSED;
  }

  /** Of a PSK too there is a PMKID (9.4.2.24.5): a station that names others has another PSK. */
  #shared(spa: Uint8Array, { suite, pmkids }: Negotiated): Uint8Array | StatusCode {
    const { crypto, aa, psk } = this.#options;
    const pmk = psk?.(spa)?.slice();
    if (pmk === undefined) return STATUS.REFUSED;
    const own = pmkidOf(crypto, suite, pmk, aa, spa);
    const isNamed = pmkids.length === 0 || pmkids.some((pmkid) => crypto.equal(pmkid, own));
    return isNamed ? pmk : STATUS.INVALID_PMKID;
  }
}
