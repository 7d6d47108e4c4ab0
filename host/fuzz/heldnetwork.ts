/*
 * A network and a clock that whoever fuzzes moves: nothing arrives and no time passes unless it is told so.
 */

import type { Clock, Link } from "../datagrams/link.ts";
import { toHex } from "../wire/octets.ts";

export interface Datagram {
  readonly from: string;
  readonly to: string;
  readonly octets: Uint8Array;
}

/** Time that stands still. */
export class HeldClock implements Clock {
  #now_ms = 0;
  readonly #timers = new Map<object, { readonly due_ms: number; readonly then: () => void }>();

  /** Timers that wait. */
  get waiting(): number {
    return this.#timers.size;
  }

  now_ms(): number {
    return this.#now_ms;
  }

  after(delay_ms: number, then: () => void): () => void {
    const key = {};
    this.#timers.set(key, { due_ms: this.#now_ms + Math.max(0, delay_ms), then });
    return () => this.#timers.delete(key);
  }

  /** To the next that is due within so long, which is called; false: there was none, and it is so much later. */
  step(within_ms: number): boolean {
    const until_ms = this.#now_ms + within_ms;
    let first: [object, { readonly due_ms: number; readonly then: () => void }] | undefined;
    for (const timer of this.#timers) if (!first || timer[1].due_ms < first[1].due_ms) first = timer;
    if (!first || first[1].due_ms > until_ms) {
      this.#now_ms = until_ms;
      return false;
    }
    const [key, { due_ms, then }] = first;
    this.#timers.delete(key);
    this.#now_ms = Math.max(this.#now_ms, due_ms);
    then();
    return true;
  }
}

export class HeldNetwork {
  /** On their way, in the order in which they were sent. */
  readonly queue: Datagram[] = [];
  /** All that anybody here has sent. */
  readonly genuine: Datagram[] = [];
  readonly clock = new HeldClock();
  readonly #settled: (network: HeldNetwork) => Promise<void>;
  readonly #listeners = new Map<string, (from: string, octets: Uint8Array) => void>();
  readonly #sent = new Set<string>();
  readonly #arrived = new Set<string>();

  /** `settled`: everything that follows at once has happened. */
  constructor(settled: (network: HeldNetwork) => Promise<void>) {
    this.#settled = settled;
  }

  /** The oldest on its way arrives; false: there is none. */
  async deliver(): Promise<boolean> {
    const datagram = this.queue.shift();
    if (!datagram) return false;
    await this.inject(datagram);
    return true;
  }

  /** It arrives, whoever sent it, and all that follows at once has happened when this resolves. */
  async inject({ from, to, octets }: Datagram): Promise<void> {
    this.#arrived.add(nameOf({ from, to, octets }));
    this.#listeners.get(to)?.(from, octets.slice());
    await this.#settled(this);
  }

  async pass(within_ms: number): Promise<void> {
    const { clock } = this;
    for (const until_ms = clock.now_ms() + within_ms; clock.step(until_ms - clock.now_ms()); ) {
      await this.#settled(this);
    }
  }

  /** Until nothing is on its way and whoever `isDone` asks for has what it waits for; false: it took too many steps. */
  async run(
    isDone: () => boolean,
    { steps, idle_ms }: { readonly steps: number; readonly idle_ms: number },
  ): Promise<boolean> {
    await this.#settled(this);
    for (let i = 0; i < steps; i++) {
      if (isDone() && this.queue.length === 0) return true;
      if (!(await this.deliver())) {
        this.clock.step(idle_ms);
        await this.#settled(this);
      }
    }
    return false;
  }

  /** Is this what somebody here has sent there, and has not arrived yet? */
  isOnItsWay(datagram: Datagram): boolean {
    const name = nameOf(datagram);
    return this.#sent.has(name) && !this.#arrived.has(name);
  }

  link(address: string): Link {
    let isOpen = true;
    return {
      address,
      send: (to, octets) => {
        // What goes to nobody here is lost.
        if (!isOpen || !this.#listeners.has(to)) return;
        const datagram = { from: address, to, octets: octets.slice() };
        this.queue.push(datagram);
        this.genuine.push(datagram);
        this.#sent.add(nameOf(datagram));
      },
      listen: (heard) => this.#listeners.set(address, heard),
      close: () => {
        isOpen = false;
        this.#listeners.delete(address);
      },
    };
  }
}

function nameOf({ from, to, octets }: Datagram): string {
  return `${from} ${to} ${toHex(octets)}`;
}
