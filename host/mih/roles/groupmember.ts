/** A device's side of group keys, which remembers how new the newest block was. */

import { equalOctets } from "../../wire/octets.ts";
import { type OpenOptions, openGroupKeyBlock } from "../gkb/open.ts";

export class GroupMember {
  readonly #options: Omit<OpenOptions, "last">;
  #last: number | undefined;

  constructor(options: Omit<OpenOptions, "last">) {
    this.#options = options;
  }

  /** The MGK, 16 octets, the caller's to wipe; or why the block opens nothing. `groupId`: of the group that it should be for. */
  open(octets: Uint8Array, groupId?: Uint8Array): Uint8Array | string {
    const opened = openGroupKeyBlock({ ...this.#options, last: this.#last }, octets);
    if (typeof opened === "string") return opened;
    if (groupId && !equalOctets(opened.groupId, groupId)) {
      opened.mgk.fill(0);
      return "of another group";
    }
    this.#last = opened.sequence;
    return opened.mgk;
  }
}
