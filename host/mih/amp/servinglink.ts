/**
 * The serving AP's end: 802.21 gives the MN's agent a key, and this makes a command of it for the station, which speaks no
 * 802.21. It stands before the AP's desk, where each session passes: an entry dies with the root generation that it is of.
 *
 *     install(K) ───────> HANDOVER          } in the M3 of the station's next sessions, until it answers
 *     installSealed(C) ─> HANDOVER WRAPPED  }
 */

import type { HandedOver, HandoverDesk } from "../../ap/handoverdesk.ts";
import type { Crypto } from "../../crypto/crypto.ts";
import { addressKey } from "../../keys/address.ts";
import { handoverName } from "../../keys/handover.ts";
import type { KeyDesk } from "../../keys/link.ts";
import type { Answer } from "../../wire/command.ts";
import type { Handover, WrappedHandover } from "../../wire/handover.ts";
import type { SaOrigin } from "../sa/said.ts";
import type { LinkGrant, LinkLayer, SealedGrant } from "../services/local.ts";
import { isSameLink, type LinkId } from "../wire/values.ts";
import { macOf } from "./ends.ts";

/** What a station was told, or is being told. */
export interface Telling {
  /** MISF ID. */
  readonly mn: string;
  readonly spa: Uint8Array;
  readonly poaLink: LinkId;
  readonly origin: SaOrigin;
  /** Of the entry, once it has answered. */
  readonly generation: number | undefined;
  /** Of the root that only opens what it is told, as far as the AP can know; undefined: any. */
  readonly sealedUnder: number | undefined;
}

export interface ServingLinkOptions {
  readonly crypto: Crypto;
  readonly desk: HandoverDesk;
  /**
   * A station answers under another root generation than that of what it was told, or is to be told: it has wiped its entry,
   * or will, or cannot open what is for it. It is not told that any more.
   */
  readonly onOutdated?: (told: Telling) => void;
}

export class ServingLink implements LinkLayer, KeyDesk {
  readonly #options: ServingLinkOptions;
  /** By addressKey of the SPA. */
  readonly #told = new Map<number, Telling>();
  readonly #generations = new Map<number, number>();

  constructor(options: ServingLinkOptions) {
    this.#options = options;
  }

  /** The generation of the station's last session here, 0..255; undefined: it has had none. */
  generationOf(spa: Uint8Array): number | undefined {
    return this.#generations.get(addressKey(spa));
  }

  of(spa: Uint8Array): Telling | undefined {
    return this.#told.get(addressKey(spa));
  }

  /** @throws RangeError for links that are no AMP station's and no AMP AP's, or a K that no HANDOVER holds. */
  install({ mn, mnLink, poaLink, k, origin }: LinkGrant): boolean {
    const { spa, aaT } = endsOf(mnLink, poaLink);
    const name = handoverName(this.#options.crypto, k, aaT, spa);
    const told = { mn, spa, poaLink, origin, sealedUnder: undefined };
    this.#order({ command: "HANDOVER", aaT, K: k }, name, told);
    return true;
  }

  /** @throws RangeError as install does. */
  installSealed({ mn, mnLink, poaLink, wrapped, origin }: SealedGrant): void {
    const { spa, aaT } = endsOf(mnLink, poaLink);
    const told = { mn, spa, poaLink, origin, sealedUnder: this.generationOf(spa) };
    this.#order({ command: "HANDOVER WRAPPED", aaT, wrapped }, undefined, told);
  }

  /** The station is not told of that AP any more; an entry that it has already dies with its generation, or with the next. */
  remove(mn: string, poaLink: LinkId): void {
    for (const told of [...this.#told.values()]) {
      if (told.mn === mn && isSameLink(told.poaLink, poaLink)) this.#drop(told);
    }
  }

  deliver(): undefined {
    return undefined;
  }

  /** UL Data of that station: the answer that is waited for? undefined: a reading like any other. */
  answered(spa: Uint8Array, payload: Uint8Array): HandedOver | undefined {
    const done = this.#options.desk.answered(spa, payload);
    const told = this.of(spa);
    if (done && told) this.#told.set(addressKey(spa), { ...told, generation: done.generation });
    return done;
  }

  commandFor(spa: Uint8Array, generation: number): Uint8Array | undefined {
    const { desk, onOutdated } = this.#options;
    const told = this.of(spa);
    const bound = told?.generation ?? told?.sealedUnder;
    this.#generations.set(addressKey(spa), generation);
    if (told && bound !== undefined && bound !== generation) {
      this.#drop(told);
      onOutdated?.(told);
    }
    return desk.commandFor(spa, generation);
  }

  offer(spa: Uint8Array, answer: Answer): boolean | Promise<boolean> {
    return this.#options.desk.offer(spa, answer);
  }

  missing(aa: Uint8Array, spa: Uint8Array, generation: number): void {
    this.#options.desk.missing(aa, spa, generation);
  }

  #order(handover: Handover | WrappedHandover, name: Uint8Array | undefined, told: Omit<Telling, "generation">): void {
    this.#options.desk.order(told.spa, handover, name);
    this.#told.set(addressKey(told.spa), { ...told, spa: told.spa.slice(), generation: undefined });
  }

  #drop({ spa, generation }: Telling): void {
    if (generation === undefined) this.#options.desk.cancel(spa);
    this.#told.delete(addressKey(spa));
  }
}

/** @throws RangeError */
function endsOf(mnLink: LinkId, poaLink: LinkId): { readonly spa: Uint8Array; readonly aaT: Uint8Array } {
  const [spa, aaT] = [macOf(mnLink), macOf(poaLink)];
  if (!spa) throw new RangeError("mnLink: no AMP station's, where an IEEE 802.11 link with a MAC address is expected");
  if (!aaT) throw new RangeError("poaLink: no AMP AP's, where an IEEE 802.11 link with a MAC address is expected");
  return { spa, aaT };
}
