/** Our EAP peer before a real RADIUS server: its packets go over our relay and our RADIUS client, without an AP between. */

import type { EapStep } from "../../host/eap/backend.ts";
import type { EapResult } from "../../host/eap/method.ts";
import type { EapPeer } from "../../host/eap/peer.ts";
import { RadiusRelay } from "../../host/radius/relay.ts";
import { type RadiusUdpClient, steady_s } from "../../host/radius/udp.node.ts";
import { AA, SPA, SSID } from "../rsn/ap/bed.ts";
import { identityRequest } from "../rsn/eap/conversation.ts";

const WITHIN_ms = 5000;

export interface Conversed {
  /** What the server had said last. */
  readonly step: EapStep;
  /** What the peer has come to: its result, or why there is none. */
  readonly result?: EapResult;
  readonly failure?: string;
  /** EAP packets of both sides behind the Identity Request, the peer's first. */
  readonly packets: readonly Uint8Array[];
}

/** From the Identity Request to the end at the server, or to that at the peer if it says nothing to the server. */
export async function converse(
  { client }: RadiusUdpClient,
  peer: EapPeer,
  limits?: { readonly framedMtu: number; readonly responseMaxOctets: number },
): Promise<Conversed> {
  let onStep: (step: EapStep) => void = () => {};
  const relay = new RadiusRelay({
    client,
    aa: AA,
    ssid: SSID,
    nasIdentifier: "ap.example",
    now_s: steady_s,
    onStep: (_spa, step) => onStep(step),
    limits,
  });
  const conversation = relay.begin(SPA);
  const packets: Uint8Array[] = [];
  let step: EapStep = { result: "continue", packet: identityRequest(3) };
  for (;;) {
    const answer = await peer.receive(step.packet);
    if ("refused" in answer) return { step, failure: answer.refused, packets };
    if ("ended" in answer) {
      if (answer.ended === "failure") return { step, failure: answer.reason, packets };
      return { step, result: answer.result, packets };
    }
    packets.push(answer.response);
    step = await within(
      new Promise<EapStep>((resolve) => {
        onStep = resolve;
        const now = conversation.receive(answer.response);
        if (now) resolve(now);
      }),
    );
    packets.push(step.packet);
    if (peer.failure !== undefined) return { step, failure: peer.failure, packets };
  }
}

async function within<T>(promise: Promise<T>): Promise<T> {
  let late: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    late = setTimeout(() => reject(new Error(`no answer within ${WITHIN_ms} ms`)), WITHIN_ms);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(late);
  }
}
