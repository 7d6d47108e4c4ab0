/**
 * The RADIUS side of an EAP server (RFC 3579, section 2): datagrams in and out, one conversation a State. It owns no socket and
 * no clock.
 */

import type { EapStep } from "../eap/backend.ts";
import { EAP_CODE, emitEap } from "../eap/packet.ts";
import { toHex } from "../wire/octets.ts";
import { openRequest, type RadiusRefusal, signResponse } from "./authenticators.ts";
import type { RadiusCrypto } from "./crypto.ts";
import { MSK_OCTETS, mppeKeys } from "./mppe.ts";
import {
  ATTRIBUTE,
  type Attribute,
  attributeOf,
  eapMessages,
  eapOf,
  RADIUS_CODE,
  type RadiusCode,
  type RadiusPacket,
} from "./packet.ts";

const STATE_OCTETS = 16;
/** Assumption: RFC 2865 leaves both to the server. A conversation of EAP-PSK takes three requests. */
const CONVERSATION_LIFE_s = 60;
const CONVERSATIONS_MAX = 1024;
/** RFC 5080, 2.2.2: a client sends one request again for up to 30 s. */
const DUPLICATE_LIFE_s = 30;
const DUPLICATES_MAX = 4096;
/** Assumption: no chain of proxies has more to remember; with it every response stays below 4096 octets. */
const PROXY_STATES_MAX_OCTETS = 1024;

/** An EAP server that answers at once, and has an MSK of 64 octets for a success. */
export interface EapServer {
  begin(): { receive(packet: Uint8Array): EapStep };
}

export interface RadiusServerOptions {
  readonly crypto: RadiusCrypto;
  /** 1 octet or more, shared with every client. */
  readonly secret: Uint8Array;
  readonly eap: EapServer;
}

export interface RadiusOutcome {
  readonly answer?: Uint8Array;
  /** Why the datagram was dropped. */
  readonly refused?: RadiusRefusal;
}

interface Kept<T> {
  readonly what: T;
  readonly until_s: number;
}

export class RadiusServer {
  readonly #crypto: RadiusCrypto;
  readonly #secret: Uint8Array;
  readonly #eap: EapServer;
  /** By State. */
  readonly #conversations = new Map<string, Kept<ReturnType<EapServer["begin"]>>>();
  /** The answers to requests that may come again, by who asked, Identifier and Request Authenticator. */
  readonly #answers = new Map<string, Kept<Uint8Array>>();

  /** @throws RangeError for an empty secret (RFC 2865, section 3). */
  constructor({ crypto, secret, eap }: RadiusServerOptions) {
    if (secret.length === 0) throw new RangeError("secret: 0 octets, where 1 or more are expected");
    this.#crypto = crypto;
    this.#secret = secret.slice();
    this.#eap = eap;
  }

  /** Any octets; `from` names the sender's address and port. */
  receive(datagram: Uint8Array, from: string, now_s: number): RadiusOutcome {
    const request = openRequest(this.#crypto, this.#secret, datagram);
    if (typeof request === "string") return { refused: request };
    const proxies = request.attributes.filter(({ type }) => type === ATTRIBUTE.proxyState);
    const octets = proxies.reduce((sum, { value }) => sum + 2 + value.length, 0);
    if (octets > PROXY_STATES_MAX_OCTETS) return { refused: "bad length" };
    expire(this.#answers, now_s, DUPLICATES_MAX);
    expire(this.#conversations, now_s, CONVERSATIONS_MAX);
    const key = `${from} ${request.identifier} ${toHex(request.authenticator)}`;
    const before = this.#answers.get(key);
    if (before) return { answer: before.what.slice() };
    const answer = this.#answer(request, now_s);
    this.#answers.set(key, { what: answer, until_s: now_s + DUPLICATE_LIFE_s });
    return { answer: answer.slice() };
  }

  #answer(request: RadiusPacket, now_s: number): Uint8Array {
    const packet = eapOf(request.attributes);
    if (packet === undefined) return this.#response(request, RADIUS_CODE.accessReject, []);
    const state = attributeOf(request.attributes, ATTRIBUTE.state) ?? this.#begin(now_s);
    const conversation = this.#conversations.get(toHex(state))?.what;
    if (conversation === undefined) {
      const failure = emitEap({ code: EAP_CODE.failure, identifier: packet[1] ?? 0 });
      return this.#response(request, RADIUS_CODE.accessReject, eapMessages(failure));
    }
    const step = conversation.receive(packet);
    const messages = eapMessages(step.packet);
    if (step.result === "continue") {
      const attributes = [{ type: ATTRIBUTE.state, value: state }, ...messages];
      return this.#response(request, RADIUS_CODE.accessChallenge, attributes);
    }
    this.#conversations.delete(toHex(state));
    if (step.result === "failure") return this.#response(request, RADIUS_CODE.accessReject, messages);
    const msk = step.msk?.slice(0, MSK_OCTETS) ?? new Uint8Array(0);
    const keys = mppeKeys(this.#crypto, this.#secret, request.authenticator, msk);
    return this.#response(request, RADIUS_CODE.accessAccept, [...messages, ...keys]);
  }

  #begin(now_s: number): Uint8Array {
    const state = this.#crypto.randomBytes(STATE_OCTETS);
    this.#conversations.set(toHex(state), { what: this.#eap.begin(), until_s: now_s + CONVERSATION_LIFE_s });
    return state;
  }

  /** RFC 2865, 5.33: every Proxy-State goes back as it came. */
  #response({ identifier, authenticator, attributes }: RadiusPacket, code: RadiusCode, own: Attribute[]): Uint8Array {
    const proxies = attributes.filter(({ type }) => type === ATTRIBUTE.proxyState);
    const response = { code, identifier, attributes: [...own, ...proxies] };
    return signResponse(this.#crypto, this.#secret, authenticator, response);
  }
}

/** Forgets what is over, and the oldest when there is no room for one more. A Map keeps its entries in the order they came. */
function expire<T>(kept: Map<string, Kept<T>>, now_s: number, atMost: number): void {
  for (const [key, { until_s }] of kept) {
    if (until_s > now_s && kept.size < atMost) return;
    kept.delete(key);
  }
}
