/**
 * The MIS function of one entity: requests that it sends and answers, by name, each in clear or inside a security
 * association. Who asks inside one is answered inside the same; an answer that comes otherwise is dropped.
 */

import type { Clock, Link } from "../datagrams/link.ts";
import type { SecurityAssociation } from "./sa/association.ts";
import { emitSaid, isSameSaid, readSaid } from "./sa/said.ts";
import type { SaTable } from "./sa/table.ts";
import { type Dropped, Reliable, type Timing } from "./transport/reliable.ts";
import { type Header, messageId, OPCODE } from "./wire/header.ts";
import { type AnyMessage, type Body, type BodyOf, emitService, isBadService, readService } from "./wire/message.ts";
import { EXCHANGES } from "./wire/messages.ts";
import { associatedData, type Pdu } from "./wire/pdu.ts";

/** A peer by its MISF ID and where it listens. */
export interface Peer {
  readonly id: string;
  readonly address: string;
}

/** Who asked, from where, and inside which association. */
export interface Asker extends Peer {
  readonly sa: SecurityAssociation | undefined;
}

/** What may come of a request. */
export type Outcome<M> =
  | { readonly kind: "answer"; readonly body: BodyOf<M>; readonly sa: SecurityAssociation | undefined }
  | { readonly kind: "no answer" };

export type Refused =
  | Dropped
  | "unknown message"
  | "bad service TLVs"
  | "no such association"
  | "bad protection"
  | "not asked"
  | "busy"
  | "failed"
  | "refused";

/** Answers in clear that are under way at one time: who asks for one has proven nothing, and may be as many as it likes. */
const CLEAR_ANSWERS_MAX = 1024;

type Handler = (body: never, asker: Asker) => Promise<object | undefined> | object | undefined;

interface Waiting {
  readonly peer: Peer;
  readonly response: AnyMessage;
  readonly sa: SecurityAssociation | undefined;
  readonly resolve: (outcome: Outcome<AnyMessage>) => void;
}

export interface MisfOptions {
  readonly id: string;
  readonly link: Link;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly associations: SaTable;
  /** Hears of a request that no answer could be made for, by a mistake of this program or of its owner. */
  readonly onFailure?: (error: unknown) => void;
}

const RESPONSES = new Map<number, AnyMessage>(EXCHANGES.map(([request, response]) => [request.id, response]));
const REQUESTS = new Map<number, AnyMessage>(EXCHANGES.map(([request]) => [request.id, request]));

export class Misf {
  /** What came in and was not taken, by reason. */
  readonly refused = new Map<Refused, number>();
  readonly id: string;
  readonly #options: MisfOptions;
  readonly #reliable: Reliable;
  readonly #handlers = new Map<number, Handler>();
  readonly #waiting = new Map<string, Waiting>();
  #clearAnswers = 0;

  constructor(options: MisfOptions) {
    const { id, link, clock, timing, randomBytes } = options;
    this.id = id;
    this.#options = options;
    const [high, low] = randomBytes(2);
    const received = (from: string, pdu: Pdu): void => this.#received(from, pdu);
    const dropped = (why: Dropped): void => this.#count(why);
    const answersOnce = ({ protection }: Pdu): boolean => protection === undefined;
    this.#reliable = new Reliable({ link, clock, id, timing, received, dropped, answersOnce }, (high << 8) | low);
  }

  /**
   * Answers such requests from now on. A handler returns the body of the response; undefined drops the request, as if it
   * had not come.
   */
  answers<Q extends AnyMessage, A extends AnyMessage>(
    exchange: readonly [Q, A],
    handler: (body: BodyOf<Q>, asker: Asker) => Promise<BodyOf<A> | undefined> | BodyOf<A> | undefined,
  ): void {
    this.#handlers.set(exchange[0].id, handler as Handler);
  }

  /** Asks, inside `sa` if there is one. "no answer": none came, or none that was one. @throws RangeError for a body that is none. */
  async asks<Q extends AnyMessage, A extends AnyMessage>(
    peer: Peer,
    [request, response]: readonly [Q, A],
    body: BodyOf<Q>,
    sa?: SecurityAssociation,
  ): Promise<Outcome<A>> {
    const header = headerOf(request, this.#reliable.nextTid());
    const pdu = this.#wrapped(header, peer.id, emitService(request, body as Body<Q["fields"]>), sa);
    if (pdu === undefined) return { kind: "no answer" };
    const key = keyOf(peer.address, response.id, header.tid);
    const answer = new Promise<Outcome<AnyMessage>>((resolve) => {
      this.#waiting.set(key, { peer, response, sa, resolve });
    });
    const { clock, timing } = this.#options;
    const giveUp = (): void => this.#waiting.get(key)?.resolve({ kind: "no answer" });
    const cancel = clock.after(timing.transaction_ms, giveUp);
    this.#reliable.send(peer.address, pdu).then((isHeard) => {
      if (!isHeard) giveUp();
    });
    const outcome = await answer;
    cancel();
    this.#waiting.delete(key);
    return outcome as Outcome<A>;
  }

  /** Whoever still waits for an answer has none. */
  close(): void {
    this.#reliable.close();
    for (const { resolve } of this.#waiting.values()) resolve({ kind: "no answer" });
  }

  /** undefined: the association is over. */
  #wrapped(
    header: Header,
    destination: string,
    service: Uint8Array,
    sa: SecurityAssociation | undefined,
  ): Pdu | undefined {
    const ends = { source: this.id, destination };
    if (sa === undefined) return { header, ...ends, service };
    const said = emitSaid(sa.said);
    const security = sa.seal(associatedData({ header, ...ends }, said), service);
    return typeof security === "string" ? undefined : { header, ...ends, protection: { said, security } };
  }

  #received(from: string, pdu: Pdu): void {
    const { header, source } = pdu;
    const id = messageId(header);
    const isResponse = header.opcode === OPCODE.response;
    const waiting = isResponse ? this.#waiting.get(keyOf(from, id, header.tid)) : undefined;
    const known = isResponse ? waiting?.response : REQUESTS.get(id);
    if (known === undefined || (waiting && waiting.peer.id !== source)) {
      this.#count(isResponse ? "not asked" : "unknown message");
      return;
    }
    const opened = this.#opened(pdu);
    if (opened === undefined) return;
    const { service, sa } = opened;
    const body = readService(known, service);
    if (isBadService(body)) {
      this.#count("bad service TLVs");
    } else if (waiting === undefined) {
      this.#answer(known, body, header, { id: source, address: from, sa });
    } else if (waiting.sa && !(sa && isSameSaid(sa.said, waiting.sa.said))) {
      this.#count("bad protection");
    } else {
      waiting.resolve({ kind: "answer", body, sa });
    }
  }

  /** Its service TLVs; undefined: counted and dropped. */
  #opened(pdu: Pdu): { readonly service: Uint8Array; readonly sa: SecurityAssociation | undefined } | undefined {
    const { protection, service, source } = pdu;
    if (protection === undefined) return { service: service ?? new Uint8Array(), sa: undefined };
    const said = readSaid(protection.said);
    const sa = said && this.#options.associations.ofSaid(said);
    if (sa?.peer !== source) {
      this.#count("no such association");
      return undefined;
    }
    const plain = sa.open(associatedData(pdu, protection.said), protection.security);
    if (typeof plain === "string") {
      this.#count("bad protection");
      return undefined;
    }
    return { service: plain, sa };
  }

  async #answer(request: AnyMessage, body: object, header: Header, asker: Asker): Promise<void> {
    const handler = this.#handlers.get(request.id);
    const response = RESPONSES.get(request.id);
    if (handler === undefined || response === undefined) {
      this.#count("unknown message");
      return;
    }
    const inClear = asker.sa === undefined ? 1 : 0;
    if (inClear > 0 && this.#clearAnswers >= CLEAR_ANSWERS_MAX) {
      this.#count("busy");
      return;
    }
    this.#clearAnswers += inClear;
    let pdu: Pdu | undefined;
    try {
      const answer = await handler(body as never, asker);
      if (answer === undefined) {
        this.#count("refused");
      } else {
        const sent = { ...headerOf(response, header.tid), ackRsp: true };
        pdu = this.#wrapped(sent, asker.id, emitService(response, answer), asker.sa);
      }
    } catch (error) {
      // Nothing that somebody sends may end a role: what could not be answered is told, and dropped.
      this.#count("failed");
      this.#options.onFailure?.(error);
    } finally {
      this.#clearAnswers -= inClear;
    }
    if (pdu === undefined) return;
    // To an address that has proven nothing one datagram is answered with one: who lost it asks again.
    if (asker.sa === undefined) this.#reliable.answerOnce(asker.address, pdu);
    else await this.#reliable.send(asker.address, pdu);
  }

  #count(why: Refused): void {
    this.refused.set(why, (this.refused.get(why) ?? 0) + 1);
  }
}

function headerOf({ sid, opcode, aid }: AnyMessage, tid: number): Header {
  return { ackReq: true, ackRsp: false, uir: false, more: false, fragment: 0, sid, opcode, aid, tid };
}

function keyOf(address: string, id: number, tid: number): string {
  return `${address} ${id} ${tid}`;
}
