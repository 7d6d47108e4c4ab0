/**
 * The four messages of EAP-PSK (RFC 4764, section 5), as Type-Data of EAP:
 *
 *     first    00 ‖ RAND_S(16) ‖ ID_S                              server to peer
 *     second   40 ‖ RAND_S(16) ‖ RAND_P(16) ‖ MAC_P(16) ‖ ID_P     peer to server
 *     third    80 ‖ RAND_S(16) ‖ MAC_S(16) ‖ PCHANNEL              server to peer
 *     fourth   C0 ‖ RAND_S(16) ‖ PCHANNEL                          peer to server
 */

import type { Malformed } from "../wire/malformed.ts";
import { concat } from "../wire/octets.ts";

export const RAND_OCTETS = 16;
const MAC_OCTETS = 16;
/** Section 5.1 and 5.2: of ID_S and ID_P. */
export const PSK_IDENTITY_MAX_OCTETS = 966;
/** N(4) ‖ tag(16) ‖ the octet of R and E. */
export const CHANNEL_MIN_OCTETS = 21;

/** T, the two high bits of Flags; the other six are reserved, and ignored (section 5.1). */
const T = { first: 0, second: 1, third: 2, fourth: 3 } as const;
const T_SHIFT = 6;

export type PskMessage =
  | { readonly t: "first"; readonly randS: Uint8Array; readonly idS: Uint8Array }
  | {
      readonly t: "second";
      readonly randS: Uint8Array;
      readonly randP: Uint8Array;
      readonly macP: Uint8Array;
      readonly idP: Uint8Array;
    }
  | { readonly t: "third"; readonly randS: Uint8Array; readonly macS: Uint8Array; readonly channel: Uint8Array }
  | { readonly t: "fourth"; readonly randS: Uint8Array; readonly channel: Uint8Array };

export function parsePsk(data: Uint8Array): PskMessage | Malformed {
  if (data.length < 1 + RAND_OCTETS) return "too short";
  const randS = data.slice(1, 17);
  const rest = data.slice(17);
  switch (data[0] >> T_SHIFT) {
    case T.first:
      return rest.length > PSK_IDENTITY_MAX_OCTETS ? "bad length" : { t: "first", randS, idS: rest };
    case T.second: {
      const idP = rest.slice(RAND_OCTETS + MAC_OCTETS);
      if (rest.length < RAND_OCTETS + MAC_OCTETS) return "too short";
      if (idP.length > PSK_IDENTITY_MAX_OCTETS) return "bad length";
      return { t: "second", randS, randP: rest.slice(0, 16), macP: rest.slice(16, 32), idP };
    }
    case T.third:
      if (rest.length < MAC_OCTETS + CHANNEL_MIN_OCTETS) return "too short";
      return { t: "third", randS, macS: rest.slice(0, 16), channel: rest.slice(16) };
    default:
      return rest.length < CHANNEL_MIN_OCTETS ? "too short" : { t: "fourth", randS, channel: rest };
  }
}

export function emitPsk(message: PskMessage): Uint8Array {
  const flags = Uint8Array.of(T[message.t] << T_SHIFT);
  switch (message.t) {
    case "first":
      return concat(flags, message.randS, message.idS);
    case "second":
      return concat(flags, message.randS, message.randP, message.macP, message.idP);
    case "third":
      return concat(flags, message.randS, message.macS, message.channel);
    case "fourth":
      return concat(flags, message.randS, message.channel);
  }
}
