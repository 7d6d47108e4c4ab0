/** Roles of 802.21 in time that is not real: a clock, and a network on it, in which nothing passes but what is waited for. */

import type { Clock, Link } from "../../datagrams/link.ts";

interface Event {
  readonly at_ms: number;
  readonly then: () => void;
}

export class VirtualTime implements Clock {
  #now_ms = 0;
  /** By instant; of one instant, as they came. */
  readonly #events: Event[] = [];

  now_ms(): number {
    return this.#now_ms;
  }

  after(delay_ms: number, then: () => void): () => void {
    const event = { at_ms: this.#now_ms + Math.max(0, delay_ms), then };
    const later = this.#events.findIndex(({ at_ms }) => at_ms > event.at_ms);
    this.#events.splice(later < 0 ? this.#events.length : later, 0, event);
    return () => {
      const at = this.#events.indexOf(event);
      if (at >= 0) this.#events.splice(at, 1);
    };
  }

  /** Time passes until the work is done. @throws Error when it waits for nothing that is still to come. */
  async of<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const over = (): void => {
      isOver = true;
    };
    work.then(over, over);
    for (await settled(); !isOver; await settled()) {
      const next = this.#events.shift();
      if (next === undefined) throw new Error("somebody waits, and nothing is to come");
      this.#happens(next);
    }
    return work;
  }

  /** So long, with all that happens in it. */
  async pass(duration_ms: number): Promise<void> {
    const until_ms = this.#now_ms + duration_ms;
    for (await settled(); this.#events[0]?.at_ms <= until_ms; await settled()) {
      this.#happens(this.#events.shift() as Event);
    }
    this.#now_ms = until_ms;
  }

  #happens({ at_ms, then }: Event): void {
    this.#now_ms = at_ms;
    then();
  }
}

export type DatagramTap = (from: string, to: string, octets: Uint8Array) => void;

export interface VirtualNetworkOptions {
  /** One way. */
  readonly delay_ms: number;
  readonly tap?: DatagramTap;
  /** Of the next datagram; no: none is. */
  readonly isLost?: () => boolean;
}

/** Datagrams that come after the same delay. */
export class VirtualNetwork {
  /** All that were sent, and the octets in them. */
  sent = 0;
  sent_octets = 0;
  readonly #time: VirtualTime;
  readonly #options: VirtualNetworkOptions;
  readonly #listeners = new Map<string, (from: string, octets: Uint8Array) => void>();

  constructor(time: VirtualTime, options: VirtualNetworkOptions) {
    this.#time = time;
    this.#options = options;
  }

  link(address: string): Link {
    return {
      address,
      send: (to, octets) => {
        this.sent++;
        this.sent_octets += octets.length;
        const { delay_ms, tap, isLost } = this.#options;
        tap?.(address, to, octets);
        if (isLost?.()) return;
        const copy = octets.slice();
        this.#time.after(delay_ms, () => this.#listeners.get(to)?.(address, copy));
      },
      listen: (heard) => this.#listeners.set(address, heard),
      close: () => this.#listeners.delete(address),
    };
  }
}

/** Whatever was promised has been kept: promises are, before the next turn of the loop. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
