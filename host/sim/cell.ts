/*
 * One channel: an AP's triggers and the stations that hear them. It lives as a generator: it yields the instant at which
 * it next needs the AP, and is resumed when all that comes before that instant, in every cell, has happened.
 *
 *     M1 ── SIFS ── slot 0: M2, SIFS, M3, SIFS [, Data, SIFS ...] ── slot 1 ... ── next M1
 *
 * Assumption: a station that heard a trigger sleeps until its slot, and from then until the trigger's slots are over; one
 * that did not, listens, and hears the M3s of others. A stranger's frame that would disturb a round does not come.
 */
import type { Received } from "../ap/accesspoint.ts";
import { dlTail_us } from "../channel/airtime.ts";
import type { Air, Medium } from "../channel/medium.ts";
import { chooseSlot, slotStart_us } from "../channel/slots.ts";
import { announcedIn } from "../wire/check.ts";
import { BROADCAST_ID } from "../wire/mac.ts";
import type { Trigger } from "../wire/trigger.ts";
import type { Plan } from "./plan.ts";
import { downAir, type Pending, SlotWork } from "./slotwork.ts";
import type { Station } from "./station.ts";
import { type Counts, count } from "./tally.ts";

const us = 1e-6;

/** What a cell asks of its AP. */
export interface CellAp {
  /** M1 of turn 0, 1, 2, ... */
  trigger(channel: number, turn: number, now_s: number): Uint8Array;
  repeat(channel: number, now_s: number): Uint8Array | undefined;
  /** A frame that it heard; what it answers with. Delivery is done when this returns. */
  receive(channel: number, frame: Uint8Array, now_s: number): { readonly received: Received; readonly m3?: Uint8Array };
}

export interface CellOptions {
  readonly channel: number;
  readonly stations: readonly Station[];
  readonly ap: CellAp;
  readonly medium: Medium;
  readonly plan: Plan;
  readonly repeats: number;
  readonly capture_dB: number;
  /** In [0, 1): the stations' draws of slots. */
  readonly random: () => number;
  /** Its first M1, and when no round may begin any more that does not end by then. */
  readonly start_s: number;
  readonly end_s: number;
}

/** When M1 of a turn goes out first. Whoever has to do with that instant has it from here: it is rounded, always alike. */
export function turnAt_s(start_s: number, { period_s }: Pick<Plan, "period_s">, turn: number): number {
  return start_s + turn * period_s;
}

export class Cell {
  triggers = 0;
  /** Frames of strangers that would have disturbed a round. */
  shutOut = 0;
  /** Frames by fate. */
  readonly down: Counts = {};
  readonly up: Counts = {};
  readonly #options: CellOptions;
  readonly #slots: SlotWork;

  constructor(options: CellOptions) {
    this.#options = options;
    this.#slots = new SlotWork(options, this);
  }

  *live(): Generator<number, void> {
    const { channel, ap, medium, plan, repeats, start_s, end_s } = this.#options;
    let free_s = 0;
    for (let turn = 0; ; turn++) {
      for (let repeat = 0; repeat <= repeats; repeat++) {
        const at_s = turnAt_s(start_s, plan, turn) + repeat * plan.repeat_s;
        this.#slots.strays.forget();
        if (at_s + plan.round_s > end_s) {
          yield* this.#slots.strays.until(end_s);
          return;
        }
        for (const air of medium.strangers(free_s, at_s)) {
          // One whose slots last longer than a round keeps its stations away, and the AP's rounds go on.
          const busy_s = this.#isLong(air) ? air.end_s - air.from_s : plan.round_s;
          const isClear = air.from_s >= free_s && air.from_s + busy_s <= at_s;
          if (!isClear) this.shutOut++;
          else free_s = yield* this.#stranger(air);
        }
        yield* this.#slots.strays.until(at_s);
        yield at_s;
        const m1 = repeat === 0 ? ap.trigger(channel, turn, at_s) : ap.repeat(channel, at_s);
        if (m1 === undefined) continue;
        this.triggers++;
        yield* this.#round(downAir(this.#options, m1, at_s), m1);
        free_s = at_s + plan.round_s;
      }
    }
  }

  /** A frame of a stranger: the stations do with a trigger what they do with any. Returns when the air is free again. */
  *#stranger(air: Air): Generator<number, number> {
    yield* this.#slots.strays.until(air.from_s);
    yield air.from_s;
    if (this.#isLong(air)) {
      this.#lures(air);
      return air.end_s;
    }
    if (air.direction === "down") {
      yield* this.#round(air, undefined);
      return air.from_s + this.#options.plan.round_s;
    }
    yield* this.#slots.strangeUplink(air);
    return air.end_s;
  }

  /** Does it announce slots for longer than a round of the AP's? */
  #isLong({ direction, octets }: Air): boolean {
    const trigger = direction === "down" ? announcedIn(octets) : undefined;
    return trigger !== undefined && slots_s(trigger) > this.#options.plan.round_s;
  }

  /** A stranger's trigger with long slots: whoever takes it waits for one, answers, and is away until the last is over. */
  #lures(air: Air): void {
    const { stations, plan, end_s } = this.#options;
    this.#slots.put(air);
    for (const station of stations) {
      const got = station.advanceTo(air.from_s) ? this.hears(station, air) : undefined;
      const trigger = got && announcedIn(got);
      if (!got || !trigger || (trigger.id !== BROADCAST_ID && trigger.id !== station.id)) {
        if (got) station.take(got);
        continue;
      }
      const away_s = Math.min(end_s, air.end_s + slots_s(trigger));
      const slot = this.#answer(station, trigger, got, { isOwn: false, isIntact: false }, air.end_s, away_s);
      if (slot) {
        this.#slots.stray(slot);
        station.listenUntil(station.t_s + plan.m3Wait_s);
      }
      if (slots_s(trigger) <= plan.waitMax_s) station.sleepUntil(away_s);
      station.attemptOver();
    }
  }

  /** `m1`: what an AP sent, undefined of a stranger. */
  *#round(air: Air, m1: Uint8Array | undefined): Generator<number, void> {
    const { stations, plan } = this.#options;
    this.#slots.put(air);
    const end_s = air.from_s + plan.round_s;
    const asSent = announcedIn(air.octets);
    const pending: Pending[] = [];
    /** Those that know of no trigger. */
    const outside: Station[] = [];
    for (const station of stations) {
      const got = station.advanceTo(air.from_s) ? this.hears(station, air) : undefined;
      const trigger = got && (got === air.octets ? asSent : announcedIn(got));
      if (!got || !trigger || (trigger.id !== BROADCAST_ID && trigger.id !== station.id)) {
        if (got) station.take(got);
        outside.push(station);
        continue;
      }
      const slot = this.#answer(
        station,
        trigger,
        got,
        { isOwn: m1 !== undefined, isIntact: got === m1 },
        air.end_s,
        end_s,
      );
      if (slot) pending.push(slot);
      else {
        station.sleepUntil(end_s);
        station.attemptOver();
      }
    }
    pending.sort((a, b) => a.start_s - b.start_s || a.station.index - b.station.index);
    yield* this.#slots.run(pending, outside, end_s);
  }

  /** The M2 of a station that heard a trigger, and when it goes out; undefined: it stays silent, or died. */
  #answer(
    station: Station,
    { info }: Pick<Trigger, "info">,
    got: Uint8Array,
    { isOwn, isIntact }: { readonly isOwn: boolean; readonly isIntact: boolean },
    m1End_s: number,
    end_s: number,
  ): Pending | undefined {
    const { plan, random } = this.#options;
    const { tally } = station;
    station.heardTrigger(isOwn);
    if (slots_s({ info }) > plan.waitMax_s) {
      tally.m1Silent++;
      return undefined;
    }
    // PROTOCOL.md 4.2: the slot is chosen before the module sees the frame.
    const slot = chooseSlot(info, plan.ready_us, random);
    const start_s = typeof slot === "number" ? m1End_s + slotStart_us(slot, info) * us : Number.POSITIVE_INFINITY;
    if (start_s + plan.slot_s > end_s + NEXT_TO_NOTHING_s) {
      tally.m1Silent++;
      return undefined;
    }
    const frame = station.take(got, isIntact ? got : undefined)?.frame;
    if (!frame) return undefined;
    if (station.t_s > start_s) {
      tally.m2Late++;
      return undefined;
    }
    return station.sleepUntil(start_s) ? { station, frame, start_s } : undefined;
  }

  /** A station that listens receives a downlink frame: what it got of it; undefined: nothing, or it died meanwhile. */
  hears(station: Station, air: Air): Uint8Array | undefined {
    const { medium, plan } = this.#options;
    const dataEnd_s = air.end_s - dlTail_us(plan.padding_us) * us;
    if (!station.receiveUntil(dataEnd_s)) {
      count(this.down, "receiver died");
      return undefined;
    }
    const got = medium.carry(air, station.index);
    count(this.down, got === undefined ? "lost" : got === air.octets ? "received" : "changed");
    return got;
  }
}

/** From the end of M1 to the end of its last slot. */
function slots_s({ info }: Pick<Trigger, "info">): number {
  return slotStart_us(info.slots, info) * us;
}

/** Instants are sums of a few doubles: far below a chip, far above their rounding. */
const NEXT_TO_NOTHING_s = 1e-9;
