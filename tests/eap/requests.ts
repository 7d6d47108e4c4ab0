/** Requests of a server that the test plays, and what a peer says of them. */

import assert from "node:assert/strict";
import type { EapPeerAnswer } from "../../host/eap/layer.ts";
import { EAP_CODE, emitEap, parseEap } from "../../host/eap/packet.ts";
import type { EapPeer } from "../../host/eap/peer.ts";

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

export const requestOf = (identifier: number, type: number, data: Uint8Array = new Uint8Array()): Uint8Array =>
  emitEap({ code: EAP_CODE.request, identifier, type, data });
export const successOf = (identifier: number): Uint8Array => emitEap({ code: EAP_CODE.success, identifier });
export const failureOf = (identifier: number): Uint8Array => emitEap({ code: EAP_CODE.failure, identifier });

/** Type and Type-Data of the Response, which has the Request's Identifier. */
export function responded(answer: EapPeerAnswer, identifier: number): { type: number; data: Uint8Array } {
  assert.ok("response" in answer, JSON.stringify(answer));
  const packet = parseEap(answer.response);
  assert.ok(typeof packet === "object" && "type" in packet, "a Response");
  assert.deepEqual([packet.code, packet.identifier], [EAP_CODE.response, identifier]);
  return { type: packet.type, data: packet.data };
}

/** The same of one method's Requests, one after the other, each under a new Identifier. */
export class Asking {
  readonly #peer: EapPeer;
  readonly #type: number;
  identifier = 0;

  constructor(peer: EapPeer, type: number) {
    this.#peer = peer;
    this.#type = type;
  }

  /** What the peer answers, of whatever kind. */
  ask(data: Uint8Array): Promise<EapPeerAnswer> {
    this.identifier = (this.identifier + 1) & 0xff;
    return this.#peer.receive(requestOf(this.identifier, this.#type, data));
  }

  /** Type-Data of the Response. */
  async data(data: Uint8Array): Promise<Uint8Array> {
    const { type, data: answered } = responded(await this.ask(data), this.identifier);
    assert.equal(type, this.#type);
    return answered;
  }
}
