/**
 * A reading that an AP has taken from an M2. Its M3 is its receipt, so it does not exist before the reading is safe: the
 * one function that makes it is `delivered`, whose caller says by calling it that the reading is stored durably (R3).
 */

import type { Profile } from "../wire/profile.ts";

/** What an M3 carries beside the receipt. */
export type Carried = "nothing" | "data" | "UPDATE" | "PROVE" | "HANDOVER" | "HANDOVER WRAPPED";

/** The receipt of a reading. */
export interface Confirmation {
  /** All octets of the frame. The caller sends it only if it still makes its slot: an AP that is late sends no M3. */
  readonly m3: Uint8Array;
  /** A command goes before data: if it is not "data", the caller's are still to be sent. */
  readonly carries: Carried;
}

/** Makes the M3 with these data; undefined when it is too late for one. */
type Confirm = (now_s: number, dlData: Uint8Array) => Confirmation | undefined;

const NOTHING = new Uint8Array(0);

/** A reading that was taken, whose receipt is still to be asked for. */
export class Reading {
  readonly spa: Uint8Array;
  /** The payload of the M2; a copy. */
  readonly payload: Uint8Array;
  readonly profile: Profile;
  /** The mode of the M2. */
  readonly encrypted: boolean;
  readonly #confirm: Confirm;
  #confirmation: Confirmation | undefined;
  #hasFailed = false;

  constructor(facts: Pick<Reading, "spa" | "payload" | "profile" | "encrypted">, confirm: Confirm) {
    this.spa = facts.spa;
    this.payload = facts.payload;
    this.profile = facts.profile;
    this.encrypted = facts.encrypted;
    this.#confirm = confirm;
  }

  /**
   * The reading is stored durably: here is its M3, with up to payloadMaxOctets(profile) of data. Called again it gives the
   * same. undefined: its session has closed or its PTK is gone; no M3, and the device will bring a reading again.
   * @throws RangeError for too many data; then nothing has changed.
   */
  delivered(now_s: number, dlData: Uint8Array = NOTHING): Confirmation | undefined {
    this.#confirmation ??= this.#confirm(now_s, dlData);
    return this.confirmation;
  }

  /**
   * The reading is certainly not stored: if the same M2 comes again within its session, it is handed out again. Whoever
   * cannot tell calls neither: then no M3 leaves, and the device's reading comes under another ANonce.
   */
  failed(): void {
    this.#hasFailed = true;
  }

  /** What the same M2 gets again: the same M3, as a copy; undefined: there is none. */
  get confirmation(): Confirmation | undefined {
    return this.#confirmation && { m3: this.#confirmation.m3.slice(), carries: this.#confirmation.carries };
  }

  /** Takes a failure back, for another try; false: there was none, the delivery is still pending. */
  retry(): boolean {
    const hadFailed = this.#hasFailed;
    this.#hasFailed = false;
    return hadFailed;
  }
}
