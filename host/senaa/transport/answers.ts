/**
 * Requests that came in, and what was answered, for as long as they may come again: a request is known by (source, Session-Id,
 * command, End-to-End) and done once (004-D17). A record that TLS reads twice kills its connection.
 */

import { equalOctets } from "../../wire/octets.ts";
import { FLAGS_AT, RETRANSMITTED } from "../wire/header.ts";

interface Known {
  readonly request: Uint8Array;
  /** undefined: not yet. */
  answer: Uint8Array | undefined;
  /** How often the answer went out again. */
  repeats: number;
  readonly session: string | undefined;
  readonly since_ms: number;
}

export type Found = "new" | "another" | "in work" | { readonly answer: Uint8Array };

export interface AnswersLimits {
  /** How long a request may come again. */
  readonly lifetime_ms: number;
  readonly entries: number;
  readonly octets: number;
  /** Of one session: the oldest of its own go first. */
  readonly ofSession?: number;
}

/** Assumption: of each of both kinds that Transactions keeps apart. */
export const ANSWERS_ENTRIES_MAX = 4096;
export const ANSWERS_OCTETS_MAX = 1 << 23;
/** Assumption: of a session, requests that may still come again: more than are on any network at once, one behind the other. */
export const ANSWERS_OF_SESSION_MAX = 64;
/**
 * Assumption: nobody honest asks so often, on whatever network; whoever spoofs an address has the answer, longer than what he
 * sends, go there no more often than that.
 */
const REPEATS_MAX = 32;

export class Answers {
  readonly #limits: AnswersLimits;
  /** The oldest first. */
  readonly #known = new Map<string, Known>();
  /** Keys by session, the oldest first. */
  readonly #ofSession = new Map<string, Set<string>>();
  #octets = 0;

  constructor(limits: AnswersLimits) {
    this.#limits = limits;
  }

  get entries(): number {
    return this.#known.size;
  }

  get octets(): number {
    return this.#octets;
  }

  has(key: string): boolean {
    return this.#known.has(key);
  }

  /** What is known of it; a new one is remembered. "another": other octets that call themselves the same. */
  take(key: string, request: Uint8Array, now_ms: number, session?: string): Found {
    this.#expire(now_ms);
    const masked = maskedOf(request);
    const known = this.#known.get(key);
    if (known === undefined) {
      this.#known.set(key, { request: masked, answer: undefined, repeats: 0, since_ms: now_ms, session });
      this.#octets += masked.length;
      if (session !== undefined) this.#belongs(session, key);
      this.#makeRoom();
      return "new";
    }
    if (!equalOctets(known.request, masked)) return "another";
    if (known.answer === undefined || known.repeats >= REPEATS_MAX) return "in work";
    known.repeats++;
    return { answer: known.answer };
  }

  /** Keeps that answer, if the request is still remembered. */
  answer(key: string, answer: Uint8Array): void {
    const known = this.#known.get(key);
    if (known === undefined) return;
    this.#octets += answer.length - (known.answer?.length ?? 0);
    known.answer = answer;
    this.#makeRoom();
  }

  /** Of a request that may as well be done again. */
  forget(key: string): void {
    const known = this.#known.get(key);
    if (known === undefined) return;
    this.#known.delete(key);
    const own = known.session === undefined ? undefined : this.#ofSession.get(known.session);
    own?.delete(key);
    if (own?.size === 0) this.#ofSession.delete(known.session as string);
    this.#octets -= known.request.length + (known.answer?.length ?? 0);
  }

  #belongs(session: string, key: string): void {
    const own = this.#ofSession.get(session) ?? new Set();
    this.#ofSession.set(session, own.add(key));
    const [oldest] = own;
    if (own.size > (this.#limits.ofSession ?? Number.POSITIVE_INFINITY)) this.forget(oldest);
  }

  #expire(now_ms: number): void {
    for (const [key, { since_ms }] of this.#known) {
      if (now_ms - since_ms <= this.#limits.lifetime_ms) return;
      this.forget(key);
    }
  }

  #makeRoom(): void {
    for (const key of this.#known.keys()) {
      if (this.#known.size <= this.#limits.entries && this.#octets <= this.#limits.octets) return;
      this.forget(key);
    }
  }
}

/** As it was when it went out first. */
function maskedOf(request: Uint8Array): Uint8Array {
  const masked = request.slice();
  masked[FLAGS_AT] &= ~RETRANSMITTED;
  return masked;
}
