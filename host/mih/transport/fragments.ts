/**
 * Messages longer than a datagram may be (IEEE 802.21-2008 8.2.4): the payload is cut, each part goes behind the same header
 * with its number, and M on all but the last. Assumption: the MISF IDs are part of what is cut, so only the first part has
 * them, and parts belong together by where they come from, what the message is, and its TID.
 */

import { concat, equalOctets } from "../../wire/octets.ts";
import { emitHeader, FRAGMENT_MAX, HEADER_OCTETS, type Header, messageId, readHeader } from "../wire/header.ts";

/** What fits an IPv6 path that nobody has measured: 1280 less IPv6 and UDP headers. */
export const DATAGRAM_MAX = 1232;

/** @throws RangeError for a message of more than 128 fragments. */
export function fragmentsOf(message: Uint8Array, datagramMax = DATAGRAM_MAX): Uint8Array[] {
  if (message.length <= datagramMax) return [message];
  const header = readHeader(message);
  if (typeof header === "string") throw new RangeError(`message: ${header}`);
  // Every part but the last is a whole number of 8 octets long, as IP has it.
  const room = (datagramMax - HEADER_OCTETS) & ~7;
  const count = Math.ceil((message.length - HEADER_OCTETS) / room);
  if (!(count > 0 && count <= FRAGMENT_MAX + 1))
    throw new RangeError(`message: ${message.length} octets do not fit 128 fragments`);
  return Array.from({ length: count }, (_, fragment) => {
    const start = HEADER_OCTETS + fragment * room;
    const part = message.subarray(start, start + room);
    return concat(emitHeader({ ...header, fragment, more: fragment < count - 1 }, part.length), part);
  });
}

interface Partial {
  readonly header: Header;
  readonly parts: Map<number, Uint8Array>;
  /** Number of the one without M. */
  last: number | undefined;
  highest: number;
  octets: number;
  readonly since_ms: number;
}

/**
 * Of one sender, and of all: messages that are not whole yet. The oldest makes room: where there is too little of it for
 * what is on its way at once, losses have each begin anew with its repetition, and none is ever whole.
 */
const PER_SENDER_MAX = 16;
const ALL_MAX = 64;
/** What a message may come to. */
const OCTETS_MAX = 0xffff;
const WHOLE_WITHIN_ms = 10_000;

export class Reassembly {
  readonly #partials = new Map<string, Partial>();

  /** The whole message, once it is; undefined: not yet, or it never will be. `datagram` has a header that was read. */
  take(from: string, header: Header, datagram: Uint8Array, now_ms: number): Uint8Array | undefined {
    if (!header.more && header.fragment === 0) return datagram;
    for (const [key, { since_ms }] of this.#partials) {
      if (now_ms - since_ms > WHOLE_WITHIN_ms) this.#partials.delete(key);
    }
    const key = `${from} ${messageId(header)} ${header.tid}`;
    const partial = this.#partials.get(key) ?? this.#begin(from, key, header, now_ms);
    const part = datagram.slice(HEADER_OCTETS);
    if (contradicts(partial, header, part)) {
      this.#partials.delete(key);
      return undefined;
    }
    if (partial.parts.has(header.fragment)) return undefined;
    if (!header.more) partial.last = header.fragment;
    partial.parts.set(header.fragment, part);
    partial.highest = Math.max(partial.highest, header.fragment);
    partial.octets += part.length;
    if (partial.octets > OCTETS_MAX) {
      this.#partials.delete(key);
      return undefined;
    }
    if (partial.last === undefined || partial.parts.size <= partial.last) return undefined;
    this.#partials.delete(key);
    return whole(partial);
  }

  #begin(from: string, key: string, header: Header, now_ms: number): Partial {
    const own = [...this.#partials.keys()].filter((other) => other.startsWith(`${from} `));
    if (own.length >= PER_SENDER_MAX) this.#partials.delete(own[0]);
    else if (this.#partials.size >= ALL_MAX) this.#partials.delete(this.#partials.keys().next().value as string);
    const partial: Partial = { header, parts: new Map(), last: undefined, highest: 0, octets: 0, since_ms: now_ms };
    this.#partials.set(key, partial);
    return partial;
  }
}

/**
 * Two parts that cannot be of one message: one is forged, or left over from a message that had the same TID. As with IP
 * (RFC 5722), none of them is believed; the repetition brings them all again.
 */
function contradicts({ parts, last, highest }: Partial, { fragment, more }: Header, part: Uint8Array): boolean {
  const known = parts.get(fragment);
  if (known && !(equalOctets(known, part) && more === (fragment !== last))) return true;
  return more ? last !== undefined && fragment >= last : (last ?? fragment) !== fragment || fragment < highest;
}

/** Of one that has every part, and none behind the last. */
function whole({ header, parts }: Partial): Uint8Array {
  const ordered = [...parts].sort(([a], [b]) => a - b).map(([, part]) => part);
  const payload = concat(...ordered);
  return concat(emitHeader({ ...header, fragment: 0, more: false }, payload.length), payload);
}
