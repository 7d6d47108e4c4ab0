/** The PTKs that an AP keeps: one a device, and each for so long (PROTOCOL.md section 4, step 6). */

import type { ApSession } from "./session.ts";

/**
 * A PTK lives that long without a valid frame, seconds. Assumption: one from the device, with a right MIC and a new PN; so
 * neither the same M2 again nor what the AP sends.
 */
const IDLE_s = 60;

export class SessionTable {
  /** By addressKey of the SPA; the longest without a valid frame first. */
  readonly #sessions = new Map<number, ApSession>();

  of(deviceKey: number): ApSession | undefined {
    return this.#sessions.get(deviceKey);
  }

  /** Another M2 of a device was taken: its PTK is in place of the one before, which is wiped. */
  take(session: ApSession): void {
    const { key } = session.facts.device;
    this.#sessions.get(key)?.end();
    this.#sessions.delete(key);
    this.#sessions.set(key, session);
  }

  /** A valid frame came in this session. */
  touch(session: ApSession, now_s: number): void {
    const { key } = session.facts.device;
    session.lastValid_s = now_s;
    this.#sessions.delete(key);
    this.#sessions.set(key, session);
  }

  /** Wipes those whose time is over. */
  expire(now_s: number): void {
    for (const [key, session] of this.#sessions) {
      if (now_s - session.lastValid_s < IDLE_s) return;
      session.end();
      this.#sessions.delete(key);
    }
  }

  /** Wipes all of them. */
  clear(): void {
    for (const session of this.#sessions.values()) session.end();
    this.#sessions.clear();
  }
}
