/*
 * What happens in the slots behind a trigger: M2s, who of them is heard, the AP's M3, and what follows it.
 */
import { AMP_SIFS, dlAirtime_us, ulAirtime_us, ulOctetsAt } from "../channel/airtime.ts";
import type { Air } from "../channel/medium.ts";
import { announcedIn } from "../wire/check.ts";
import { BROADCAST_ID } from "../wire/mac.ts";
import type { Cell, CellOptions } from "./cell.ts";
import { m2Sync_s } from "./plan.ts";
import type { Station } from "./station.ts";
import { type Sent, Strays } from "./strays.ts";
import { count } from "./tally.ts";

const us = 1e-6;
const SIFS_s = AMP_SIFS.value * us;

/** A frame that waits for its slot. */
export interface Pending {
  readonly station: Station;
  readonly frame: Uint8Array;
  readonly start_s: number;
}

export class SlotWork {
  /** What may come between. */
  readonly strays: Strays;
  readonly #options: CellOptions;
  readonly #cell: Pick<Cell, "hears" | "up" | "down">;

  constructor(options: CellOptions, cell: Pick<Cell, "hears" | "up" | "down">) {
    this.#options = options;
    this.#cell = cell;
    this.strays = new Strays(options, (one, isHeard) => {
      // Assumption: whatever the AP makes of it, it sends no M3 out of turn.
      if (isHeard) this.#atAp(one.air, one.end_s);
      else count(cell.up, "collided");
    });
  }

  /** All slots of a round, in their order; `outside`: stations that know of no trigger, and listen. */
  *run(pending: readonly Pending[], outside: readonly Station[], roundEnd_s: number): Generator<number, void> {
    for (let first = 0; first < pending.length; ) {
      const { start_s } = pending[first];
      let next = first + 1;
      while (next < pending.length && pending[next].start_s === start_s) next++;
      const group = pending.slice(first, next);
      yield* this.#slot(group, outside);
      for (const { station } of group) {
        station.sleepUntil(roundEnd_s);
        station.attemptOver();
      }
      first = next;
    }
  }

  /** A stranger's uplink frame. */
  *strangeUplink(air: Air): Generator<number, void> {
    this.put(air);
    yield* this.strays.until(air.end_s);
    yield air.end_s;
    if (this.strays.isClear(air)) this.#atAp(air, air.end_s);
    else count(this.#cell.up, "collided");
  }

  /** A frame that goes down, or a stranger's. */
  put(air: Air): void {
    this.strays.isTaken(air);
    this.#options.medium.put(air);
  }

  /** A station answers in a slot that goes on beside the AP's rounds. */
  stray({ station, frame, start_s }: Pending): void {
    station.tally.m2Sent++;
    this.strays.add(this.#transmit(station, frame, start_s));
  }

  /** Those of a group that all begin now. */
  *#slot(group: readonly Pending[], outside: readonly Station[]): Generator<number, void> {
    yield* this.strays.until(group[0].start_s);
    const sent = group.map(({ station, frame, start_s }) => {
      station.tally.m2Sent++;
      return this.#send(station, frame, start_s);
    });
    let end_s = 0;
    for (const one of sent) end_s = Math.max(end_s, one.end_s);
    yield* this.strays.until(end_s);
    yield end_s;
    const audible = this.strays.audible(sent);
    count(this.#cell.up, "collided", sent.length - audible.length);
    for (const one of sent) if (!audible.includes(one)) one.station.collided();
    // The capture rule lets one of several through at most.
    let m3: Uint8Array | undefined;
    for (const one of audible) m3 = this.#atAp(one.air, end_s) ?? m3;
    if (m3 === undefined) {
      for (const { station, end_s } of sent) station.listenUntil(end_s + this.#options.plan.m3Wait_s);
      return;
    }
    const air = downAir(this.#options, m3, end_s + SIFS_s);
    yield* this.strays.until(air.from_s);
    this.put(air);
    const slotEnd_s = group[0].start_s + this.#options.plan.slot_s;
    let free_s = air.end_s;
    for (const { station } of sent) {
      if (!station.listenUntil(air.from_s)) continue;
      const got = this.#cell.hears(station, air);
      if (got && !staysSilent(station, got)) free_s = yield* this.#after(station, got, free_s, slotEnd_s);
    }
    for (const station of outside) {
      const got = station.advanceTo(air.from_s) ? this.#cell.hears(station, air) : undefined;
      if (got && !staysSilent(station, got)) station.take(got);
    }
  }

  /** A station with what it got as an M3, and what it sends after one that is right; returns when the air is free again. */
  *#after(station: Station, got: Uint8Array, from_s: number, slotEnd_s: number): Generator<number, number> {
    const { tally } = station;
    const confirmed = tally.confirmed;
    const answer = station.take(got);
    let free_s = from_s;
    if (answer?.frame) {
      tally.commandsAnswered++;
      free_s = yield* this.#sendData(station, answer.frame, free_s, slotEnd_s);
    }
    if (tally.confirmed === confirmed) return free_s;
    station.readOut();
    for (let n = 0; n < station.dataFrames; n++) {
      const frame = station.makeData();
      if (!frame) return free_s;
      const sent = station.tally.dataSent;
      free_s = yield* this.#sendData(station, frame, free_s, slotEnd_s);
      // The first that does not fit is the last that is made.
      if (station.tally.dataSent === sent) break;
    }
    station.sample();
    return free_s;
  }

  /** A Data frame a SIFS after what came before it, if it ends within the slot; returns when the air is free again. */
  *#sendData(station: Station, frame: Uint8Array, free_s: number, slotEnd_s: number): Generator<number, number> {
    const start_s = Math.max(free_s + SIFS_s, station.t_s);
    const { ulRate_kbps } = this.#options.plan;
    if (start_s + ulAirtime_us(frame.length, ulRate_kbps) * us > slotEnd_s) return free_s;
    if (!station.sleepUntil(start_s)) return free_s;
    station.tally.dataSent++;
    yield* this.strays.until(start_s);
    const sent = this.#send(station, frame, start_s);
    const { air, end_s } = sent;
    yield* this.strays.until(end_s);
    yield end_s;
    if (this.strays.audible([sent]).length > 0) this.#atAp(air, end_s);
    else count(this.#cell.up, "collided");
    return end_s;
  }

  #send(station: Station, frame: Uint8Array, start_s: number): Sent {
    const sent = this.#transmit(station, frame, start_s);
    this.strays.goesUp(sent);
    this.#options.medium.put(sent.air);
    return sent;
  }

  /** A station sends; if power fails in the frame, as many octets as were complete. */
  #transmit(station: Station, frame: Uint8Array, start_s: number): Sent {
    const { channel, plan } = this.#options;
    const full_s = start_s + ulAirtime_us(frame.length, plan.ulRate_kbps) * us;
    const end_s = station.transmitUntil(full_s);
    const isWhole = end_s >= full_s;
    const octets = isWhole
      ? frame
      : frame.subarray(0, ulOctetsAt((end_s - start_s) / us, frame.length, plan.ulRate_kbps));
    count(this.#cell.up, isWhole ? "sent" : "cut");
    const air: Air = { direction: "up", channel, from: station.index, from_s: start_s, end_s, octets };
    return { station, air, from_s: start_s, end_s, sync_s: m2Sync_s(plan), power_dBm: station.power_dBm };
  }

  /** What the AP gets of an uplink frame, looked at now; its M3, if it has one. */
  #atAp(air: Air, now_s: number): Uint8Array | undefined {
    const { medium, channel, ap } = this.#options;
    const got = medium.carry(air, "ap");
    count(this.#cell.up, got === undefined ? "lost" : got === air.octets ? "received" : "changed");
    if (got === undefined) return undefined;
    return ap.receive(channel, got, now_s).m3;
  }
}

/** A frame of the AP's, M1 or M3, that begins then. */
export function downAir(
  { channel, plan }: Pick<CellOptions, "channel" | "plan">,
  octets: Uint8Array,
  from_s: number,
): Air {
  const end_s = from_s + dlAirtime_us(octets.length, plan.dlRate_kbps, plan.padding_us) * us;
  return { direction: "down", channel, from: "ap", from_s, end_s, octets };
}

/** Assumption: to a trigger that comes where an M3 should, a station stays silent: its slots would be others' slots. */
function staysSilent(station: Station, got: Uint8Array): boolean {
  const trigger = announcedIn(got);
  if (!trigger || (trigger.id !== BROADCAST_ID && trigger.id !== station.id)) return false;
  station.heardTrigger();
  station.tally.m1Silent++;
  return true;
}
