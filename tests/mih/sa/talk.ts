/** Two conversations with nothing between them, and what went to and fro. */

import type { Conversation, Step } from "../../../host/mih/sa/conversation.ts";

export interface Talk {
  /** How it ended for each; undefined: it was still waiting when the other had come to its end. */
  readonly initiator: Step | undefined;
  readonly responder: Step | undefined;
  /** All of both, the initiator's first. */
  readonly payloads: Uint8Array[];
}

/** What becomes of a payload on its way; the first, of the initiator, is number 0. */
export type Carry = (payload: Uint8Array, number: number) => Uint8Array;

/** Until both have come to an end, or nothing is left to say. */
export async function talk(
  initiator: Conversation,
  responder: Conversation,
  carry: Carry = (payload) => payload,
): Promise<Talk> {
  const sides = [initiator, responder];
  const ends: (Step | undefined)[] = [undefined, undefined];
  const payloads = [await initiator.begin()];
  for (;;) {
    const receiver = payloads.length % 2;
    const step = await sides[receiver].next(carry(payloads[payloads.length - 1], payloads.length - 1));
    if (step.kind !== "send") ends[receiver] = step;
    if (step.payload === undefined || ends[1 - receiver] !== undefined) break;
    payloads.push(step.payload);
  }
  for (const side of sides) side.close();
  return { initiator: ends[0], responder: ends[1], payloads };
}

/** The MSK. @throws Error unless it ended so. */
export function mskOf(step: Step | undefined): Uint8Array {
  if (step?.kind !== "done") throw new Error(`no MSK: ${step === undefined ? "not over" : JSON.stringify(step)}`);
  return step.msk;
}

/** Why it failed. @throws Error unless it did. */
export function reasonOf(step: Step | undefined): string {
  if (step?.kind !== "failed") throw new Error(`not failed: ${step === undefined ? "not over" : step.kind}`);
  return step.reason;
}
