/**
 * A message of a method in as many packets as it takes: EAP-TLS (RFC 5216, section 2.1.5 and 3.1) and EAP-pwd (RFC 5931, section
 * 4) do it alike, but for the size of the length:
 *
 *     Flags(1): L M ...  ‖  [message's length(4 or 2, BE), if L]  ‖  a part of it
 *
 * L is set in the first of several packets, M in all but the last; a packet with M is answered by one that has nothing.
 */

import { checkNumber, concat } from "../wire/octets.ts";

export const LENGTH_INCLUDED = 0x80;
export const MORE_FRAGMENTS = 0x40;
/** Of Type-Data. RFC 3748, 3.1: an EAP packet of 1020 octets goes over every lower layer; Code to Type are 5 of them. */
export const FRAGMENT_OCTETS = 1020 - 5;

export interface FragmentFormat {
  readonly lengthOctets: 2 | 4;
  /** Of a message that is taken. */
  readonly messageMax: number;
}

export type Taken =
  /** All of it. */
  | { readonly message: Uint8Array }
  /** To be acknowledged, and more to come. */
  | { readonly isPart: true }
  /** Dropped: the packet changed nothing. */
  | { readonly refused: string };

/** What comes in, a message after the other. */
export class Reassembly {
  readonly #format: FragmentFormat;
  #parts: Uint8Array[] = [];
  #total = 0;

  constructor(format: FragmentFormat) {
    this.#format = format;
  }

  /** Has a message begun that has not ended? */
  get isUnderWay(): boolean {
    return this.#parts.length > 0;
  }

  /** `flags` with L and M; `rest` is what is behind them. Some senders repeat the length in every packet of a message. */
  take(flags: number, rest: Uint8Array): Taken {
    const { lengthOctets, messageMax } = this.#format;
    const hasLength = (flags & LENGTH_INCLUDED) !== 0;
    const hasMore = (flags & MORE_FRAGMENTS) !== 0;
    if (hasLength && rest.length < lengthOctets) return { refused: "too short" };
    const part = hasLength ? rest.slice(lengthOctets) : rest;
    const told = hasLength ? rest.slice(0, lengthOctets).reduce((sum, octet) => sum * 256 + octet, 0) : undefined;
    if (!this.isUnderWay && hasMore && told === undefined) return { refused: "a first fragment without a length" };
    const total = this.isUnderWay ? this.#total : (told ?? part.length);
    if (told !== undefined && told !== total) return { refused: "another length than that of the first fragment" };
    if (total > messageMax) return { refused: "too long" };
    if (hasMore && part.length === 0) return { refused: "an empty fragment" };
    const soFar = this.#parts.reduce((sum, { length }) => sum + length, part.length);
    if (hasMore ? soFar >= total : soFar !== total) return { refused: "bad length" };
    if (hasMore) {
      this.#parts.push(part.slice());
      this.#total = total;
      return { isPart: true };
    }
    const message = concat(...this.#parts, part);
    this.#parts = [];
    return { message };
  }
}

/** What goes out: one message, a packet after the other. */
export class Fragments {
  readonly #message: Uint8Array;
  readonly #lengthOctets: number;
  readonly #max: number;
  #at = 0;

  /** `max`: octets of a packet's Type-Data. @throws RangeError for a `max` that has no room. */
  constructor(message: Uint8Array, { lengthOctets }: FragmentFormat, max: number) {
    checkNumber("fragmentOctets", max, 1 + lengthOctets + 1, 0xffff);
    this.#message = message.slice();
    this.#lengthOctets = lengthOctets;
    this.#max = max;
  }

  /** Is there nothing left to send? */
  get isOver(): boolean {
    return this.#at >= this.#message.length;
  }

  /** Type-Data of the next packet; `head`: the six bits beside L and M. */
  next(head: number): Uint8Array {
    const left = this.#message.length - this.#at;
    const isWhole = this.#at === 0 && 1 + left <= this.#max;
    const hasLength = this.#at === 0 && !isWhole;
    const length = hasLength ? this.#lengthField() : new Uint8Array();
    const part = this.#message.slice(this.#at, this.#at + this.#max - 1 - length.length);
    this.#at += part.length;
    const flags = head | (hasLength ? LENGTH_INCLUDED : 0) | (this.isOver ? 0 : MORE_FRAGMENTS);
    return concat(Uint8Array.of(flags), length, part);
  }

  #lengthField(): Uint8Array {
    const whole = new Uint8Array(4);
    new DataView(whole.buffer).setUint32(0, this.#message.length);
    return whole.slice(-this.#lengthOctets);
  }
}
