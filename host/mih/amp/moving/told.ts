/** What telling a station of its next AP costs it, from sessions with a command and sessions without. */

import type { Direction } from "../../../channel/medium.ts";
import { RECORD_OCTETS } from "../../../keys/record.ts";
import type { Station } from "../../../sim/station.ts";
import { FC } from "../../../wire/fc.ts";
import { HANDOVER_OCTETS } from "../../../wire/handover.ts";
import { MAC, OVERHEAD_OCTETS } from "../../../wire/mac.ts";
import { NO_TRAFFIC, type Side, type Traffic } from "./moved.ts";

/** An M3 of the compact profile without any payload: PN(2) and MIC(8). */
const PLAIN_M3_OCTETS = OVERHEAD_OCTETS + 2 + 8;

/** From an M2 that was taken to the answer of its M3's command, or to the M3 where it has none. */
interface Session {
  readonly from_s: number;
  readonly spent_J: number;
  readonly isTelling: boolean;
  readonly isConfirmed: boolean;
}

export class Told {
  readonly #station: Station;
  readonly #isTelling: () => boolean;
  readonly #slot_s: number;
  /** What the M3 of an ordinary session cost, J: of those that wrote no NVM. */
  readonly #plain_J: number[] = [];
  #told_J = 0;
  #confirmed = 0;
  #nvm_octets = 0;
  #session: Session | undefined;

  /** `slot_s`: what belongs to a session is over so long after its M2. */
  constructor(station: Station, isTelling: () => boolean, slot_s: number) {
    this.#station = station;
    this.#isTelling = isTelling;
    this.#slot_s = slot_s;
    station.supply.watch({
      stored: () => {},
      drew: () => {},
      poweredUp: () => {},
      happened: (event) => {
        if (event === "confirmed") this.#confirms();
        if (event === "died") this.#dies();
      },
    });
  }

  /** An M2 was taken: its M3 is next. */
  taken(): void {
    const { nvm, supply } = this.#station;
    nvm.log = [];
    const spent_J = supply.capacitor.spent_J;
    this.#session = { from_s: supply.t_s, spent_J, isTelling: this.#isTelling(), isConfirmed: false };
  }

  /** The answer has come. */
  answered(): void {
    if (this.#session) this.#told_J += this.#spentIn(this.#session);
    this.#session = undefined;
  }

  /** What comes now is none of it. */
  over(): void {
    this.#session = undefined;
  }

  /** Of a frame, what there would be none of, or less, if nobody had been told. */
  counts(direction: Direction, octets: Uint8Array): Traffic {
    if (direction === "up") return octets[MAC.fc] === FC.Data ? { messages: 1, octets: octets.length } : NO_TRAFFIC;
    const more = octets[MAC.fc] === FC.Confirm ? octets.length - PLAIN_M3_OCTETS : 0;
    return { messages: 0, octets: Math.min(more, HANDOVER_OCTETS) };
  }

  /** All of it, until the move; of the energy, what an ordinary M3 costs is taken off. */
  get side(): Pick<Side, "e_J" | "nvm_octets"> {
    const { length } = this.#plain_J;
    const plain_J = length > 0 ? this.#plain_J.reduce((sum, one) => sum + one, 0) / length : 0;
    return { e_J: Math.max(0, this.#told_J - this.#confirmed * plain_J), nvm_octets: this.#nvm_octets };
  }

  #confirms(): void {
    const session = this.#session;
    if (!session) return;
    const spent_J = this.#spentIn(session);
    if (session.isTelling) {
      this.#told_J += spent_J;
      this.#nvm_octets += this.#written(RECORD_OCTETS);
      this.#confirmed++;
      this.#session = { ...session, spent_J: session.spent_J + spent_J, isConfirmed: true };
    } else {
      if (this.#written(0) === 0) this.#plain_J.push(spent_J);
      this.#session = undefined;
    }
  }

  /** In the command's call, or in its answer: that is spent, too. Behind them it is no longer for the command. */
  #dies(): void {
    const session = this.#session;
    this.#session = undefined;
    if (!session?.isTelling || this.#station.t_s > session.from_s + this.#slot_s) return;
    this.#told_J += this.#spentIn(session);
    if (!session.isConfirmed) this.#nvm_octets += this.#written(RECORD_OCTETS);
  }

  #spentIn({ spent_J }: Session): number {
    return this.#station.supply.capacitor.spent_J - spent_J;
  }

  /** Octets since the M2 was taken, from that offset on: a roaming station's entry stands behind all else. */
  #written(from: number): number {
    const log = this.#station.nvm.log ?? [];
    return log.reduce((sum, { offset, written }) => sum + (offset >= from ? written : 0), 0);
  }
}
