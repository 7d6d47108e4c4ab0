/**
 * What an AP keeps after it took an M2 (PROTOCOL.md section 4): PTK and the PNs of both directions, in RAM only. R1 is
 * kept here: M3 has PN 1 and is made once, and every Data frame has a PN above the last.
 */

import type { Crypto } from "../crypto/crypto.ts";
import type { StatusName } from "../device/abi.ts";
import { type Confirm, type Data, emitNumbered, PN_FIRST, PN_MAX } from "../wire/numbered.ts";
import type { Profile } from "../wire/profile.ts";
import { open, seal } from "../wire/protect.ts";
import type { SessionKeys } from "../wire/ptk.ts";
import { checkInSession } from "../wire/session.ts";
import type { KnownDevice } from "./knowndevice.ts";

interface ApSessionFacts {
  readonly device: KnownDevice;
  readonly profile: Profile;
  /** Of the root that the PTK is made from, 0..255. */
  readonly generation: number;
  /** The mode of the M2: M3 and Data go out in it too. */
  readonly encrypted: boolean;
}

export class ApSession {
  readonly facts: ApSessionFacts;
  /** When the last frame with a right MIC came in. */
  lastValid_s: number;
  readonly #crypto: Crypto;
  readonly #aa: Uint8Array;
  #keys: SessionKeys | undefined;
  /** Last PN sent; 0: the M3 is not made yet. */
  #dlPn = 0;
  /** Last PN taken. */
  #ulPn = PN_FIRST;
  /** Why there are no keys any more. */
  #ended: "no session" | "PN exhausted" = "no session";

  /** `keys` are its own from now on, to wipe. */
  constructor(crypto: Crypto, aa: Uint8Array, facts: ApSessionFacts, keys: SessionKeys, now_s: number) {
    this.#crypto = crypto;
    this.#aa = aa;
    this.facts = facts;
    this.#keys = keys;
    this.lastValid_s = now_s;
  }

  /** The M3, bound to its M1; undefined when the PTK is gone. A session has one: the caller keeps its octets. */
  confirm(m1: Uint8Array, payload: Uint8Array, command: boolean): Uint8Array | undefined {
    const keys = this.#keys;
    if (keys === undefined) return undefined;
    if (this.#dlPn !== 0) throw new Error("a session has one M3, and this one's was made before");
    this.#dlPn = PN_FIRST;
    const { device, profile, generation } = this.facts;
    const frame = {
      type: "Confirm",
      id: device.id,
      encrypted: command || this.facts.encrypted,
      generation: generation & 3,
      profile,
      pn: PN_FIRST,
      payload,
      command,
    } as const;
    return emitNumbered(seal(this.#crypto, keys, frame, { a2: this.#aa, m1 }) as Confirm);
  }

  /** The next DL Data frame, or why there is none: no M3 came before it, or the PTK is gone. */
  data(payload: Uint8Array): Uint8Array | "no session" | "PN exhausted" {
    const keys = this.#keys;
    if (keys === undefined) return this.#ended;
    if (this.#dlPn === 0) return "no session";
    this.#dlPn++;
    const { device, profile, generation, encrypted } = this.facts;
    const { id } = device;
    const frame = {
      type: "Data",
      id,
      encrypted,
      generation: generation & 3,
      profile,
      pn: this.#dlPn,
      payload,
    } as const;
    const octets = emitNumbered(seal(this.#crypto, keys, frame, { a2: this.#aa }) as Data);
    this.#endAt(this.#dlPn);
    return octets;
  }

  /** The payload of a UL Data frame, or why it is refused; then nothing has changed. */
  receive(frame: Data): Uint8Array | StatusName {
    const keys = this.#keys;
    if (keys === undefined) return this.#ended;
    // The device has no M3 to answer to.
    if (this.#dlPn === 0) return "no session";
    const { device, profile, generation } = this.facts;
    const refusal = checkInSession(frame, { profile, generation: generation & 3, lastPn: this.#ulPn });
    if (refusal) return refusal.status;
    const payload = open(this.#crypto, keys, frame, { a2: device.spa });
    if (payload === null) return "bad MIC";
    this.#ulPn = frame.pn;
    this.#endAt(frame.pn);
    return payload;
  }

  /** Wipes the PTK. */
  end(why: "no session" | "PN exhausted" = "no session"): void {
    if (this.#keys === undefined) return;
    wipe(this.#keys);
    this.#keys = undefined;
    this.#ended = why;
  }

  /** A PN of 65,535 is the last of the session in either direction. */
  #endAt(pn: number): void {
    if (pn === PN_MAX) this.end("PN exhausted");
  }
}

/** KCK and TK are all of PTK. */
export function wipe({ kck, tk }: SessionKeys): void {
  kck.fill(0);
  tk.fill(0);
}
