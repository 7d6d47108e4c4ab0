/**
 * A conversation that makes an MSK between two MISFs, whatever its method: payloads go to and fro, one at a time, inside of
 * messages that somebody else repeats, numbers and puts together (IEEE 802.21a, 9.2: EAP over MIS, TLS over MIS).
 */

export type Step =
  /** An empty payload asks for more. */
  | { readonly kind: "send"; readonly payload: Uint8Array }
  /**
   * `payload`, if there is one, is still to be sent. `msk`: 64 octets, the caller's to wipe. `identity`: whom the method has
   * proven, octet by octet; undefined if it proves a shared key only. It is for the caller to compare it with the MISF ID.
   */
  | { readonly kind: "done"; readonly payload?: Uint8Array; readonly msk: Uint8Array; readonly identity?: string }
  /** `payload`, if there is one, tells the other end. */
  | { readonly kind: "failed"; readonly reason: string; readonly payload?: Uint8Array };

export interface Conversation {
  /** The first payload of whoever speaks first: an initiator, or a responder that was not spoken to. May be empty. */
  begin(): Promise<Uint8Array>;
  /** What the other end's payload, of whatever octets, leads to. Each payload goes in once, in order. */
  next(payload: Uint8Array): Promise<Step>;
  /** Forgets all, at any time. */
  close(): void;
}

/** RFC 3748, 7.10: an MSK has 64 octets or more. */
export const MSK_OCTETS = 64;
export const PAYLOAD_OCTETS_MAX = 64 * 1024;
/** Assumption: TLS takes two rounds and EAP-PSK three; what takes many more leads nowhere. */
export const ROUNDS_MAX = 20;

/** The same conversation within bounds: of a payload, and of rounds. It is closed as soon as it has come to an end. */
export function bounded(conversation: Conversation): Conversation {
  return new Bounded(conversation);
}

class Bounded implements Conversation {
  readonly #conversation: Conversation;
  #rounds = 0;
  #isBusy = false;
  #isOver = false;

  constructor(conversation: Conversation) {
    this.#conversation = conversation;
  }

  begin(): Promise<Uint8Array> {
    return this.#conversation.begin();
  }

  /** @throws RangeError when the step before is still under way. */
  async next(payload: Uint8Array): Promise<Step> {
    if (this.#isBusy) throw new RangeError("payload: the one before is still under way");
    if (this.#isOver) return { kind: "failed", reason: "the conversation is over" };
    this.#isBusy = true;
    try {
      const step = await this.#step(payload);
      if (step.kind !== "send") this.close();
      return step;
    } finally {
      this.#isBusy = false;
    }
  }

  close(): void {
    this.#isOver = true;
    this.#conversation.close();
  }

  async #step(payload: Uint8Array): Promise<Step> {
    this.#rounds++;
    if (this.#rounds > ROUNDS_MAX) return { kind: "failed", reason: `more than ${ROUNDS_MAX} rounds` };
    if (payload.length > PAYLOAD_OCTETS_MAX) {
      return {
        kind: "failed",
        reason: `a payload of ${payload.length} octets, where ${PAYLOAD_OCTETS_MAX} are the most`,
      };
    }
    return this.#conversation.next(payload);
  }
}
