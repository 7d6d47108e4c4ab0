/**
 * The MAC frame (PROTOCOL.md section 2), 8 to 71 octets:
 *
 *     0      1           3            5               5 + body
 *     FC(1)  ID(2, LE)   TDC(2, LE)   body(1..64)     FCS(2, LE)
 */

import { FCS_OCTETS, fcsOf } from "./fcs.ts";
import { checkLength, checkNumber, putLe16, readLe16 } from "./octets.ts";
import { BODY_MAX_OCTETS, BODY_MIN_OCTETS } from "./profile.ts";

/** Offsets in the frame. */
export const MAC = { fc: 0, id: 1, tdc: 3, body: 5 } as const;

export const OVERHEAD_OCTETS = MAC.body + FCS_OCTETS;
export const FRAME_MIN_OCTETS = OVERHEAD_OCTETS + BODY_MIN_OCTETS;
export const FRAME_MAX_OCTETS = OVERHEAD_OCTETS + BODY_MAX_OCTETS;

/** ID of a Trigger for every device, and of no device. */
export const BROADCAST_ID = 0xffff;

/** A frame of at least 8 octets; then no accessor fails. */
export class MacView {
  readonly #octets: Uint8Array;

  constructor(octets: Uint8Array) {
    this.#octets = octets;
  }

  get fc(): number {
    return this.#octets[MAC.fc];
  }

  get id(): number {
    return readLe16(this.#octets, MAC.id);
  }

  /** The 16 bits that tdc.ts reads. */
  get tdc(): number {
    return readLe16(this.#octets, MAC.tdc);
  }

  /** Octets between TDC and FCS, whatever length TDC claims. */
  get bodyLength(): number {
    return this.#octets.length - OVERHEAD_OCTETS;
  }

  /** A copy of all of them. */
  get body(): Uint8Array {
    return this.part(0, this.bodyLength);
  }

  /** A copy of some of them. */
  part(from: number, end: number): Uint8Array {
    return this.#octets.slice(MAC.body + from, MAC.body + end);
  }

  /** The FCS as it came. */
  get fcs(): number {
    return readLe16(this.#octets, this.#octets.length - FCS_OCTETS);
  }

  /** The FCS that the octets before it give. */
  get rightFcs(): number {
    return fcsOf(this.#octets, this.#octets.length - FCS_OCTETS);
  }
}

/** Puts a frame together out of the parts of its body, good or not: only what has no octets at all is a RangeError. */
export function emitMac(fc: number, id: number, tdc: number, ...body: readonly Uint8Array[]): Uint8Array {
  checkNumber("fc", fc, 0, 0xff);
  checkNumber("id", id, 0, BROADCAST_ID);
  checkNumber("tdc", tdc, 0, 0xffff);
  let length = 0;
  for (const part of body) length += part.length;
  checkLength("body", length, BODY_MIN_OCTETS, BODY_MAX_OCTETS);
  const frame = new Uint8Array(OVERHEAD_OCTETS + length);
  frame[MAC.fc] = fc;
  putLe16(frame, MAC.id, id);
  putLe16(frame, MAC.tdc, tdc);
  let at: number = MAC.body;
  for (const part of body) {
    frame.set(part, at);
    at += part.length;
  }
  putLe16(frame, at, fcsOf(frame, at));
  return frame;
}
