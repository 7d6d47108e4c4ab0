/**
 * The other end of an AP's UDP air: a station as the simulator has it, whose cell is a socket. It lives on the AP's clock,
 * as far as it knows it: what the AP says of an instant, it lives up to there. A datagram's way through the network costs
 * the station nothing.
 *
 *     M1 ── M2 (up) or nothing (pass) ── M3 ── Data (up) ── pass ── over
 *
 * Assumption: it hears the AP's triggers and what answers itself, and nothing of what the AP says to others.
 */

import { AMP_SIFS, dlAirtime_us, dlTail_us, ulAirtime_us, ulOctetsAt } from "../channel/airtime.ts";
import { chooseSlot, slotStart_us } from "../channel/slots.ts";
import type { Station } from "../sim/station.ts";
import { checkDownlink } from "../wire/check.ts";
import { BROADCAST_ID } from "../wire/mac.ts";
import type { Trigger } from "../wire/trigger.ts";
import { UL_RATES_kbps } from "../wire/triggerinfo.ts";
import type { Datagram, DownDatagram } from "./datagram.ts";

const us = 1e-6;

/** An AP's clock that stands so far behind or before the station's is another clock: the AP was started anew. */
const BEHIND_MAX_s = 5;
const AHEAD_MAX_s = 3600;
/** Instants are sums of a few doubles: far below a chip, far above their rounding. */
const NEXT_TO_NOTHING_s = 1e-9;

export interface RemoteOptions {
  readonly channel: number;
  readonly station: Station;
  /** From the end of the data of such an M1 until its M2 is ready at the latest, seconds; undefined: it has no room. */
  readonly compute_s: (m1: Trigger) => number | undefined;
  /** It answers no trigger whose slots take longer. */
  readonly waitMax_s: number;
  /** In [0, 1): the draws of slots. */
  readonly random: () => number;
  readonly send: (datagram: Datagram) => void;
  /** An M3 was verified: that M1's exchange has brought this reading to the AP. */
  readonly onConfirmed?: (m1: Uint8Array, reading: Uint8Array) => void;
}

/** A trigger whose slots are not over yet. */
interface Open {
  readonly m1: Uint8Array;
  readonly ulRate_kbps: number;
  readonly m3Wait_s: number;
  readonly end_us: number;
  readonly end_s: number;
  /** When its M2 was sent; undefined: there is none. */
  sent?: { readonly start_s: number; readonly end_s: number; readonly slotEnd_s: number };
  /** It is for this station, which heard it: the radio is off until its slots are over, but for its own. */
  isMine: boolean;
  /** What became of it is settled: the AP was told that nothing more comes. */
  hasPassed: boolean;
}

export class RemoteCell {
  /** Triggers that came when the station had lived past their beginning. */
  late = 0;
  readonly #options: RemoteOptions;
  /** The AP's clock at the station's second 0. */
  #zero_us: number | undefined;
  #open: Open | undefined;

  constructor(options: RemoteOptions) {
    this.#options = options;
  }

  /** A trigger's slots are not over, as far as it was told. */
  get isBusy(): boolean {
    return this.#open !== undefined;
  }

  /** What came from its AP. Whatever else it may be says nothing to a station. */
  receive(datagram: Datagram): void {
    if (datagram.channel !== this.#options.channel) return;
    if (datagram.kind === "over") this.over();
    else if (datagram.kind === "down") this.#down(datagram);
  }

  /** Nothing more comes down before the end of the open trigger's slots: told by the AP, or given up. */
  over(): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    const { station } = this.#options;
    if (open.sent && !open.hasPassed) station.listenUntil(open.sent.end_s + open.m3Wait_s);
    if (open.isMine) station.sleepUntil(open.end_s);
    station.attemptOver();
  }

  /** No AP speaks: it lives up to `t_s` of its own time, unless it waits for one. */
  idle(t_s: number): void {
    if (!this.isBusy) this.#options.station.advanceTo(t_s);
  }

  #down(down: DownDatagram): void {
    const { frame } = checkDownlink(down.frame);
    if (frame?.type === "Trigger") {
      this.over();
      this.#triggered(down, frame);
    } else if (this.#open?.sent && !this.#open.hasPassed) {
      this.#answered(this.#open, down);
    }
  }

  #triggered(down: DownDatagram, trigger: Trigger): void {
    const { station, waitMax_s } = this.#options;
    const { frame, dlRate_kbps, padding_us, t_us } = down;
    const { info } = trigger;
    const from_s = this.#stationTime_s(t_us);
    const m1_us = dlAirtime_us(frame.length, dlRate_kbps, padding_us);
    const m1End_s = from_s + m1_us * us;
    const slots_us = slotStart_us(info.slots, info);
    const open: Open = {
      m1: frame,
      ulRate_kbps: UL_RATES_kbps[info.ulRate],
      m3Wait_s: (AMP_SIFS.value + dlAirtime_us(0, dlRate_kbps, 0)) * us,
      end_us: Math.ceil(t_us + m1_us + slots_us),
      end_s: m1End_s + slots_us * us,
      isMine: false,
      hasPassed: false,
    };
    this.#open = open;
    if (from_s < station.t_s) this.late++;
    else if (station.advanceTo(from_s) && station.receiveUntil(m1End_s - dlTail_us(padding_us) * us)) {
      open.isMine = trigger.id === BROADCAST_ID || trigger.id === station.id;
      if (!open.isMine) station.take(frame);
      else if (slots_us * us <= waitMax_s) this.#answer(open, trigger, m1End_s, dlTail_us(padding_us));
      else {
        station.heardTrigger();
        station.tally.m1Silent++;
      }
    }
    if (open.sent === undefined) this.#pass(open);
  }

  /** The M2, in the slot that was chosen before the module saw M1 (PROTOCOL.md 4.2); none: silent, or dead. */
  #answer(open: Open, trigger: Trigger, m1End_s: number, tail_us: number): void {
    const { station, random, compute_s } = this.#options;
    const { info } = trigger;
    station.heardTrigger();
    const compute = compute_s(trigger);
    const ready_us = Math.max(0, (compute ?? 0) / us - tail_us);
    const slot = chooseSlot(info, ready_us, random);
    if (typeof slot !== "number") {
      station.tally.m1Silent++;
      return;
    }
    const start_s = m1End_s + slotStart_us(slot, info) * us;
    const frame = station.take(open.m1, open.m1)?.frame;
    if (!frame) return;
    if (station.t_s > start_s) {
      station.tally.m2Late++;
      return;
    }
    if (!station.sleepUntil(start_s)) return;
    station.tally.m2Sent++;
    const end_s = this.#transmit(open, frame, start_s);
    const slotEnd_s = start_s + (slotStart_us(1, info) - slotStart_us(0, info)) * us;
    open.sent = { start_s, end_s, slotEnd_s };
    if (!station.isUp) this.#pass(open);
  }

  /** What the AP says after an M2: its M3, or something else, which the module will know. */
  #answered(open: Open, { frame, t_us, dlRate_kbps, padding_us }: DownDatagram): void {
    const { station, onConfirmed } = this.#options;
    const from_s = this.#stationTime_s(t_us);
    const end_s = from_s + dlAirtime_us(frame.length, dlRate_kbps, padding_us) * us;
    const isHeard =
      from_s >= station.t_s - NEXT_TO_NOTHING_s &&
      station.listenUntil(from_s) &&
      station.receiveUntil(end_s - dlTail_us(padding_us) * us);
    if (isHeard) {
      const { reading, tally } = station;
      const { confirmed } = tally;
      const answer = station.take(frame);
      let free_s = end_s;
      if (answer?.frame) {
        tally.commandsAnswered++;
        free_s = this.#sendData(open, answer.frame, free_s) ?? free_s;
      }
      if (tally.confirmed > confirmed) {
        onConfirmed?.(open.m1, reading);
        station.readOut();
        this.#data(open, free_s);
        station.sample();
      }
    }
    this.#pass(open);
  }

  #data(open: Open, from_s: number): void {
    const { station } = this.#options;
    let free_s = from_s;
    for (let n = 0; n < station.dataFrames; n++) {
      const frame = station.makeData();
      const end_s = frame && this.#sendData(open, frame, free_s);
      // The first that does not fit is the last that is made.
      if (end_s === undefined) return;
      free_s = end_s;
    }
  }

  /** A Data frame a SIFS after what came before it, if it ends within the slot; when it ended. */
  #sendData(open: Open, frame: Uint8Array, free_s: number): number | undefined {
    const { station } = this.#options;
    const start_us = Math.ceil(this.#apTime_us(Math.max(free_s + AMP_SIFS.value * us, station.t_s)));
    const start_s = this.#stationTime_s(start_us);
    const slotEnd_s = open.sent?.slotEnd_s ?? 0;
    if (start_s + ulAirtime_us(frame.length, open.ulRate_kbps) * us > slotEnd_s) return undefined;
    if (!station.sleepUntil(start_s)) return undefined;
    station.tally.dataSent++;
    return this.#transmit(open, frame, start_s);
  }

  /** When it ended; if power fails in it, as many octets go up as were complete. */
  #transmit({ ulRate_kbps }: Open, frame: Uint8Array, start_s: number): number {
    const { channel, station, send } = this.#options;
    const full_s = start_s + ulAirtime_us(frame.length, ulRate_kbps) * us;
    const end_s = station.transmitUntil(full_s);
    const octets = end_s >= full_s ? frame.length : ulOctetsAt((end_s - start_s) / us, frame.length, ulRate_kbps);
    send({
      kind: "up",
      channel,
      t_us: Math.round(this.#apTime_us(start_s)),
      ulRate_kbps,
      power_cdBm: Math.round(100 * station.power_dBm),
      whole_octets: frame.length,
      frame: frame.subarray(0, octets),
    });
    return end_s;
  }

  #pass(open: Open): void {
    open.hasPassed = true;
    const { channel, send } = this.#options;
    send({ kind: "pass", channel, t_us: open.end_us });
  }

  #apTime_us(t_s: number): number {
    return (this.#zero_us ?? 0) + t_s / us;
  }

  /** That instant of the AP's clock on the station's. A clock that is another one is taken to say now. */
  #stationTime_s(t_us: number): number {
    const { t_s } = this.#options.station;
    const told_s = this.#zero_us === undefined ? Number.NaN : (t_us - this.#zero_us) * us;
    if (told_s >= t_s - BEHIND_MAX_s && told_s <= t_s + AHEAD_MAX_s) return told_s;
    // Whole, so that instants go there and back without loss; never before now.
    const now_us = Math.ceil(t_s / us);
    this.#zero_us = t_us - now_us;
    return now_us * us;
  }
}
