/** A hand over a station whose NVM and source fail when they are told to: what the cases of the table are played on. */
import assert from "node:assert/strict";
import type { StationExports } from "../../host/device/load.ts";
import type { Nvm } from "../../host/device/nvm.ts";
import { globalsIn } from "../support/deviceglobals.ts";
import { Hand, type Listener } from "./hand.ts";
import type { Round, Variant } from "./rounds.ts";

/** Octets [from, end) of the record. */
export interface Part {
  readonly from: number;
  readonly end: number;
}

/** What a story is played on: a station that was just powered up. */
export interface Stage {
  readonly exports: StationExports;
  readonly variant: Variant;
  readonly round: Round;
  readonly listener: Listener;
}

/** Something to be played to its end. */
export type Story = (bed: Bed) => void;

export class Bed extends Hand {
  readonly nvm: Nvm;
  readonly round: Round;
  /** Powers the station up again, with RAM as it is. */
  readonly brownOut: () => void;
  /** A count of the module's was set from outside. */
  hasPoked = false;

  constructor({ exports, variant, round, listener }: Stage) {
    super(exports, variant.exchange, round.secrets, listener);
    this.round = round;
    this.nvm = round.nvm;
    const globals = globalsIn(exports);
    const fresh = globals.map(({ value }) => value);
    this.brownOut = () => {
      listener.brownOut?.();
      for (const [i, global] of globals.entries()) if (global.value !== fresh[i]) global.value = fresh[i];
    };
  }

  /** Whether triggers of this bed carry a Modifier, so that there is a PMK to cache. */
  get hasModifier(): boolean {
    return this.exchange.modifier !== null;
  }

  /** State 1 with a reading, whose source is sound; 2 behind M1; 3 behind M3. */
  reach(state: number, encrypt = 1): void {
    if (state === 0) return;
    if (this.round.draws[0] === this.round.unhealthy) this.round.draws.shift();
    assert.equal(this.call("amp_boot"), 0);
    assert.equal(this.setPayload(this.secrets.readings[0], encrypt), 0);
    if (state > 1) this.newM1();
    if (state > 2) assert.equal(this.receive(this.m3(this.secrets.payloads[0])), 0);
  }

  /** State 2 of a session under the root of generation 1, with the root before in the other slot. */
  reachUpdated(): void {
    this.reach(2);
    const update = this.m3(this.update(), { encrypted: true, command: true });
    assert.ok(this.receive(update, () => this.learnRoot()) > 0, "the proof");
    this.newM1();
  }

  /** From now on the n-th access of that kind, counted from 0, to this part of the record fails, and no other. */
  fail(kind: "read" | "write", n: number, { from, end }: Part = { from: 0, end: 268 }): void {
    let left = n;
    const isIt = (offset: number): boolean => offset >= from && offset < end && left-- === 0;
    // Half of the octets of a write that fails are written.
    if (kind === "read") this.nvm.failRead = isIt;
    else this.nvm.failWrite = (offset, octets) => (isIt(offset) ? { written: octets.length >> 1 } : undefined);
  }

  /** Sets the one global that `step` raises by one each time: the way to the end of a count is too long to go. */
  exhaust(step: () => void, last: number): void {
    const globals = globalsIn(this.exports);
    const values = (): number[] => globals.map(({ value }) => Number(value));
    const stepped = (): number[] => {
      step();
      return values();
    };
    const [before, once, twice] = [values(), stepped(), stepped()];
    const counters = globals.filter((_, i) => once[i] === before[i] + 1 && twice[i] === once[i] + 1);
    assert.equal(counters.length, 1, "one global counts");
    counters[0].value = last;
    this.hasPoked = true;
  }
}
