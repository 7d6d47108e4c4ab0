/** Ends of conversations over a link, and messages to send: TLS is octets that nobody looks at. */

import { type Clock, type Link, systemClock } from "../../../host/datagrams/link.ts";
import type { Timing } from "../../../host/senaa/transport/backoff.ts";
import { type Asked, type Dropped, Transactions } from "../../../host/senaa/transport/transactions.ts";
import type { Ids } from "../../../host/senaa/wire/header.ts";
import { emitMessage, type Way } from "../../../host/senaa/wire/message.ts";
import { CLA, CLR, SCA, SCR } from "../../../host/senaa/wire/messages.ts";

/** Short, so that a test with losses is over soon. */
export const QUICK: Timing = { irt_ms: 8, mrt_ms: 64, mrc: 12 };
export const SESSION = "paa;1";

export interface End {
  readonly transactions: Transactions;
  /** What was handed up, in that order. */
  readonly asked: Asked[];
  /** Called for each. */
  does: (asked: Asked) => void;
}

interface EndOptions {
  readonly clock?: Clock;
  readonly timing?: Timing;
  readonly way?: Way;
  readonly relays?: ReadonlySet<string>;
  readonly seed?: number;
}

/** Numbers that differ from each other, the same in each run. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state;
  };
}

export function endOf(
  link: Link,
  { clock = systemClock, timing = QUICK, way = "tls", relays, seed = link.address.length }: EndOptions = {},
): End {
  const asked: Asked[] = [];
  const transactions = new Transactions({
    ...{ link, clock, way, timing, relays, random32: numbers(seed) },
    asked: (one) => {
      asked.push(one);
      end.does(one);
    },
  });
  const end: End = { transactions, asked, does: () => {} };
  return end;
}

export function scrOf(ids: Ids, fill = 1): Uint8Array {
  return emitMessage(SCR, ids, { userName: "@example.org", tls: Uint8Array.of(22, fill) });
}

export function scaOf(ids: Ids, fill = 2): Uint8Array {
  return emitMessage(SCA, ids, { sessionId: SESSION, tls: Uint8Array.of(22, fill) });
}

export function clrOf(ids: Ids, fill = 3, sessionId = SESSION): Uint8Array {
  return emitMessage(CLR, ids, { sessionId, tls: Uint8Array.of(23, fill) });
}

export function claOf(ids: Ids, fill = 4, sessionId = SESSION): Uint8Array {
  return emitMessage(CLA, ids, { sessionId, tls: Uint8Array.of(23, fill) });
}

export function dropped({ transactions }: End): Partial<Record<Dropped, number>> {
  return Object.fromEntries(transactions.counts.dropped);
}
