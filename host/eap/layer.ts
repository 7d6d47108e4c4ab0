/**
 * The EAP layer of a peer (RFC 3748, sections 2.1, 4 and 5; its states are those of RFC 4137, section 4): what is Identity,
 * Notification, Nak, a duplicate, a Success or Failure is settled here, and only a new Request of the method's own goes on to it.
 *
 * Rules, in the order in which they are looked at:
 *
 *     over                       nothing counts any more
 *     Success                    Identifier of the last Response (4.2), and the method is done: otherwise dropped
 *     Failure                    the same Identifier, and dropped when both ends have told each other of success (7.16)
 *     Request answered before    the same Response (4.1); the same octets, not the Identifier alone, make it one: whoever forges a
 *                                Request first cannot make the server's a duplicate
 *     Notification               answered, as long as the method is not done (5.2)
 *     Identity                   answered before a method has begun (2.1, 5.1)
 *     another method             Nak with the Types wished before one has begun (5.3.1), dropped after that (2.1)
 */

import { checkOctets, equalOctets } from "../wire/octets.ts";
import type { EapMethod, EapResult, MethodDone, MethodRequest, MethodStep } from "./method.ts";
import { EAP_CODE, EAP_HEADER_OCTETS, EAP_TYPE, emitEap, parseEap } from "./packet.ts";

/** Assumption: RFC 3748 bounds no conversation. 64 KiB in the fragments that an AP takes are 141 Requests. */
const REQUESTS_MAX = 255;
/** RFC 3748, 3.1: an EAP packet of that many octets goes over every lower layer; an identity is in one packet. */
const IDENTITY_MAX_OCTETS = 1020 - EAP_HEADER_OCTETS - 1;

export type EapPeerAnswer =
  | { readonly response: Uint8Array }
  /** The conversation is over. */
  | { readonly ended: "success"; readonly result: EapResult }
  | { readonly ended: "failure"; readonly reason: string }
  /** Dropped: the packet changed nothing. */
  | { readonly refused: string };

export interface EapPeerOptions<Method extends EapMethod> {
  /** What an Identity Request is answered with, 0 to 1015 octets; it is sent in clear, and need not be the method's own. */
  readonly identity: Uint8Array;
  /** The one that is wished for most comes first; each is good for one conversation. */
  readonly methods: readonly Method[];
}

/** A Request that a method has to answer. */
export interface Handed<Method extends EapMethod> {
  readonly method: Method;
  readonly request: MethodRequest;
}

export class EapPeerLayer<Method extends EapMethod> {
  readonly #identity: Uint8Array;
  readonly #methods: readonly Method[];
  #begun: Method | undefined;
  #last: { readonly request: Uint8Array; readonly response: Uint8Array } | undefined;
  #requests = 0;
  #done: MethodDone | undefined;
  #failure: string | undefined;
  #isOver = false;

  /** @throws RangeError for no method, two of one Type, or an identity that is too long. */
  constructor({ identity, methods }: EapPeerOptions<Method>) {
    checkOctets("identity", identity, 0, IDENTITY_MAX_OCTETS);
    if (methods.length === 0) throw new RangeError("methods: none, where 1 or more are expected");
    if (new Set(methods.map(({ type }) => type)).size < methods.length) {
      throw new RangeError("methods: two of one Type, where each may be there once");
    }
    this.#identity = identity.slice();
    this.#methods = [...methods];
  }

  /** As soon as the method is done, before the Success that ends the conversation. */
  get result(): EapResult | undefined {
    return this.#done?.result;
  }

  /** Why the method has failed, before the Failure that ends the conversation. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** A packet of any octets: the answer, or what a method has to say first; then conclude() is next. */
  admit(octets: Uint8Array): EapPeerAnswer | Handed<Method> {
    if (this.#isOver) return { refused: "over" };
    const packet = parseEap(octets);
    if (typeof packet === "string") return { refused: packet };
    if (packet.code === EAP_CODE.response) return { refused: "bad type" };
    if (packet.code !== EAP_CODE.request) return this.#end(packet.code, packet.identifier);
    const { identifier, type, data } = packet;
    if (this.#last && equalOctets(octets, this.#last.request)) return { response: this.#last.response.slice() };
    if (this.#done || this.#failure !== undefined) return { refused: "wrong phase" };
    if (type === EAP_TYPE.notification) return this.#respond(octets, type, new Uint8Array());
    if (type === EAP_TYPE.identity && this.#begun === undefined) return this.#respond(octets, type, this.#identity);
    // 5.3.1: a Nak is a Response only; Type 0 is nobody's.
    if (type <= EAP_TYPE.nak) return { refused: type === EAP_TYPE.identity ? "wrong phase" : "bad type" };
    const method = this.#begun ?? this.#methods.find((method) => method.type === type);
    if (method === undefined) return this.#respond(octets, EAP_TYPE.nak, this.#wished());
    if (method.type !== type) return { refused: "another method than that which has begun" };
    return { method, request: { identifier, data, packet: octets.slice() } };
  }

  /** What the method says of a Request that admit() handed to it. */
  conclude({ method, request }: Handed<Method>, step: MethodStep): EapPeerAnswer {
    if (this.#isOver) return { refused: "over" };
    if ("refused" in step) return step;
    this.#begun = method;
    if ("failed" in step) {
      this.#failure = step.failed;
      if (step.data === undefined) return this.#fail(step.failed);
    } else {
      this.#done = step.done;
    }
    return this.#respond(request.packet, method.type, step.data as Uint8Array);
  }

  /** All methods are closed; nothing is answered from now on. */
  close(): void {
    this.#isOver = true;
    for (const method of this.#methods) method.close();
  }

  #respond(request: Uint8Array, type: number, data: Uint8Array): EapPeerAnswer {
    this.#requests++;
    if (this.#requests > REQUESTS_MAX) return this.#fail("too many Requests");
    const response = emitEap({ code: EAP_CODE.response, identifier: request[1], type, data });
    this.#last = { request: request.slice(), response };
    return { response: response.slice() };
  }

  #wished(): Uint8Array {
    return Uint8Array.from(this.#methods, ({ type }) => type);
  }

  #end(code: number, identifier: number): EapPeerAnswer {
    if (code === EAP_CODE.success && this.#done === undefined) return { refused: "wrong phase" };
    if (this.#last?.request[1] !== identifier) return { refused: "another Identifier than that of the last Response" };
    if (code === EAP_CODE.failure) {
      if (this.#done?.isProtected) return { refused: "wrong phase" };
      return this.#fail(this.#failure ?? "the server has refused");
    }
    const { result } = this.#done as MethodDone;
    this.close();
    return { ended: "success", result };
  }

  #fail(reason: string): EapPeerAnswer {
    for (const key of [this.#done?.result.msk, this.#done?.result.emsk]) key?.fill(0);
    this.#done = undefined;
    this.#failure = reason;
    this.close();
    return { ended: "failure", reason };
  }
}
