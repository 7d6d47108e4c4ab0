/** A server and a peer of EAP-PSK without anything between, and what went to and fro. */

import type { EapStep } from "../../../host/eap/backend.ts";
import { EAP_CODE, EAP_TYPE, emitEap } from "../../../host/eap/packet.ts";
import { EapPskPeer } from "../../../host/eap/pskpeer.ts";
import { EapPskServer, type PskOutcome } from "../../../host/eap/pskserver.ts";
import { nodeRsnCrypto } from "../../../host/rsn/keys/crypto.node.ts";
import { hex } from "../../support/hex.ts";

export const IDENTITY = new TextEncoder().encode("psk.user");
export const ID_S = new TextEncoder().encode("ampcore");
export const KEY = hex("0123456789abcdef0123456789abcdef");
export const OTHER_KEY = KEY.map((octet, i) => (i === 15 ? octet ^ 1 : octet));

export const identityRequest = (identifier: number): Uint8Array =>
  emitEap({ code: EAP_CODE.request, identifier, type: EAP_TYPE.identity, data: new Uint8Array(0) });

/** Knows `psk.user`. */
export function serverOf(outcomes: PskOutcome[] = [], key = KEY): EapPskServer {
  const isKnown = (idP: Uint8Array): boolean => new TextDecoder().decode(idP) === "psk.user";
  return new EapPskServer({
    crypto: nodeRsnCrypto,
    idS: ID_S,
    keyOf: (idP) => (isKnown(idP) ? key : undefined),
    onOutcome: (outcome) => outcomes.push(outcome),
  });
}

export const peerOf = (psk = KEY, identity = IDENTITY): EapPskPeer =>
  new EapPskPeer({ crypto: nodeRsnCrypto, identity, psk });

/** What a peer answers a Request with; undefined: nothing. */
export type Answering = (request: Uint8Array) => Uint8Array | undefined;

export const answeringOf =
  (peer: EapPskPeer): Answering =>
  (request) => {
    const answer = peer.receive(request);
    return "response" in answer ? answer.response : undefined;
  };

/** From the Identity Request to the end; `packets` are all of both sides. */
export function converse(
  conversation: { receive(packet: Uint8Array): EapStep | undefined },
  answering: Answering,
  identifier = 7,
): { readonly step: EapStep | undefined; readonly packets: Uint8Array[] } {
  const packets = [identityRequest(identifier)];
  for (;;) {
    const response = answering(packets[packets.length - 1]);
    if (response === undefined) return { step: undefined, packets };
    const step = conversation.receive(response);
    packets.push(response);
    if (step) packets.push(step.packet);
    if (step?.result !== "continue") return { step, packets };
  }
}
