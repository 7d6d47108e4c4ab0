/**
 * Key Data (IEEE Std 802.11-2020, 12.7.2): elements, and KDEs dd ‖ Length(1) ‖ OUI(3) ‖ Data Type(1) ‖ data.
 * What is to be wrapped and has less than 16 octets, or no whole number of eights, is padded with dd 00 00 ...
 */

import type { Malformed } from "../../wire/malformed.ts";
import { checkNumber, checkOctets, concat } from "../../wire/octets.ts";
import { ELEMENT, emitElement } from "./elements.ts";
import { PMKID_OCTETS } from "./rsne.ts";

const KDE_ID = 0xdd;
const KDE_HEAD = Uint8Array.of(0x00, 0x0f, 0xac);
/** Table 12-9. */
const KDE_TYPE = { gtk: 1, pmkid: 4 } as const;
/** Key ID in bits 0-1, Tx in bit 2; an octet of zero behind it (Figure 12-37). */
const KEY_ID = 0x03;

export interface Gtk {
  /** 1 to 3 of a group key (12.7.2); what comes in may have 0. */
  readonly keyId: number;
  readonly key: Uint8Array;
}

/** What is known in Key Data; of each the first. */
export interface KeyData {
  /** Information of the RSNE. */
  readonly rsne?: Uint8Array;
  readonly gtk?: Gtk;
  readonly pmkid?: Uint8Array;
}

/** "bad length": an item that ends behind the data, or a PMKID that is none. Whether a GTK has its length is its user's to see. */
export function parseKeyData(octets: Uint8Array): KeyData | Malformed {
  const found: { -readonly [field in keyof KeyData]: KeyData[field] } = {};
  for (let at = 0; at < octets.length; ) {
    if (octets[at] === KDE_ID && (at + 1 === octets.length || octets[at + 1] === 0)) break;
    if (at + 2 > octets.length || at + 2 + octets[at + 1] > octets.length) return "bad length";
    const item = octets.slice(at + 2, at + 2 + octets[at + 1]);
    if (octets[at] === ELEMENT.rsn) found.rsne ??= item;
    if (octets[at] === KDE_ID && item.length > 3 && KDE_HEAD.every((octet, i) => octet === item[i])) {
      const data = item.slice(4);
      if (item[3] === KDE_TYPE.gtk) {
        found.gtk ??= { keyId: data[0] & KEY_ID, key: data.slice(2) };
      }
      if (item[3] === KDE_TYPE.pmkid) {
        if (data.length !== PMKID_OCTETS) return "bad length";
        found.pmkid ??= data;
      }
    }
    at += 2 + octets[at + 1];
  }
  return found;
}

/** RSNE, GTK KDE, PMKID KDE, those that there are. */
export function emitKeyData({ rsne, gtk, pmkid }: KeyData): Uint8Array {
  const parts: Uint8Array[] = [];
  if (rsne) parts.push(emitElement({ id: ELEMENT.rsn, information: rsne }));
  if (gtk) {
    checkNumber("keyId", gtk.keyId, 0, KEY_ID);
    parts.push(kde(KDE_TYPE.gtk, Uint8Array.of(gtk.keyId, 0), gtk.key));
  }
  if (pmkid) {
    checkOctets("pmkid", pmkid, PMKID_OCTETS);
    parts.push(kde(KDE_TYPE.pmkid, pmkid));
  }
  return concat(...parts);
}

/** Padded as AES key wrap needs it: at least 16 octets, a multiple of 8. */
export function padKeyData(keyData: Uint8Array): Uint8Array {
  if (keyData.length >= 16 && keyData.length % 8 === 0) return keyData;
  const padded = new Uint8Array(Math.max(16, Math.ceil((keyData.length + 1) / 8) * 8));
  padded.set(keyData);
  padded[keyData.length] = KDE_ID;
  return padded;
}

function kde(type: number, ...data: readonly Uint8Array[]): Uint8Array {
  const information = concat(KDE_HEAD, Uint8Array.of(type), ...data);
  return emitElement({ id: KDE_ID, information });
}
