/** What a process sees of itself: datagrams counted as they go by, and the link layer's keys by a name that tells nothing. */

import type { Link } from "../../datagrams/link.ts";
import { concat, toHex } from "../../wire/octets.ts";
import type { PrfCrypto } from "../keys/prf.ts";
import { LinkTable } from "../services/linktable.ts";
import type { LinkGrant, LinkLayer } from "../services/local.ts";
import { type LinkId, linkId } from "../wire/values.ts";
import { linkText } from "./linktext.ts";

export interface Traffic {
  /** Datagrams. */
  readonly sent: number;
  readonly received: number;
  /** Of both. */
  readonly octets: number;
}

export class CountedLink implements Link {
  readonly address: string;
  readonly #link: Link;
  #sent = 0;
  #received = 0;
  #octets = 0;

  constructor(link: Link) {
    this.#link = link;
    this.address = link.address;
  }

  get traffic(): Traffic {
    return { sent: this.#sent, received: this.#received, octets: this.#octets };
  }

  send(to: string, octets: Uint8Array): void {
    this.#sent++;
    this.#octets += octets.length;
    this.#link.send(to, octets);
  }

  listen(heard: (from: string, octets: Uint8Array) => void): void {
    this.#link.listen((from, octets) => {
      this.#received++;
      this.#octets += octets.length;
      heard(from, octets);
    });
  }

  close(): void {
    this.#link.close();
  }
}

/** As IEEE 802.11 names a PMKSA (12.7.1.3), with both links in place of both addresses. */
const LABEL = new TextEncoder().encode("PMK Name");
const NAME_OCTETS = 16;

/** A link layer that tells of each PMK by its name, the first 128 bits of HMAC(PMK, "PMK Name" ‖ both links). */
export class TellingLinks implements LinkLayer {
  readonly #crypto: PrfCrypto;
  readonly #table: LinkTable;
  readonly #tell: (event: string) => void;
  readonly #names = new Map<string, string>();

  constructor(crypto: PrfCrypto, tell: (event: string) => void) {
    this.#crypto = crypto;
    this.#table = new LinkTable(crypto);
    this.#tell = tell;
  }

  /** In hex; undefined: there is no PMK of that MN at that link. */
  nameOf(mn: string, poaLink: LinkId): string | undefined {
    return this.#names.get(keyOf(mn, poaLink));
  }

  install(grant: LinkGrant): boolean {
    const { mn, mnLink, poaLink } = grant;
    if (!this.#table.install(grant)) return false;
    const held = this.#table.of(mn, poaLink);
    if (!held) return false;
    const named = this.#crypto.hmac(held.pmk, concat(LABEL, linkId.emit(poaLink), linkId.emit(mnLink)));
    const name = toHex(named.subarray(0, NAME_OCTETS));
    this.#names.set(keyOf(mn, poaLink), name);
    this.#tell(`PMK ${name} for ${mn} at ${linkText(poaLink)}`);
    return true;
  }

  remove(mn: string, poaLink: LinkId): void {
    this.#table.remove(mn, poaLink);
    if (this.#names.delete(keyOf(mn, poaLink))) this.#tell(`no PMK any more for ${mn} at ${linkText(poaLink)}`);
  }

  deliver(mn: string, poaLink: LinkId, frame: Uint8Array): ReturnType<LinkLayer["deliver"]> {
    return this.#table.deliver(mn, poaLink, frame);
  }
}

function keyOf(mn: string, poaLink: LinkId): string {
  return `${mn} ${linkText(poaLink)}`;
}
