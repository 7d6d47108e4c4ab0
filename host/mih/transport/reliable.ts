/**
 * The acknowledgement service (IEEE 802.21-2008 8.2.2) over a link that loses, doubles and reorders: what asks for an
 * acknowledgement goes out again until it has one, and what comes in twice is answered as the first time, not done twice.
 *
 *     request, ACK-Req ───>            ACK-Req again after rto, 2 rto, 4 rto ...
 *                      <─── response, ACK-Rsp and ACK-Req
 *     ACK-Rsp ──────────>
 */

import type { Clock, Link } from "../../datagrams/link.ts";
import { equalOctets } from "../../wire/octets.ts";
import { type Header, messageId, OPCODE, readHeader, TID_MAX } from "../wire/header.ts";
import { type Ends, emitPdu, type Pdu, readPdu } from "../wire/pdu.ts";
import { fragmentsOf, Reassembly } from "./fragments.ts";
import { Remembered } from "./remembered.ts";

export interface Timing {
  /** Until the first repetition; each takes twice as long as the one before. */
  readonly rto_ms: number;
  /** Repetitions. */
  readonly retries: number;
  /** How long what came in is remembered, and an answer waited for. */
  readonly transaction_ms: number;
}

/** Assumption: 802.21 leaves the figures to implementations. */
export const DEFAULT_TIMING: Timing = { rto_ms: 500, retries: 5, transaction_ms: 30_000 };

export type Dropped = "bad header" | "bad PDU" | "not for us" | "repeated";

/** Ends a message that is on its way: somebody heard it, or nobody will. */
type Settled = (how: "heard" | "lost") => void;

export interface ReliableOptions {
  readonly link: Link;
  readonly clock: Clock;
  readonly id: string;
  readonly timing: Timing;
  /** Is that request answered by answerOnce? Then it is not acknowledged: who sent it has to go on asking. */
  readonly answersOnce?: (request: Pdu) => boolean;
  /** A message that has not come before; sending the response to it answers it. */
  readonly received: (from: string, pdu: Pdu) => void;
  readonly dropped: (why: Dropped) => void;
}

export class Reliable {
  readonly #options: ReliableOptions;
  readonly #reassembly = new Reassembly();
  readonly #incoming: Remembered;
  readonly #outgoing = new Map<string, Settled>();
  /** Each cancels an acknowledgement that waits for an answer to carry it. */
  readonly #waiting = new Set<() => void>();
  #isClosed = false;
  #tid: number;

  /** `tid`: to begin with; a random one, so that a restart is not taken for a repetition. */
  constructor(options: ReliableOptions, tid: number) {
    this.#options = options;
    this.#incoming = new Remembered(options.timing.transaction_ms);
    this.#tid = tid & TID_MAX;
    options.link.listen((from, octets) => this.#heard(from, octets));
  }

  nextTid(): number {
    this.#tid = (this.#tid + 1) & TID_MAX;
    return this.#tid;
  }

  /**
   * Sends until it is acknowledged or answered: true; false: nobody did, this end closed, or the same message with the
   * same TID was sent anew. @throws RangeError for what no message holds.
   */
  send(to: string, pdu: Pdu): Promise<boolean> {
    const datagrams = fragmentsOf(emitPdu({ ...pdu, header: { ...pdu.header, ackReq: true } }));
    if (this.#isClosed) return Promise.resolve(false);
    const { header } = pdu;
    if (header.opcode === OPCODE.response) {
      this.#incoming.answer(to, numberOf({ ...header, opcode: OPCODE.request }), datagrams);
    }
    const key = keyOf(to, header);
    this.#outgoing.get(key)?.("lost");
    return new Promise((resolve) => {
      const { clock, timing } = this.#options;
      let cancel = (): void => {};
      const settled: Settled = (how) => {
        cancel();
        this.#outgoing.delete(key);
        resolve(how === "heard");
      };
      const attempt = (number: number): void => {
        if (number > timing.retries) {
          settled("lost");
          return;
        }
        // Before the datagrams: a link may bring the acknowledgement while it sends them.
        cancel = clock.after(timing.rto_ms * 2 ** number, () => attempt(number + 1));
        this.#put(to, datagrams);
      };
      this.#outgoing.set(key, settled);
      attempt(0);
    });
  }

  /**
   * A response that goes out once, and once more for each repetition of its request: nobody who spoofs an address makes this
   * end send more than he does.
   */
  answerOnce(to: string, pdu: Pdu): void {
    const header = { ...pdu.header, ackReq: false };
    const datagrams = fragmentsOf(emitPdu({ ...pdu, header }));
    if (this.#isClosed) return;
    this.#incoming.answer(to, numberOf({ ...header, opcode: OPCODE.request }), datagrams);
    this.#put(to, datagrams);
  }

  /** Nothing more is sent or heard; whoever waits for an acknowledgement is told that there was none. */
  close(): void {
    this.#isClosed = true;
    for (const cancel of this.#waiting) cancel();
    this.#waiting.clear();
    for (const settled of [...this.#outgoing.values()]) settled("lost");
    this.#options.link.close();
  }

  #heard(from: string, datagram: Uint8Array): void {
    const { clock, dropped, received, id } = this.#options;
    const header = readHeader(datagram);
    if (typeof header === "string") {
      dropped("bad header");
      return;
    }
    const octets = this.#reassembly.take(from, header, datagram, clock.now_ms());
    if (octets === undefined) return;
    const pdu = readPdu(octets);
    if (typeof pdu === "string") {
      dropped("bad PDU");
      return;
    }
    if (pdu.destination !== id) {
      dropped("not for us");
      return;
    }
    if (pdu.header.ackRsp) this.#outgoing.get(keyOf(from, acknowledged(pdu)))?.("heard");
    const isBare = pdu.service?.length === 0 && pdu.header.ackRsp && !pdu.header.ackReq;
    if (isBare) return;
    const known = this.#incoming.find(from, numberOf(pdu.header), clock.now_ms());
    if (known && equalOctets(known.octets, octets)) {
      if (known.answer) this.#put(from, known.answer);
      else if (pdu.header.ackReq && this.#hasPatience(pdu)) this.#acknowledge(from, pdu);
      dropped("repeated");
      return;
    }
    this.#incoming.note(from, numberOf(pdu.header), octets, clock.now_ms());
    if (pdu.header.opcode === OPCODE.response) {
      // Whatever answers a request has heard it.
      this.#outgoing.get(keyOf(from, { ...pdu.header, opcode: OPCODE.request }))?.("heard");
      if (pdu.header.ackReq) this.#acknowledge(from, pdu);
    } else if (pdu.header.ackReq && this.#hasPatience(pdu)) {
      this.#acknowledgeLater(from, pdu);
    }
    received(from, pdu);
  }

  /** May who sent it be told to wait, as the answer is repeated until he has it? */
  #hasPatience(pdu: Pdu): boolean {
    return pdu.header.opcode === OPCODE.response || !(this.#options.answersOnce?.(pdu) ?? false);
  }

  /** An answer carries the acknowledgement, if it comes in time for it. */
  #acknowledgeLater(from: string, { header, source, destination }: Pdu): void {
    const { clock, timing } = this.#options;
    const cancel = clock.after(timing.rto_ms / 2, () => {
      this.#waiting.delete(cancel);
      const known = this.#incoming.find(from, numberOf(header), clock.now_ms());
      if (known?.answer === undefined) this.#acknowledge(from, { header, source, destination });
    });
    this.#waiting.add(cancel);
  }

  #acknowledge(to: string, { header, source, destination }: Pick<Pdu, "header"> & Ends): void {
    const ends: Ends = { source: destination, destination: source };
    const bare = { ...header, ackReq: false, ackRsp: true, more: false, fragment: 0 };
    this.#put(to, [emitPdu({ header: bare, ...ends })]);
  }

  #put(to: string, datagrams: readonly Uint8Array[]): void {
    for (const datagram of datagrams) this.#options.link.send(to, datagram);
  }
}

/** The message that an acknowledgement means: itself, if it is bare; the request, if it comes with the response. */
function acknowledged({ header, service }: Pdu): Header {
  const isBare = service?.length === 0 && !header.ackReq;
  return isBare || header.opcode !== OPCODE.response ? header : { ...header, opcode: OPCODE.request };
}

function numberOf(header: Header): number {
  return messageId(header) * (TID_MAX + 1) + header.tid;
}

function keyOf(peer: string, header: Header): string {
  return `${peer} ${numberOf(header)}`;
}
