/** The elements behind the fixed fields of a Management frame: ID(1) ‖ Length(1) ‖ information (IEEE Std 802.11-2020, 9.4.2.1). */

import type { Malformed } from "../../wire/malformed.ts";
import { checkLength, concat } from "../../wire/octets.ts";

/** Table 9-92. */
export const ELEMENT = { ssid: 0, supportedRates: 1, rsn: 48 } as const;

const SSID_MAX_OCTETS = 32;
const INFORMATION_MAX_OCTETS = 255;

export interface Element {
  readonly id: number;
  readonly information: Uint8Array;
}

/** All elements in their order; "bad length" when the last one ends behind the frame. */
export function parseElements(octets: Uint8Array): readonly Element[] | Malformed {
  const elements: Element[] = [];
  for (let at = 0; at < octets.length; ) {
    if (at + 2 > octets.length || at + 2 + octets[at + 1] > octets.length) return "bad length";
    const end = at + 2 + octets[at + 1];
    elements.push({ id: octets[at], information: octets.slice(at + 2, end) });
    at = end;
  }
  return elements;
}

/** @throws RangeError for more than 255 octets of information. */
export function emitElement({ id, information }: Element): Uint8Array {
  checkLength("information", information.length, 0, INFORMATION_MAX_OCTETS);
  return concat(Uint8Array.of(id, information.length), information);
}

/** The information of the first element of that ID. */
export function elementOf(elements: readonly Element[], id: number): Uint8Array | undefined {
  return elements.find((element) => element.id === id)?.information;
}

/** An SSID element's information, or undefined when there is none or it is longer than an SSID may be (9.4.2.2). */
export function ssidOf(elements: readonly Element[]): Uint8Array | undefined {
  const ssid = elementOf(elements, ELEMENT.ssid);
  return ssid !== undefined && ssid.length <= SSID_MAX_OCTETS ? ssid : undefined;
}
