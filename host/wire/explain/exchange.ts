/** What is known of an exchange while its frames go by: addresses, keys, M1, M2; and what these open. */

import type { Crypto } from "../../crypto/crypto.ts";
import { aadOf, bindingOf, bindsM1, nonceOf, pnOf } from "../binding.ts";
import type { Side } from "../fc.ts";
import { emitFrame, type Frame, type Protected } from "../frame.ts";
import { compareOctets } from "../octets.ts";
import { open } from "../protect.ts";
import { deriveSessionKeys, type SessionKeys } from "../ptk.ts";
import type { Response } from "../response.ts";
import type { Trigger } from "../trigger.ts";

/** What a reader may know beforehand. */
export interface Known {
  /** 32 octets: with it PTK is derived from the M1 and M2 that go by. */
  readonly pmk?: Uint8Array;
  /** 16 octets each: the session's keys themselves, which go before pmk. */
  readonly kck?: Uint8Array;
  readonly tk?: Uint8Array;
  /** 6 octets each; an M1 tells aa by itself. */
  readonly aa?: Uint8Array;
  readonly spa?: Uint8Array;
  /** Of the session, if they do not go by. */
  readonly m1?: Trigger;
  readonly m2?: Response;
}

/** What the keys say of a frame. */
export type Opening = NotTried | BadMic | Verified;

interface NotTried {
  readonly outcome: "not tried";
  /** In the words of Known: what would have to be known besides. */
  readonly missing: readonly string[];
}

interface Tried {
  /** The transmitter whose address went into the nonce. */
  readonly sender: Side;
  readonly nonce: Uint8Array;
  readonly aad: Uint8Array;
}

interface BadMic extends Tried {
  readonly outcome: "bad MIC";
}

interface Verified extends Tried {
  readonly outcome: "verified";
  /** The plaintext. */
  readonly payload: Uint8Array;
}

const UNUSED = new Uint8Array(0);

export class Exchange {
  readonly #crypto: Crypto;
  readonly #known: Known;
  #m1: Trigger | undefined;
  #m2: Response | undefined;

  constructor(crypto: Crypto, known: Known) {
    this.#crypto = crypto;
    this.#known = known;
    this.#m1 = known.m1;
    this.#m2 = known.m2;
  }

  get m1(): Trigger | undefined {
    return this.#m1;
  }

  get m2(): Response | undefined {
    return this.#m2;
  }

  /** A frame that passed all that could be checked: an M1 that is another one begins anew, a verified M2 goes on. */
  note(frame: Frame, opening: Opening | undefined): void {
    if (frame.type === "Trigger") {
      if (this.#m1 !== undefined && compareOctets(emitFrame(frame), emitFrame(this.#m1)) === 0) return;
      this.#m1 = frame;
      this.#m2 = undefined;
    }
    if (frame.type === "Response" && opening?.outcome === "verified") this.#m2 = frame;
  }

  /** Tries the MIC of a frame as `sender` would have made it. */
  open(frame: Protected, sender: Side): Opening {
    const wanted = new Wanted();
    const a2 = sender === "device" ? wanted.need("spa", this.#known.spa) : wanted.need("aa", this.#aa);
    const m1 = bindsM1(frame) ? wanted.need("m1", this.#m1) : undefined;
    const keys = this.#keysFor(frame, wanted);
    if (wanted.missing.size > 0 || a2 === undefined || keys === undefined) {
      return { outcome: "not tried", missing: [...wanted.missing] };
    }
    const binding = { a2, m1: m1 && bindingOf(m1) };
    const payload = open(this.#crypto, keys, frame, binding);
    const tried = { sender, nonce: nonceOf(a2, pnOf(frame)), aad: aadOf(frame, binding.m1) };
    return payload === null ? { ...tried, outcome: "bad MIC" } : { ...tried, outcome: "verified", payload };
  }

  get #aa(): Uint8Array | undefined {
    return this.#m1?.aa ?? this.#known.aa;
  }

  /** The keys given, or those that the PMK gives: M2 brings the SNonce itself, for later frames it is the session's. */
  #keysFor(frame: Protected, wanted: Wanted): SessionKeys | undefined {
    const { kck, tk, pmk } = this.#known;
    // The key that a frame of this mode does not use may be absent.
    if (frame.encrypted ? tk : kck) return { kck: kck ?? UNUSED, tk: tk ?? UNUSED };
    if (pmk === undefined) return wanted.need(frame.encrypted ? "tk or pmk" : "kck or pmk", undefined);
    const spa = wanted.need("spa", this.#known.spa);
    const m1 = wanted.need("m1", this.#m1);
    const m2 = frame.type === "Response" ? frame : wanted.need("m2", this.#m2);
    if (spa === undefined || m1 === undefined || m2 === undefined) return undefined;
    return deriveSessionKeys(this.#crypto, pmk, { aa: m1.aa, spa, aNonce: m1.aNonce, sNonce: m2.sNonce });
  }
}

/** Collects what would have to be known besides, in the words of Known. */
class Wanted {
  readonly missing = new Set<string>();

  need<Value>(name: string, value: Value | undefined): Value | undefined {
    if (value === undefined) this.missing.add(name);
    return value;
  }
}
