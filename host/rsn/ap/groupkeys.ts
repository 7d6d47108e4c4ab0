/** The AP's GTKs (IEEE Std 802.11-2020, 12.7.7): one that it sends with, and while a new one is handed out, that one. */

import { PN_MAX } from "../frames/ccmpheader.ts";
import type { Gtk } from "../frames/kde.ts";
import type { RsnCrypto } from "../keys/crypto.ts";

const GTK_OCTETS = 16;
/** 0 is the pairwise key's; group keys take turns with 1 and 2, so that a frame under the old one is still opened. */
const FIRST_KEY_ID = 1;
const SECOND_KEY_ID = 2;

interface GroupKey extends Gtk {
  /** The last PN sent under it. */
  pn: number;
}

export class GroupKeys {
  readonly #crypto: RsnCrypto;
  #current: GroupKey;
  #next: GroupKey | undefined;

  constructor(crypto: RsnCrypto) {
    this.#crypto = crypto;
    this.#current = this.#fresh(FIRST_KEY_ID);
  }

  /** The key to hand out, and the last PN sent under it. */
  get newest(): Readonly<GroupKey> {
    return this.#next ?? this.#current;
  }

  /** Is a new key handed out, and not sent with yet? */
  get isChanging(): boolean {
    return this.#next !== undefined;
  }

  /** A new key to hand out. One that was on its way is forgotten. */
  change(): void {
    this.#next?.key.fill(0);
    this.#next = this.#fresh(this.#current.keyId === FIRST_KEY_ID ? SECOND_KEY_ID : FIRST_KEY_ID);
  }

  /** Everyone has the new key: it is the one to send with, the old one is wiped. */
  changed(): void {
    if (this.#next === undefined) return;
    this.#current.key.fill(0);
    this.#current = this.#next;
    this.#next = undefined;
  }

  /** The key to send with and the PN to send under; undefined: all were used. */
  draw(): Readonly<GroupKey> | undefined {
    if (this.#current.pn === PN_MAX) return undefined;
    this.#current.pn++;
    return this.#current;
  }

  #fresh(keyId: number): GroupKey {
    return { keyId, key: this.#crypto.randomBytes(GTK_OCTETS), pn: 0 };
  }
}

/** Key RSC of an EAPOL-Key frame: the PN, LE, in 8 octets (12.7.2). */
export function rscOf(pn: number): Uint8Array {
  const rsc = new Uint8Array(8);
  new DataView(rsc.buffer).setBigUint64(0, BigInt(pn), true);
  return rsc;
}
