/**
 * One's own requests, until they are answered (section 6): the same octets again and again, with the T flag and longer waits,
 * but never behind the time that Multi-Round-Time-Out left (004-S16).
 */

import type { Clock } from "../../datagrams/link.ts";
import { type Header, retransmitted } from "../wire/header.ts";
import type { Message } from "../wire/message.ts";
import { nextWait_ms, type Timing } from "./backoff.ts";

/** Nobody answered; there are too many requests at once; this end closed, or took the request back. */
export type Failure = "no answer" | "too many requests" | "closed";

export type Outcome = { readonly from: string; readonly message: Message } | { readonly failure: Failure };

export interface Patience {
  /** By the clock: no transmission behind it, and then no wait. */
  readonly until_ms?: number;
  /** How often it goes out at most, where that is less than the transport's own bound: of what is only said, not asked. */
  readonly transmissions?: number;
  /** The answer may come from another than the request goes to: it went to a relay (004-S9). */
  readonly isRelayed?: boolean;
  /** false: that answer is nobody's, and the right one is still waited for. Anybody can send what nothing protects. */
  readonly accepts?: (message: Message, from: string) => boolean;
}

interface Waiting {
  readonly to: string;
  readonly header: Header;
  readonly patience: Patience;
  readonly settle: (outcome: Outcome) => void;
}

/** Of what ends a session: nobody waits for long to hear that it has been heard. About 3 s. */
export const LAST_TRANSMISSIONS = 2;

/** Assumption: more than anybody has on their way at once. */
export const REQUESTS_MAX = 1024;

export interface RequestsOptions {
  readonly clock: Clock;
  readonly timing: Timing;
  /** In [0, 1). */
  readonly random: () => number;
  readonly send: (to: string, octets: Uint8Array, isAgain: boolean) => void;
}

export type Unmatched = "unexpected answer" | "answer of another" | "answer not accepted";

export class Requests {
  readonly #options: RequestsOptions;
  readonly #waiting = new Map<number, Waiting>();

  constructor(options: RequestsOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  isTaken(hopByHop: number): boolean {
    return this.#waiting.has(hopByHop);
  }

  /** @throws RangeError for an identifier that is waited for. */
  send(to: string, datagram: Uint8Array, header: Header, patience: Patience): Promise<Outcome> {
    if (this.isTaken(header.hopByHop)) throw new RangeError(`hopByHop: ${header.hopByHop} is waited for`);
    if (this.#waiting.size >= REQUESTS_MAX) return Promise.resolve({ failure: "too many requests" });
    return new Promise((resolve) => {
      const { clock, timing, random, send } = this.#options;
      const { until_ms = Number.POSITIVE_INFINITY, transmissions = timing.mrc } = patience;
      const often = Math.min(transmissions, timing.mrc);
      let cancel = (): void => {};
      const settle = (outcome: Outcome): void => {
        cancel();
        this.#waiting.delete(header.hopByHop);
        resolve(outcome);
      };
      this.#waiting.set(header.hopByHop, { to, header, patience, settle });
      const again = retransmitted(datagram);
      const attempt = (number: number, before_ms?: number): void => {
        const left_ms = until_ms - clock.now_ms();
        if (number === often || left_ms <= 0) {
          settle({ failure: "no answer" });
          return;
        }
        const wait_ms = nextWait_ms(timing, random, before_ms);
        // Before the datagram: a link may bring the answer while it sends.
        cancel = clock.after(Math.min(wait_ms, left_ms), () => attempt(number + 1, wait_ms));
        send(to, number === 0 ? datagram : again, number > 0);
      };
      attempt(0);
    });
  }

  /** undefined: whoever waited has it. */
  answered(from: string, message: Message): Unmatched | undefined {
    const { hopByHop, endToEnd, command } = message.header;
    const waiting = this.#waiting.get(hopByHop);
    if (waiting?.header.endToEnd !== endToEnd || waiting.header.command !== command) return "unexpected answer";
    const { to, patience, settle } = waiting;
    if (from !== to && !patience.isRelayed) return "answer of another";
    if (patience.accepts?.(message, from) === false) return "answer not accepted";
    settle({ from, message });
    return undefined;
  }

  /** Takes a request back. */
  forget(hopByHop: number): void {
    this.#waiting.get(hopByHop)?.settle({ failure: "closed" });
  }

  close(): void {
    for (const hopByHop of [...this.#waiting.keys()]) this.forget(hopByHop);
  }
}
