/** Datagrams between addresses: what everything above is built on, whether by UDP (udp.node.ts) or in memory (memory.ts). */

export interface Link {
  /** One's own, as others write it. */
  readonly address: string;
  /** Never throws: what cannot be sent is lost, as on any network. */
  send(to: string, octets: Uint8Array): void;
  /** Who hears what comes in; the octets are the listener's. */
  listen(heard: (from: string, octets: Uint8Array) => void): void;
  close(): void;
}

/** Time as whoever waits sees it. */
export interface Clock {
  now_ms(): number;
  /** Calls back once, unless cancelled by what it returns. */
  after(delay_ms: number, then: () => void): () => void;
}

export const systemClock: Clock = {
  now_ms: () => performance.now(),
  after(delay_ms, then) {
    const timer = setTimeout(then, delay_ms);
    return () => clearTimeout(timer);
  },
};
