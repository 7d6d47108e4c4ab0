/** What can be read on the air without a key. */

import { parseEapol } from "../../../host/rsn/frames/eapol.ts";
import { type EapolKey, parseEapolKey } from "../../../host/rsn/frames/eapolkey.ts";
import { ETHERTYPE, parseMsdu } from "../../../host/rsn/frames/llc.ts";
import { parseMpdu } from "../../../host/rsn/frames/mpdu.ts";

/** The EAPOL-Key frame in an MPDU, with its PDU; undefined: there is none in clear. */
export function keyIn(octets: Uint8Array): (EapolKey & { readonly pdu: Uint8Array }) | undefined {
  const mpdu = parseMpdu(octets);
  if (typeof mpdu === "string" || mpdu.kind !== "Data") return undefined;
  const msdu = parseMsdu(mpdu.body);
  if (typeof msdu === "string" || msdu.etherType !== ETHERTYPE.eapol) return undefined;
  const eapol = parseEapol(msdu.data);
  if (typeof eapol === "string") return undefined;
  const key = parseEapolKey(eapol);
  return typeof key === "string" ? undefined : { ...key, pdu: eapol.pdu };
}

/** All of them, in order. */
export function keysOnAir(air: readonly Uint8Array[]): (EapolKey & { readonly pdu: Uint8Array })[] {
  return air.flatMap((octets) => keyIn(octets) ?? []);
}
