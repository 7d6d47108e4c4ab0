/**
 * A device's side of group keys, which remembers what it has opened: no group's block is opened twice, and none that is older
 * than the newest by more than a message is ever on its way. Blocks of several MNs may overtake each other on the network.
 */

import { equalOctets, toHex } from "../../wire/octets.ts";
import { type OpenOptions, openGroupKeyBlock } from "../gkb/open.ts";
import { emitPresence, type Presence } from "../gkb/presence.ts";
import { ClockSequence, SEQUENCE_PER_ms } from "./clocksequence.ts";

/** Longer than repetitions go on. */
const LATE_ms = 60_000;
const OPENED_MAX = 4096;

export class GroupMember {
  readonly #options: Omit<OpenOptions, "last">;
  #newest: number | undefined;
  /** Group identifiers, the oldest first. */
  readonly #opened = new Set<string>();
  readonly #shown = new ClockSequence();

  constructor(options: Omit<OpenOptions, "last">) {
    this.#options = options;
  }

  /** Proof that this device, as that MN, is with that PoS now. */
  presence(presence: Presence): Uint8Array {
    const { crypto, deviceKeys } = this.#options;
    return emitPresence(crypto, deviceKeys.keys[deviceKeys.keys.length - 1], presence, this.#shown.next());
  }

  /** The MGK, 16 octets, the caller's to wipe; or why the block opens nothing. `groupId`: of the group that it should be for. */
  open(octets: Uint8Array, groupId?: Uint8Array): Uint8Array | string {
    const last = this.#newest === undefined ? undefined : this.#newest - LATE_ms * SEQUENCE_PER_ms;
    const opened = openGroupKeyBlock({ ...this.#options, last }, octets);
    if (typeof opened === "string") return opened;
    const isOther = groupId !== undefined && !equalOctets(opened.groupId, groupId);
    if (isOther || this.#opened.has(toHex(opened.groupId))) {
      opened.mgk.fill(0);
      return isOther ? "of another group" : "opened before";
    }
    this.#opened.add(toHex(opened.groupId));
    if (this.#opened.size > OPENED_MAX) this.#opened.delete(this.#opened.values().next().value as string);
    this.#newest = Math.max(this.#newest ?? 0, opened.sequence);
    return opened.mgk;
  }
}
