/** A network in memory, for one process: every fault that UDP has, from a seed. */

import type { Link } from "./link.ts";

export interface NetworkFaults {
  /** Probabilities, each on its own. */
  readonly loss?: number;
  readonly duplicate?: number;
  /** Of coming later than what is sent behind it. */
  readonly reorder?: number;
}

export interface NetworkOptions extends NetworkFaults {
  /** In [0, 1). */
  readonly random?: () => number;
  /** One way, ms. */
  readonly delay_ms?: number;
  /** Sees every datagram that is sent; an answer of false loses it, other octets take its place. */
  readonly tap?: (from: string, to: string, octets: Uint8Array) => boolean | Uint8Array | undefined;
}

/** How much later what is out of order comes, ms. */
const LATE_ms = 3;

export class MemoryNetwork {
  /** All datagrams that were sent, and their octets. */
  sent = 0;
  sent_octets = 0;
  readonly #options: NetworkOptions;
  readonly #listeners = new Map<string, (from: string, octets: Uint8Array) => void>();
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(options: NetworkOptions = {}) {
    this.#options = options;
  }

  /** @throws RangeError for an address that is taken. */
  link(address: string): Link {
    if (this.#listeners.has(address)) throw new RangeError(`address: ${address} is taken`);
    this.#listeners.set(address, () => {});
    let isOpen = true;
    return {
      address,
      send: (to, octets) => isOpen && this.#send(address, to, octets),
      listen: (heard) => isOpen && this.#listeners.set(address, heard),
      close: () => {
        if (isOpen) this.#listeners.delete(address);
        isOpen = false;
      },
    };
  }

  /** As if `from` had sent it. */
  inject(from: string, to: string, octets: Uint8Array): void {
    this.#deliver(from, to, octets, 0);
  }

  /** Nothing that is on its way arrives any more. */
  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#listeners.clear();
  }

  #send(from: string, to: string, octets: Uint8Array): void {
    const { loss = 0, duplicate = 0, reorder = 0, random = Math.random, delay_ms = 0, tap } = this.#options;
    this.sent++;
    this.sent_octets += octets.length;
    const seen = tap?.(from, to, octets.slice());
    if (seen === false || random() < loss) return;
    const carried = seen instanceof Uint8Array ? seen : octets;
    for (let copies = random() < duplicate ? 2 : 1; copies > 0; copies--) {
      this.#deliver(from, to, carried, delay_ms + (random() < reorder ? LATE_ms : 0));
    }
  }

  #deliver(from: string, to: string, octets: Uint8Array, delay_ms: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#listeners.get(to)?.(from, octets.slice());
    }, delay_ms);
    this.#timers.add(timer);
  }
}
