/**
 * The protected channel of EAP-PSK (RFC 4764, sections 3.3 and 5.3):
 *
 *     PCHANNEL = N(4, BE) ‖ tag(16) ‖ EAX(TEK, nonce 0(12) ‖ N, header, R(2 bits) ‖ E(1) ‖ 0(5))
 *
 * The header is the EAP packet from Code to RAND_S: 22 octets, the packet's final Length among them.
 */

import { concat } from "../wire/octets.ts";
import { EAX_TAG_OCTETS, eaxOpen, eaxSeal } from "./eax.ts";
import { EAP_CODE, EAP_HEADER_OCTETS, EAP_TYPE, emitEap } from "./packet.ts";
import type { PskCrypto } from "./pskkeys.ts";
import { CHANNEL_MIN_OCTETS, emitPsk, RAND_OCTETS } from "./pskmessages.ts";

const N_OCTETS = 4;
/** Code, Identifier, Length, Type, Flags, RAND_S. */
const PROTECTED_HEADER_OCTETS = EAP_HEADER_OCTETS + 2 + RAND_OCTETS;

/** R of section 3.3, in the two high bits; the bit below says that an extension follows, which nobody here has. */
export const RESULT = { continue: 0x40, success: 0x80, failure: 0xc0 } as const;

/** A message whose channel is still to be made. */
export type Unsealed =
  | { readonly t: "third"; readonly randS: Uint8Array; readonly macS: Uint8Array }
  | { readonly t: "fourth"; readonly randS: Uint8Array };

/** The EAP packet of that message, whose channel is made here: R and E in `result`, under N modulo 2^32. */
export function sealMessage(
  crypto: PskCrypto,
  tek: Uint8Array,
  identifier: number,
  message: Unsealed,
  n: number,
  result: number,
): Uint8Array {
  const code = message.t === "third" ? EAP_CODE.request : EAP_CODE.response;
  const packetWith = (channel: Uint8Array): Uint8Array => {
    const data = emitPsk({ ...message, channel });
    return emitEap({ code, identifier, type: EAP_TYPE.psk, data });
  };
  const header = packetWith(new Uint8Array(CHANNEL_MIN_OCTETS)).slice(0, PROTECTED_HEADER_OCTETS);
  const { ciphertext, tag } = eaxSeal(crypto, tek, nonceOf(n), header, Uint8Array.of(result));
  return packetWith(concat(nonceOf(n).slice(-N_OCTETS), tag, ciphertext));
}

/** N and R ‖ E ‖ reserved with what follows, or null: the tag does not fit. `packet` is the EAP packet that it came in. */
export function openChannel(
  crypto: PskCrypto,
  tek: Uint8Array,
  packet: Uint8Array,
  channel: Uint8Array,
): { readonly n: number; readonly content: Uint8Array } | null {
  const n = new DataView(channel.buffer, channel.byteOffset).getUint32(0);
  const tag = channel.slice(N_OCTETS, N_OCTETS + EAX_TAG_OCTETS);
  const header = packet.slice(0, PROTECTED_HEADER_OCTETS);
  const content = eaxOpen(crypto, tek, nonceOf(n), header, channel.slice(N_OCTETS + EAX_TAG_OCTETS), tag);
  return content && { n, content };
}

/** Does it say DONE_SUCCESS, and nothing beside it? The reserved bits are ignored. */
export function isSuccess(content: Uint8Array): boolean {
  return content.length === 1 && (content[0] & 0xe0) === RESULT.success;
}

function nonceOf(n: number): Uint8Array {
  const nonce = new Uint8Array(16);
  new DataView(nonce.buffer).setUint32(12, n);
  return nonce;
}
