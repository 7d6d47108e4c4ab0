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

/** A timer of JavaScript has 31 bits of milliseconds, 24.8 days; one that is asked for more fires at once. */
const TIMER_MAX_ms = 2 ** 31 - 1;

/** `keep`: what becomes of each timer, as one that must not keep a process from ending. */
export function realClock(keep: (timer: ReturnType<typeof setTimeout>) => void = () => {}): Clock {
  return {
    now_ms: () => performance.now(),
    after(delay_ms, then) {
      let timer: ReturnType<typeof setTimeout>;
      const waits = (left_ms: number): void => {
        const now_ms = Math.min(left_ms, TIMER_MAX_ms);
        timer = setTimeout(() => (left_ms > now_ms ? waits(left_ms - now_ms) : then()), now_ms);
        keep(timer);
      };
      waits(delay_ms);
      return () => clearTimeout(timer);
    },
  };
}

export const systemClock = realClock();
