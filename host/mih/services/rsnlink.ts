/**
 * The link layer of an RSN access point: a remote command carries EAPOL of pre-authentication to it (001-P4), and a key that
 * 802.21 has distributed becomes a PMKSA of it (001-P5), so that a station comes with its PMKID and needs no EAP.
 */

import type { RsnAp } from "../../rsn/ap/rsnap.ts";
import type { RsnCrypto } from "../../rsn/keys/crypto.ts";
import { pmkidOf } from "../../rsn/keys/ptk.ts";
import type { Suite } from "../../rsn/keys/suites.ts";
import { equalOctets } from "../../wire/octets.ts";
import { mediaSpecificPmk } from "../keys/keys.ts";
import { isTainted, type SaOrigin } from "../sa/said.ts";
import { isSameLink, link80211, linkId } from "../wire/values.ts";
import type { LinkGrant, LinkLayer } from "./local.ts";

export interface RsnLinkOptions {
  readonly crypto: RsnCrypto;
  readonly ap: RsnAp;
  /** Its BSSID. */
  readonly aa: Uint8Array;
  /** Which of the AP's a station may take with that PMK: of 802.1X ones. */
  readonly suites: readonly Suite[];
  /** The AP's own clock, s. */
  readonly now_s: () => number;
}

interface HeldPmksa {
  readonly spa: Uint8Array;
  /** One for each suite. */
  readonly pmkids: readonly Uint8Array[];
  readonly origin: SaOrigin;
  /** Let the station in, and have it authenticate anew: somebody else may have its key (003-C12). */
  readonly isTainted: boolean;
  /** On the clock of the role, which calls `remove` then. */
  readonly expires_ms: number;
}

export class RsnLink implements LinkLayer {
  readonly #options: RsnLinkOptions;
  /** By MN. */
  readonly #held = new Map<string, HeldPmksa>();

  constructor(options: RsnLinkOptions) {
    this.#options = options;
  }

  install({ mn, mnLink, poaLink, k, origin, expires_ms }: LinkGrant): boolean {
    const { crypto, ap, aa, suites, now_s } = this.#options;
    if (mnLink.address.kind !== "MAC" || !isSameLink(poaLink, link80211(aa))) return false;
    // A PMKSA is of one station: who names another's address does not get its place.
    const spa = mnLink.address.octets;
    const holder = [...this.#held].find(([, one]) => equalOctets(one.spa, spa))?.[0];
    if (holder !== undefined && holder !== mn) return false;
    const pmk = mediaSpecificPmk(crypto, k, { mnLink: linkId.emit(mnLink), poaLink: linkId.emit(poaLink) });
    ap.pmksa.add(spa, suites, pmk, now_s());
    const pmkids = suites.map((suite) => pmkidOf(crypto, suite, pmk, aa, spa));
    this.#held.set(mn, { spa, pmkids, origin, isTainted: isTainted(origin), expires_ms });
    pmk.fill(0);
    return true;
  }

  /** A PMKSA that the station has made by EAP meanwhile stays. */
  remove(mn: string): void {
    const { ap, suites, now_s } = this.#options;
    const held = this.#held.get(mn);
    this.#held.delete(mn);
    const pmk = held && suites.map((suite) => ap.pmksa.find(held.spa, suite, held.pmkids, now_s())).find((one) => one);
    if (!held || !pmk) return;
    pmk.fill(0);
    ap.pmksa.forget(held.spa);
  }

  /** Of that MN: undefined: none came by 802.21, or its time is over. */
  of(mn: string): Omit<HeldPmksa, "pmkids"> | undefined {
    return this.#held.get(mn);
  }

  /** An Ethernet frame of EtherType 88-C7; what the AP answers it with. */
  deliver(_: string, __: unknown, frame: Uint8Array): Uint8Array | undefined {
    const { ap, now_s } = this.#options;
    return ap.preauth.receive(frame, now_s()).frames[0];
  }
}
