/** What a key service and an AP say to each other (PROTOCOL.md sections 1 and 6). */

import type { Answer } from "../wire/command.ts";

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

/** Down: an AP's store of PMKs, as the key service sees it. `done` says that it is committed: at once or later. */
export interface ApPort {
  readonly aa: Uint8Array;
  /** The Modifier of its epoch; undefined: direct mode. What it holds of another one it drops. */
  assign(modifier: Uint8Array | undefined, done: () => void): void;
  /** In place of all that it holds for that device; the octets are the AP's from now on, to wipe as well. */
  hold(grant: Grant, done: () => void): void;
}

/** Up: what an AP asks of the key service while it answers devices. */
export interface KeyDesk {
  /** The command that an M3 to that device should carry, in a session under that root generation (0..255). */
  commandFor(spa: Uint8Array, generation: number): Uint8Array | undefined;
  /** May be the answer to a command: is it a right proof? If not, it is an ordinary reading. */
  offer(spa: Uint8Array, answer: Answer): boolean;
  /** An M2 that may be that device's named a root generation (mod 4) that the AP holds no PMK of. */
  missing(aa: Uint8Array, spa: Uint8Array, generation: number): void;
}
