/**
 * A RADIUS client (RFC 2865, section 2; RFC 5080, section 2.2.1): Access-Requests, sent again with the same octets until they
 * are answered or it is too late. It owns no socket and no clock: datagrams go out by `send`, what is due is done by
 * advance(), which the caller calls at `due_s` or later.
 */

import { type RadiusRefusal, responseRefusal, signRequest } from "./authenticators.ts";
import type { RadiusCrypto } from "./crypto.ts";
import { mskOf } from "./mppe.ts";
import { type Attribute, AUTHENTICATOR_OCTETS, parseRadius, RADIUS_CODE, type RadiusCode } from "./packet.ts";

/** RFC 5080, 2.2.1: IRT, and MRD, after which nobody answers any more. Assumption: one AP needs no random tenth of it. */
const FIRST_TIMEOUT_s = 2;
const GIVE_UP_s = 30;
const IDENTIFIERS = 256;

export interface RadiusAnswer {
  readonly code: Exclude<RadiusCode, typeof RADIUS_CODE.accessRequest>;
  readonly attributes: readonly Attribute[];
  /** MS-MPPE-Recv-Key ‖ MS-MPPE-Send-Key, if it has them. */
  readonly msk?: Uint8Array;
}

/** undefined: nobody has answered. Called by receive() and advance() only. */
type OnAnswer = (answer: RadiusAnswer | undefined) => void;

interface Outstanding {
  readonly identifier: number;
  readonly authenticator: Uint8Array;
  readonly datagram: Uint8Array;
  readonly onAnswer: OnAnswer;
  readonly ends_s: number;
  timeout_s: number;
  due_s: number;
}

export interface RadiusClientOptions {
  readonly crypto: RadiusCrypto;
  /** 1 octet or more, shared with the server. */
  readonly secret: Uint8Array;
  readonly send: (datagram: Uint8Array) => void;
}

export class RadiusClient {
  readonly #crypto: RadiusCrypto;
  readonly #secret: Uint8Array;
  readonly #send: (datagram: Uint8Array) => void;
  readonly #outstanding = new Map<number, Outstanding>();
  #next = 0;

  /** @throws RangeError for an empty secret (RFC 2865, section 3). */
  constructor({ crypto, secret, send }: RadiusClientOptions) {
    if (secret.length === 0) throw new RangeError("secret: 0 octets, where 1 or more are expected");
    this.#crypto = crypto;
    this.#secret = secret.slice();
    this.#send = send;
  }

  /** When advance() has something to do; infinity: nothing is outstanding. */
  get due_s(): number {
    return Math.min(...[...this.#outstanding.values()].map(({ due_s }) => due_s), Number.POSITIVE_INFINITY);
  }

  /** Sends an Access-Request; what it returns takes it back. "busy": 256 requests wait for an answer. */
  request(attributes: readonly Attribute[], now_s: number, onAnswer: OnAnswer): (() => void) | "busy" {
    const identifier = this.#freeIdentifier();
    if (identifier === undefined) return "busy";
    const authenticator = this.#crypto.randomBytes(AUTHENTICATOR_OCTETS);
    const packet = { code: RADIUS_CODE.accessRequest, identifier, authenticator, attributes };
    const datagram = signRequest(this.#crypto, this.#secret, packet);
    const timing = { ends_s: now_s + GIVE_UP_s, timeout_s: FIRST_TIMEOUT_s, due_s: now_s + FIRST_TIMEOUT_s };
    const outstanding = { identifier, authenticator, datagram, onAnswer, ...timing };
    this.#outstanding.set(identifier, outstanding);
    this.#send(datagram);
    return () => {
      if (this.#outstanding.get(identifier) === outstanding) this.#outstanding.delete(identifier);
    };
  }

  /** Any octets of the server's address. Why they are dropped, if they are. */
  receive(datagram: Uint8Array): RadiusRefusal | undefined {
    const packet = parseRadius(datagram);
    if (typeof packet === "string") return packet;
    const asked = this.#outstanding.get(packet.identifier);
    if (asked === undefined) return "unknown identifier";
    const { code, attributes } = packet;
    const refusal = responseRefusal(this.#crypto, this.#secret, asked.authenticator, packet);
    if (refusal || code === RADIUS_CODE.accessRequest) return refusal ?? "bad type";
    this.#outstanding.delete(packet.identifier);
    asked.onAnswer({ code, attributes, msk: mskOf(this.#crypto, this.#secret, asked.authenticator, attributes) });
    return undefined;
  }

  /** Requests again, and those that nobody answers. */
  advance(now_s: number): void {
    for (const waiting of [...this.#outstanding.values()]) {
      if (waiting.due_s > now_s) continue;
      if (waiting.ends_s <= now_s) {
        this.#outstanding.delete(waiting.identifier);
        waiting.onAnswer(undefined);
        continue;
      }
      this.#send(waiting.datagram);
      waiting.timeout_s *= 2;
      waiting.due_s = Math.min(now_s + waiting.timeout_s, waiting.ends_s);
    }
  }

  /** One after the other, so that a late answer seldom meets another request of its Identifier. */
  #freeIdentifier(): number | undefined {
    for (let tried = 0; tried < IDENTIFIERS; tried++) {
      const identifier = this.#next;
      this.#next = (this.#next + 1) % IDENTIFIERS;
      if (!this.#outstanding.has(identifier)) return identifier;
    }
    return undefined;
  }
}
