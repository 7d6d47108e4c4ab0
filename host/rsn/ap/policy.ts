/**
 * What the AP offers, and what it answers to what a station chose of it (IEEE Std 802.11-2020, 12.6.2 and 12.6.3, seed rules
 * 000-R1 and R3): an RSNE with one AKM, one pairwise suite and the AP's group suite, or a status code that says what is
 * wrong with it.
 */

import { STATUS, type StatusCode } from "../frames/codes.ts";
import { CIPHER, emitRsne, parseRsne, RSN_CAPABILITY, type Rsne } from "../frames/rsne.ts";
import { type Akm, type Suite, suiteBySelector, suiteOf } from "../keys/suites.ts";

/** Ciphers that the standard has for pairwise keys, and that this AP keeps off for their strength. */
const REJECTED_BY_POLICY: readonly number[] = [CIPHER.WEP40, CIPHER.TKIP, CIPHER.WEP104];

/** What a station chose, and the AP agrees to. */
export interface Negotiated {
  readonly suite: Suite;
  readonly pmkids: readonly Uint8Array[];
  /** Information of its RSNE: M2 has to repeat it. */
  readonly rsne: Uint8Array;
}

export class Policy {
  /** Information of the RSNE of Beacon, Probe Response and M3. */
  readonly rsne: Uint8Array;
  readonly #akms: readonly Akm[];

  /**
   * `preauthenticates`: says so to stations (9.4.2.24.4).
   * @throws RangeError when no AKM is offered, or pre-authentication without an AKM of 802.1X.
   */
  constructor(akms: readonly Akm[], { preauthenticates = false } = {}) {
    if (akms.length === 0) throw new RangeError("akms: none, and a station has to choose one");
    if (preauthenticates && !akms.some((akm) => suiteOf(akm).eap)) {
      throw new RangeError(`akms: ${akms.join(", ")}, where pre-authentication needs one of 802.1X, 1 or 5`);
    }
    this.#akms = akms;
    this.rsne = emitRsne({
      group: CIPHER.CCMP,
      pairwise: [CIPHER.CCMP],
      akms: akms.map((akm) => suiteOf(akm).selector),
      capabilities: preauthenticates ? RSN_CAPABILITY.preauthentication : 0,
      pmkids: [],
    });
  }

  /** The information of the RSNE in an Association Request; undefined: it has none. */
  check(information: Uint8Array | undefined): Negotiated | StatusCode {
    if (information === undefined) return STATUS.INVALID_ELEMENT;
    const rsne = parseRsne(information);
    if (rsne === "bad version") return STATUS.UNSUPPORTED_RSNE_VERSION;
    if (typeof rsne === "string") return STATUS.INVALID_ELEMENT;
    if (rsne.group !== CIPHER.CCMP) return STATUS.INVALID_GROUP_CIPHER;
    const suite = this.#suiteOf(rsne);
    const refusal = refusalOfPairwise(rsne) ?? (suite ? refusalOfCapabilities(rsne) : STATUS.INVALID_AKMP);
    if (refusal !== undefined || suite === undefined) return refusal ?? STATUS.INVALID_AKMP;
    return { suite, pmkids: rsne.pmkids, rsne: information };
  }

  #suiteOf({ akms }: Rsne): Suite | undefined {
    const suite = akms.length === 1 ? suiteBySelector(akms[0]) : undefined;
    return suite && this.#akms.includes(suite.akm) ? suite : undefined;
  }
}

/** Assumption: "rejected per policy" is for what the standard has and this AP keeps off, "invalid" for anything else. */
function refusalOfPairwise({ pairwise }: Rsne): StatusCode | undefined {
  if (pairwise.length !== 1) return STATUS.INVALID_PAIRWISE_CIPHER;
  if (REJECTED_BY_POLICY.includes(pairwise[0])) return STATUS.CIPHER_REJECTED_PER_POLICY;
  return pairwise[0] === CIPHER.CCMP ? undefined : STATUS.INVALID_PAIRWISE_CIPHER;
}

/** Management frame protection required of an AP that is not capable of it, Table 12-4; required but not capable makes no sense. */
function refusalOfCapabilities({ capabilities }: Rsne): StatusCode | undefined {
  if (!(capabilities & RSN_CAPABILITY.mfpRequired)) return undefined;
  const isCapable = (capabilities & RSN_CAPABILITY.mfpCapable) !== 0;
  return isCapable ? STATUS.ROBUST_MANAGEMENT_POLICY_VIOLATION : STATUS.INVALID_RSNE_CAPABILITIES;
}
