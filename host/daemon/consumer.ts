/**
 * Who takes the readings: a file, stdout, an MQTT broker, whatever can say that a reading is safe. M3 is that word, so
 * nobody else's will do (PROTOCOL.md section 4, R3): a reading that is not said to be stored gets no M3, and its device
 * brings it again.
 */

import type { Crypto } from "../crypto/crypto.ts";
import { addressText } from "../keys/address.ts";
import { concat } from "../wire/octets.ts";

/** "unknown": it may be stored or not; then there is no M3, and no second try under the same ANonce. */
export type Outcome = "stored" | "not stored" | "unknown";

export interface Consumer {
  /** Takes a line, without its end, about the device of that SPA; `done` once, at once or later. */
  deliver(line: string, done: (outcome: Outcome) => void, spa: Uint8Array): void;
  /** Lines taken whose `done` is still to come. */
  readonly pending: number;
  /** Why it can store nothing any more; undefined: it can. */
  readonly failure: string | undefined;
  /** Why it can store nothing just now, though it may again. */
  readonly interruption?: string | undefined;
  /** Everything taken is safe or given up. */
  close(): Promise<void>;
}

/** Lines that a consumer takes before it says "not stored" to more. */
export const PENDING_MAX = 4096;

/** What an AP took, from an M2 or from UL Data. */
export interface TakenReading {
  readonly kind: "reading" | "data";
  readonly spa: Uint8Array;
  readonly payload: Uint8Array;
  readonly encrypted: boolean;
  /** The M1 that it answers; Data answer none. */
  readonly m1?: Uint8Array;
  /** Its end on the AP's clock. */
  readonly end_us: number;
  readonly channel: number;
}

/**
 * Names an exchange at both ends, and says nothing of its keys: a device has at most one reading under it.
 *
 *     exchange = first 8 octets of SHA-256(M1 ‖ SPA), in hex
 */
export function exchangeOf(crypto: Pick<Crypto, "sha256">, m1: Uint8Array, spa: Uint8Array): string {
  return hexOf(crypto.sha256(concat(m1, spa)).subarray(0, 8));
}

/** As toHex has it; a hundred octets a reading, many thousand times a second, are worth Buffer's. */
function hexOf(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString("hex");
}

/** One line of JSON. */
export function lineOf(crypto: Pick<Crypto, "sha256">, taken: TakenReading): string {
  const { kind, spa, payload, encrypted, m1, end_us, channel } = taken;
  return JSON.stringify({
    kind,
    t_us: Math.round(end_us),
    channel,
    spa: addressText(spa),
    exchange: m1 && exchangeOf(crypto, m1, spa),
    encrypted,
    payload: hexOf(payload),
  });
}
