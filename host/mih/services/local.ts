/**
 * Local commands (001-P5): a key that 802.21 has distributed becomes a key of one link, and goes to who needs it there. It
 * remembers where it came from.
 */

import type { SaOrigin } from "../sa/said.ts";
import type { LinkId } from "../wire/values.ts";

/** What one link's PMK is to be made of. */
export interface LinkGrant {
  /** MISF ID. */
  readonly mn: string;
  readonly mnLink: LinkId;
  readonly poaLink: LinkId;
  /** K of 16 or 32 octets, lent: a PMK is derived of it, and no more of it is kept. */
  readonly k: Uint8Array;
  /** Whoever distributed it may know it (isTainted), until both authenticate anew. */
  readonly origin: SaOrigin;
  /** On the clock of the role. */
  readonly expires_ms: number;
}

/** A grant of whose K only the MN's device can make anything: its leaf's part of a group key block. */
export type SealedGrant = Omit<LinkGrant, "k"> & { readonly wrapped: Uint8Array };

/** The link layer of one entity. */
export interface LinkLayer {
  /** Whole, or not at all; false: not, as the link is none of this one's, or another MN's. */
  install(grant: LinkGrant): boolean;
  installSealed?(grant: SealedGrant): void;
  /** Its time is over, or the MN has gone. */
  remove(mn: string, poaLink: LinkId): void;
  /** A frame of a remote command (001-P4) for that link; what it answers with, if anything. */
  deliver(mn: string, poaLink: LinkId, frame: Uint8Array): Promise<Uint8Array | undefined> | Uint8Array | undefined;
}
