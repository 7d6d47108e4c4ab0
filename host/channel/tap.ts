/*
 * A tap: tells a sink of every frame, and of what each of its receivers got. Around the outermost medium it sees what the
 * parties see; around an inner one, what went in.
 */
import type { Air, Medium, Party } from "./medium.ts";

/** What became of a frame for one receiver: lost; as it was sent; or something else. */
export type Outcome = "lost" | "received" | "changed";

export interface Tapped {
  readonly air: Air;
  readonly to: Party;
  readonly outcome: Outcome;
  /** What was received instead, of a changed one. */
  readonly got?: Uint8Array;
}

export interface Sink {
  /** The frame goes on the air. */
  sent?(air: Air): void;
  /** A receiver got it, or did not. */
  carried?(tapped: Tapped): void;
}

export class Tap implements Medium {
  readonly #inner: Medium;
  readonly #sink: Sink;

  constructor(inner: Medium, sink: Sink) {
    this.#inner = inner;
    this.#sink = sink;
  }

  put(air: Air): void {
    this.#sink.sent?.(air);
    this.#inner.put(air);
  }

  carry(air: Air, to: Party): Uint8Array | undefined {
    const got = this.#inner.carry(air, to);
    this.#sink.carried?.(tapped(air, to, got));
    return got;
  }

  strangers(from_s: number, until_s: number): readonly Air[] {
    return this.#inner.strangers(from_s, until_s);
  }
}

function tapped(air: Air, to: Party, got: Uint8Array | undefined): Tapped {
  if (got === undefined) return { air, to, outcome: "lost" };
  const isSame = got === air.octets || (got.length === air.octets.length && got.every((o, i) => o === air.octets[i]));
  return isSame ? { air, to, outcome: "received" } : { air, to, outcome: "changed", got };
}
