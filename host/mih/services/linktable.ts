/** A link layer that keeps PMKs by MN and link, as an authenticator's or a supplicant's cache does: of any link type. */

import { mediaSpecificPmk } from "../keys/keys.ts";
import type { PrfCrypto } from "../keys/prf.ts";
import { isTainted, type SaOrigin } from "../sa/said.ts";
import { type LinkId, linkId } from "../wire/values.ts";
import type { LinkGrant, LinkLayer } from "./local.ts";

export interface HeldPmk {
  /** 32 octets. */
  readonly pmk: Uint8Array;
  readonly origin: SaOrigin;
  /** On the clock of the role. */
  readonly expires_ms: number;
  /** Use it, and authenticate anew: somebody else may have it (003-C12). */
  readonly isTainted: boolean;
}

/** Answers a frame of a remote command at that link. */
export type FrameHandler = (mn: string, frame: Uint8Array) => Promise<Uint8Array | undefined> | Uint8Array | undefined;

export class LinkTable implements LinkLayer {
  readonly #crypto: PrfCrypto;
  readonly #handler: FrameHandler;
  readonly #held = new Map<string, HeldPmk>();

  constructor(crypto: PrfCrypto, handler: FrameHandler = () => undefined) {
    this.#crypto = crypto;
    this.#handler = handler;
  }

  install({ mn, mnLink, poaLink, k, origin, expires_ms }: LinkGrant): boolean {
    const links = { mnLink: linkId.emit(mnLink), poaLink: linkId.emit(poaLink) };
    const pmk = mediaSpecificPmk(this.#crypto, k, links);
    this.remove(mn, poaLink);
    this.#held.set(keyOf(mn, poaLink), { pmk, origin, expires_ms, isTainted: isTainted(origin) });
    return true;
  }

  remove(mn: string, poaLink: LinkId): void {
    this.#held.get(keyOf(mn, poaLink))?.pmk.fill(0);
    this.#held.delete(keyOf(mn, poaLink));
  }

  /** The PMK of that MN at that link. */
  of(mn: string, poaLink: LinkId): HeldPmk | undefined {
    return this.#held.get(keyOf(mn, poaLink));
  }

  deliver(mn: string, _: LinkId, frame: Uint8Array): ReturnType<FrameHandler> {
    return this.#handler(mn, frame);
  }
}

function keyOf(mn: string, poaLink: LinkId): string {
  return `${mn} ${Buffer.from(linkId.emit(poaLink)).toString("hex")}`;
}
