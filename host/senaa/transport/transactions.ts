/**
 * Requests and answers (3.3) over a link that loses, doubles and reorders; each end may ask and be asked on one link.
 *
 *     request ───────>            again, T flag: after RT, about 2 RT, about 4 RT ...
 *     request, T ────>  done once; the answer is kept, and goes out again for each request that comes again
 *            <─── answer          the same Hop-by-Hop and End-to-End
 */

import type { Clock, Link } from "../../datagrams/link.ts";
import { type Ids, readHeader } from "../wire/header.ts";
import { emitRefusal, type Message, readMessage, type Unreadable, type Way } from "../wire/message.ts";
import { isRefusal, type Why } from "../wire/refusal.ts";
import { ANSWERS_ENTRIES_MAX, ANSWERS_OCTETS_MAX, ANSWERS_OF_SESSION_MAX, Answers } from "./answers.ts";
import type { Timing } from "./backoff.ts";
import { Identifiers } from "./identifiers.ts";
import { type Outcome, type Patience, Requests, type Unmatched } from "./requests.ts";

export type Dropped =
  | Why
  | Unmatched
  | "repeated"
  | "another request of that number"
  | "not a relay"
  | "bad relayed source";

/** What the link carried, and what became of it. */
export interface Counts {
  /** Requests, each once, and how often one went out again. */
  readonly requests: number;
  readonly retransmissions: number;
  readonly answers: number;
  /** Answers that went out again from what was kept, and refusals. */
  readonly repeatedAnswers: number;
  readonly refusals: number;
  readonly dropped: ReadonlyMap<Dropped, number>;
}

/** A request that has not come before. One of the two ends it; later ones do nothing. */
export interface Asked {
  /** Who sent it: where the answer goes. Of a relayed one, whoever the relay had it from. */
  readonly from: string;
  /** The relay. */
  readonly via?: string;
  readonly message: Message;
  /** The answer, a whole datagram; kept for whenever the request comes again. */
  answer(datagram: Uint8Array): void;
  /** An answer of which nothing is kept: it costs no more to make than to look up. */
  says(datagram: Uint8Array): void;
  /**
   * An error answer, of which nothing is kept: for whoever has proven nothing. If the request comes again it is asked
   * again.
   */
  refuse(resultCode: number): void;
  /** No answer, and nothing is kept. */
  ignore(): void;
}

export interface TransactionsOptions {
  readonly link: Link;
  readonly clock: Clock;
  readonly way: Way;
  readonly timing: Timing;
  /** 0 to 2^32 - 1, from a CSPRNG. */
  readonly random32: () => number;
  readonly asked: (asked: Asked) => void;
  /** Has that session somebody who has proven who he is? Yes unless given, if there is a Session-Id. */
  readonly isProven?: (sessionId: string, from: string) => boolean;
  /** Whose word on where a request came from is taken (004-D15): anybody else would have others answered. */
  readonly relays?: ReadonlySet<string>;
}

/** RFC 6733 section 3: how long an End-to-End Identifier is no other's. */
const REMEMBERED_ms = 240_000;
/** Who asks is "host:port", or a name of a network in memory. */
const SOURCE = /^\S+$/;

export class Transactions {
  readonly #options: TransactionsOptions;
  readonly #requests: Requests;
  readonly #identifiers: Identifiers;
  /** Apart, as anybody can fill the first: whoever has proven nothing pushes out nobody's answer who has. */
  readonly #strangers: Answers;
  readonly #sessions: Answers;
  readonly #dropped = new Map<Dropped, number>();
  readonly #counts = { requests: 0, retransmissions: 0, answers: 0, repeatedAnswers: 0, refusals: 0 };
  #isClosed = false;

  constructor(options: TransactionsOptions) {
    const { link, clock, timing, random32 } = options;
    this.#options = options;
    this.#identifiers = new Identifiers(random32, () => clock.now_ms());
    const random = (): number => random32() / 2 ** 32;
    this.#requests = new Requests({
      ...{ clock, timing, random },
      send: (to, octets, isAgain) => {
        this.#counts[isAgain ? "retransmissions" : "requests"]++;
        link.send(to, octets);
      },
    });
    const limits = { lifetime_ms: REMEMBERED_ms, entries: ANSWERS_ENTRIES_MAX, octets: ANSWERS_OCTETS_MAX };
    this.#strangers = new Answers(limits);
    this.#sessions = new Answers({ ...limits, ofSession: ANSWERS_OF_SESSION_MAX });
    link.listen((from, octets) => this.#heard(from, octets));
  }

  /** Of the next request: Msg-Checksum is made of them before the request is. */
  nextIds(): Ids {
    return this.#identifiers.next((hopByHop) => this.#requests.isTaken(hopByHop));
  }

  /** Until it is answered, or nobody will. @throws RangeError for octets that are no request, and identifiers in use. */
  request(to: string, datagram: Uint8Array, patience: Patience = {}): Promise<Outcome> {
    const message = readMessage(datagram, this.#options.way);
    if (isRefusal(message)) throw new RangeError(`request: ${message.refusal} (${message.of ?? "header"})`);
    if (!message.header.isRequest) throw new RangeError(`request: ${message.name} is an answer`);
    if (this.#isClosed) return Promise.resolve({ failure: "closed" });
    return this.#requests.send(to, datagram, message.header, patience);
  }

  /** Takes a request back: it does not go out again, and its answer is not waited for. */
  withdraw({ hopByHop }: Ids): void {
    this.#requests.forget(hopByHop);
  }

  get counts(): Counts {
    return { ...this.#counts, dropped: new Map(this.#dropped) };
  }

  /** Nothing more is sent or heard; whoever waits is told so. */
  close(): void {
    this.#isClosed = true;
    this.#requests.close();
    this.#options.link.close();
  }

  #heard(from: string, octets: Uint8Array): void {
    if (this.#isClosed) return;
    const message = readMessage(octets, this.#options.way);
    if (isRefusal(message)) {
      this.#drop(message.refusal);
      this.#refuse(from, message);
      return;
    }
    if (message.header.isRequest) {
      this.#request(from, octets, message);
      return;
    }
    const unmatched = this.#requests.answered(from, message);
    if (unmatched) this.#drop(unmatched);
    else this.#counts.answers++;
  }

  #request(sender: string, octets: Uint8Array, message: Message): void {
    const { relayedSource, sessionId } = message.body as { relayedSource?: string; sessionId?: string };
    if (relayedSource !== undefined && !this.#options.relays?.has(sender)) {
      this.#drop("not a relay");
      return;
    }
    if (relayedSource !== undefined && !SOURCE.test(relayedSource)) {
      this.#drop("bad relayed source");
      return;
    }
    const from = relayedSource ?? sender;
    const { link, clock, asked, isProven = () => true } = this.#options;
    const { command, endToEnd } = message.header;
    const key = JSON.stringify([from, sessionId, command, endToEnd]);
    // The request that made a stranger known stands among the strangers'.
    const isStrange = sessionId === undefined || this.#strangers.has(key) || !isProven(sessionId, from);
    const answers = isStrange ? this.#strangers : this.#sessions;
    const found = answers.take(key, octets, clock.now_ms(), isStrange ? undefined : JSON.stringify([from, sessionId]));
    if (typeof found === "object") {
      this.#drop("repeated");
      this.#counts.repeatedAnswers++;
      link.send(from, found.answer);
      return;
    }
    if (found !== "new") {
      this.#drop(found === "in work" ? "repeated" : "another request of that number");
      return;
    }
    let isEnded = false;
    const once = (does: () => void): void => {
      if (isEnded || this.#isClosed) return;
      isEnded = true;
      does();
    };
    asked({
      ...{ from, message },
      ...(relayedSource === undefined ? {} : { via: sender }),
      answer: (datagram) => {
        checkAnswers(datagram, message.header);
        once(() => {
          answers.answer(key, datagram.slice());
          link.send(from, datagram);
        });
      },
      says: (datagram) => {
        checkAnswers(datagram, message.header);
        once(() => {
          answers.forget(key);
          link.send(from, datagram);
        });
      },
      refuse: (resultCode) =>
        once(() => {
          answers.forget(key);
          this.#counts.refusals++;
          link.send(from, emitRefusal(message.header, { sessionId, resultCode }));
        }),
      ignore: () => once(() => answers.forget(key)),
    });
  }

  /** Of a request that is none; an answer that is none is dropped, and so the right one is still waited for. */
  #refuse(to: string, { header, sessionId, resultCode, failedAvp }: Unreadable): void {
    if (!header?.isRequest) return;
    this.#counts.refusals++;
    this.#options.link.send(to, emitRefusal(header, { sessionId, resultCode, failedAvp }));
  }

  #drop(why: Dropped): void {
    this.#dropped.set(why, (this.#dropped.get(why) ?? 0) + 1);
  }
}

/** A mistake of whoever answers is found where it is made. */
function checkAnswers(datagram: Uint8Array, request: Ids & { readonly command: number }): void {
  const answer = readHeader(datagram)?.header;
  const isIts =
    answer?.isRequest === false &&
    answer.hopByHop === request.hopByHop &&
    answer.endToEnd === request.endToEnd &&
    answer.command === request.command;
  if (!isIts) throw new RangeError("answer: the header is not that of an answer to the request");
}
