/** What an attacker makes of a frame that it heard: everything that has no key. */
import { FCS_OCTETS, fcsOf } from "../wire/fcs.ts";
import { MAC } from "../wire/mac.ts";
import { concat, le16, readLe16 } from "../wire/octets.ts";

interface Forgery {
  readonly what: string;
  readonly octets: Uint8Array;
}

/** The frame with one bit of an octet turned over, and a right FCS again. `at` < 0 counts from the end of the body. */
export function flipped(frame: Uint8Array, at: number, bit = 0): Uint8Array {
  const body = frame.slice(0, -FCS_OCTETS);
  body[at < 0 ? body.length + at : at] ^= 1 << bit;
  return sealed(body);
}

/** The frame without the last octet of its body; TDC and FCS fit again. */
function shortened(frame: Uint8Array): Uint8Array {
  const body = frame.slice(0, -FCS_OCTETS - 1);
  body.set(le16((readLe16(body, MAC.tdc) - 1) & 0xffff), MAC.tdc);
  return sealed(body);
}

function sealed(octets: Uint8Array): Uint8Array {
  return concat(octets, le16(fcsOf(octets)));
}

/** Forgeries of a protected frame: each one has to fail a check. */
export function forgeriesOf(frame: Uint8Array): Forgery[] {
  const middle = Math.floor((MAC.body + frame.length) / 2);
  return [
    { what: "the last octet of its MIC changed", octets: flipped(frame, -1) },
    { what: "the first octet of its MIC changed", octets: flipped(frame, -8) },
    { what: "an octet of its payload changed", octets: flipped(frame, middle, 3) },
    { what: "its PN or SNonce changed", octets: flipped(frame, MAC.body + 1) },
    { what: "its mode changed", octets: flipped(frame, MAC.tdc, 6) },
    { what: "its generation changed", octets: flipped(frame, MAC.tdc + 1, 0) },
    { what: "its profile changed", octets: flipped(frame, MAC.tdc + 1, 2) },
    { what: "its Command bit changed", octets: flipped(frame, MAC.tdc + 1, 5) },
    { what: "one octet shorter", octets: shortened(frame) },
    { what: "an FCS that is wrong", octets: frame.map((octet, i) => (i === frame.length - 1 ? octet ^ 1 : octet)) },
  ];
}

/** The first octets of a frame, each number of them but all. */
export function truncationsOf(frame: Uint8Array): Uint8Array[] {
  return Array.from({ length: frame.length }, (_, octets) => frame.slice(0, octets));
}
