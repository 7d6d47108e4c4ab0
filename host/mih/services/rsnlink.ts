/**
 * The link layer of an RSN access point: a remote command carries EAPOL of pre-authentication to it (001-P4), and a key that
 * 802.21 has distributed becomes a PMKSA of it (001-P5), so that a station comes with its PMKID and needs no EAP.
 */

import type { RsnAp } from "../../rsn/ap/rsnap.ts";
import type { Suite } from "../../rsn/keys/suites.ts";
import { mediaSpecificPmk } from "../keys/keys.ts";
import type { PrfCrypto } from "../keys/prf.ts";
import { linkId } from "../wire/values.ts";
import type { LinkGrant, LinkLayer } from "./local.ts";

export interface RsnLinkOptions {
  readonly crypto: PrfCrypto;
  readonly ap: RsnAp;
  /** Which of the AP's a station may take with that PMK: of 802.1X ones. */
  readonly suites: readonly Suite[];
  /** The AP's own clock, s. */
  readonly now_s: () => number;
}

export class RsnLink implements LinkLayer {
  readonly #options: RsnLinkOptions;
  /** By MN: the SPA that its PMKSA is of. */
  readonly #spas = new Map<string, Uint8Array>();

  constructor(options: RsnLinkOptions) {
    this.#options = options;
  }

  install({ mn, mnLink, poaLink, k }: LinkGrant): void {
    const { crypto, ap, suites, now_s } = this.#options;
    // A link without a MAC address is none of this AP's.
    if (mnLink.address.kind !== "MAC") return;
    const pmk = mediaSpecificPmk(crypto, k, { mnLink: linkId.emit(mnLink), poaLink: linkId.emit(poaLink) });
    const spa = mnLink.address.octets;
    ap.pmksa.add(spa, suites, pmk, now_s());
    this.#spas.set(mn, spa);
    pmk.fill(0);
  }

  remove(mn: string): void {
    const spa = this.#spas.get(mn);
    if (spa) this.#options.ap.pmksa.forget(spa);
    this.#spas.delete(mn);
  }

  /** An Ethernet frame of EtherType 88-C7; what the AP answers it with. */
  deliver(_: string, __: unknown, frame: Uint8Array): Uint8Array | undefined {
    const { ap, now_s } = this.#options;
    return ap.preauth.receive(frame, now_s()).frames[0];
  }
}
