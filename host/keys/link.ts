/** What a key service and an AP say to each other (PROTOCOL.md sections 1 and 6). */

import type { Answer } from "../wire/command.ts";
import { equalOctets } from "../wire/octets.ts";

export interface Pmk {
  /** Of the root it is made from, 0..255. */
  readonly generation: number;
  /** 32 octets. */
  readonly pmk: Uint8Array;
}

/** All that an AP may hold for one device: at most two generations, the newest last. */
export interface Grant {
  readonly spa: Uint8Array;
  readonly pmks: readonly Pmk[];
}

/** What an M3 should carry in a session under a root of that generation, 0..255. */
export interface Command {
  readonly generation: number;
  /** The payload: UPDATE or PROVE. */
  readonly octets: Uint8Array;
}

/**
 * Down: an AP's store of PMKs, as the key service sees it. `done` says that it is committed: at once or later. An epoch is
 * prepared beside the one in use, however many devices there are:
 *
 *     assign(Modifier) ── hold(device) ── hold(device) ── ... ── begin()
 */
export interface ApPort {
  readonly aa: Uint8Array;
  /** What follows is of this Modifier; undefined: direct mode. Of one that is not in use, the AP uses nothing before `begin`. */
  assign(modifier: Uint8Array | undefined, done: () => void): void;
  /** In place of all that it holds for that device; the octets are the AP's from now on, to wipe as well. */
  hold(grant: Grant, done: () => void): void;
  /** Every device has had its turn: the AP goes over to that epoch, and drops what it holds of another. */
  begin(done: () => void): void;
  /** For an AP whose desk is elsewhere: what M3s to that device carry from now on, in place of what was told before. */
  tell?(spa: Uint8Array, commands: readonly Command[]): void;
}

/** Are these the Modifiers of one epoch? undefined: direct mode. */
export function isSameModifier(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a && b ? equalOctets(a, b) : a === b;
}

/** Up: what an AP asks of the key service while it answers devices. */
export interface KeyDesk {
  /** The command that an M3 to that device should carry, in a session under that root generation (0..255). */
  commandFor(spa: Uint8Array, generation: number): Uint8Array | undefined;
  /** May be the answer to a command: is it a right proof? If not, it is an ordinary reading. A service elsewhere says so later. */
  offer(spa: Uint8Array, answer: Answer): boolean | Promise<boolean>;
  /** An M2 that may be that device's named a root generation (mod 4) that the AP holds no PMK of. */
  missing(aa: Uint8Array, spa: Uint8Array, generation: number): void;
}
