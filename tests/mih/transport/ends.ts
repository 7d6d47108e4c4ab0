/** Two ends of a conversation over a link, and messages to send. */

import { type Clock, type Link, systemClock } from "../../../host/datagrams/link.ts";
import { type Dropped, Reliable, type Timing } from "../../../host/mih/transport/reliable.ts";
import { type Header, OPCODE } from "../../../host/mih/wire/header.ts";
import type { Pdu } from "../../../host/mih/wire/pdu.ts";
import { emitTlv } from "../../../host/mih/wire/tlv.ts";
import { TLV } from "../../../host/mih/wire/types.ts";

/** Short, so that a test with losses is over soon. */
export const QUICK: Timing = { rto_ms: 8, retries: 8, transaction_ms: 10_000 };

export interface End {
  readonly id: string;
  readonly reliable: Reliable;
  /** What was handed on, in that order. */
  readonly received: { readonly from: string; readonly pdu: Pdu }[];
  readonly dropped: Dropped[];
  /** Called for each that is handed on. */
  hears: (from: string, pdu: Pdu) => void;
}

interface EndOptions {
  readonly clock?: Clock;
  readonly timing?: Timing;
  readonly tid?: number;
}

/** Its MISF ID is the link's address. */
export function endOf(link: Link, { clock = systemClock, timing = QUICK, tid = 100 }: EndOptions = {}): End {
  const received: End["received"] = [];
  const dropped: Dropped[] = [];
  const options = {
    ...{ link, clock, timing, id: link.address },
    received: (from: string, pdu: Pdu) => {
      received.push({ from, pdu });
      end.hears(from, pdu);
    },
    dropped: (why: Dropped) => dropped.push(why),
  };
  const end: End = { id: link.address, reliable: new Reliable(options, tid), received, dropped, hears: () => {} };
  return end;
}

/** A request of the command service from one end to another, with these octets in it. */
export function requestOf(from: End, to: string, tid: number, octets: Uint8Array): Pdu {
  const header: Header = {
    ...{ ackReq: false, ackRsp: false, uir: false, more: false, fragment: 0 },
    ...{ sid: 3, opcode: OPCODE.request, aid: 13, tid },
  };
  return { header, source: from.id, destination: to, service: emitTlv(TLV.llInformation.type, octets) };
}

/** The response to it, with these octets. */
export function responseTo({ header, source, destination }: Pdu, octets: Uint8Array): Pdu {
  return {
    header: { ...header, opcode: OPCODE.response, ackReq: false, ackRsp: true },
    source: destination,
    destination: source,
    service: emitTlv(TLV.llInformation.type, octets),
  };
}

export function pause(time_ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time_ms));
}

/** A clock that only a test moves. */
export class TestClock implements Clock {
  #now_ms = 0;
  readonly #timers = new Set<{ readonly at_ms: number; readonly then: () => void }>();

  now_ms(): number {
    return this.#now_ms;
  }

  after(delay_ms: number, then: () => void): () => void {
    const timer = { at_ms: this.#now_ms + delay_ms, then };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Timers that wait. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** Lets so much time pass, timer by timer. */
  pass(time_ms: number): void {
    const end_ms = this.#now_ms + time_ms;
    for (;;) {
      const due = [...this.#timers].filter(({ at_ms }) => at_ms <= end_ms).sort((a, b) => a.at_ms - b.at_ms)[0];
      if (!due) break;
      this.#timers.delete(due);
      this.#now_ms = due.at_ms;
      due.then();
    }
    this.#now_ms = end_ms;
  }
}

/** Links in memory that carry each datagram while it is sent, in order, unless the test keeps it. */
export class Wire {
  readonly #listeners = new Map<string, (from: string, octets: Uint8Array) => void>();
  /** Every datagram, in the order in which they were sent. */
  readonly sent: { readonly from: string; readonly to: string; readonly octets: Uint8Array }[] = [];
  /** false loses it. */
  carries: (from: string, to: string, octets: Uint8Array) => boolean = () => true;

  link(address: string): Link {
    return {
      address,
      send: (to, octets) => {
        this.sent.push({ from: address, to, octets: octets.slice() });
        if (this.carries(address, to, octets)) this.deliver(address, to, octets);
      },
      listen: (heard) => this.#listeners.set(address, heard),
      close: () => this.#listeners.delete(address),
    };
  }

  /** As if `from` had sent it. */
  deliver(from: string, to: string, octets: Uint8Array): void {
    this.#listeners.get(to)?.(from, octets.slice());
  }
}
