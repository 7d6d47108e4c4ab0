/** The keys that a 4-way handshake has installed, and the PNs under them: CCMP in and out (docs/RSN.md sections 2 and 6). */

import { PN_MAX } from "../../../host/rsn/frames/ccmpheader.ts";
import type { Gtk } from "../../../host/rsn/frames/kde.ts";
import { isGroupAddress, type Mpdu } from "../../../host/rsn/frames/mpdu.ts";
import { ccmpHeaderOf, ccmpOpen, ccmpSeal } from "../../../host/rsn/keys/ccmp.ts";
import type { RsnCrypto } from "../../../host/rsn/keys/crypto.ts";
import { equal, fromLittleEndian } from "../../twin/bytes.ts";
import type { RsnStatusName } from "./statuses.ts";

interface Received {
  readonly key: Uint8Array;
  pn: number;
}

/** What a protected frame held; commit() makes its PN the last one taken. */
export interface Opened {
  readonly msdu: Uint8Array;
  commit(): void;
}

export class InstalledKeys {
  readonly #crypto: RsnCrypto;
  readonly #pairwise: Received;
  /** By key ID. */
  readonly #group = new Map<number, Received>();
  #txPn = 0;

  constructor(crypto: RsnCrypto, tk: Uint8Array) {
    this.#crypto = crypto;
    this.#pairwise = { key: tk, pn: 0 };
  }

  /** A GTK under its ID, with the PN that was used last; the one that is there already keeps its own. */
  installGroup({ keyId, key }: Gtk, rsc: Uint8Array): void {
    const there = this.#group.get(keyId);
    if (there && equal(there.key, key)) return;
    this.#group.set(keyId, { key, pn: fromLittleEndian(rsc.slice(0, 6)) });
  }

  open(mpdu: Mpdu): Opened | RsnStatusName {
    const header = ccmpHeaderOf(mpdu);
    if (typeof header === "string") return "bad type";
    const isGroup = isGroupAddress(mpdu.a1);
    const of = isGroup ? this.#group.get(header.keyId) : header.keyId === 0 ? this.#pairwise : undefined;
    if (of === undefined) return "wrong state";
    if (header.pn <= of.pn) return "replayed PN";
    const msdu = ccmpOpen(this.#crypto, of.key, header, mpdu);
    if (msdu === null) return "bad MIC";
    return {
      msdu,
      commit: () => {
        of.pn = header.pn;
      },
    };
  }

  seal(mpdu: Mpdu): Mpdu | "PN exhausted" {
    if (this.#txPn === PN_MAX) return "PN exhausted";
    this.#txPn++;
    return ccmpSeal(this.#crypto, this.#pairwise.key, { pn: this.#txPn, keyId: 0 }, mpdu);
  }
}
