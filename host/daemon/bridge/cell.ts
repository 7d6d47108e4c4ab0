/**
 * A bridged station on an AP's UDP air: what RemoteCell is to a station that is simulated. The device takes frames and
 * gives frames, in its own time; the instants that the datagrams carry are reckoned from the AP's own:
 *
 *     M2     end of M1 + SIFS + slot, in a slot that the device's promise meets; not sent if it took longer than to there
 *     Data   end of what came before + SIFS, or when the device has made it, if that is later and still in the slot
 *
 * Power is there or not: what it costs is the device's. A round in which the device has none is passed.
 * An M3 that comes after its slots is handed on, too: a device waits for M3 as long as it has power (PROTOCOL.md section 1).
 */

import { AMP_SIFS, dlAirtime_us, dlTail_us, ulAirtime_us } from "../../channel/airtime.ts";
import { chooseSlot, slotStart_us } from "../../channel/slots.ts";
import { STATUS, statusName } from "../../device/abi.ts";
import type { Answer } from "../../device/load.ts";
import type { AmpConsole } from "../../mcu/console.ts";
import { McuError } from "../../mcu/translate.ts";
import { readingOf } from "../../sim/reading.ts";
import { count } from "../../sim/tally.ts";
import { checkDownlink } from "../../wire/check.ts";
import { FC, type FrameType } from "../../wire/fc.ts";
import { BROADCAST_ID, FRAME_MAX_OCTETS, FRAME_MIN_OCTETS, MAC } from "../../wire/mac.ts";
import { readLe16 } from "../../wire/octets.ts";
import { readingMaxOctets } from "../../wire/profile.ts";
import type { Trigger } from "../../wire/trigger.ts";
import { UL_RATES_kbps } from "../../wire/triggerinfo.ts";
import type { Datagram, DownDatagram } from "../datagram.ts";
import type { BridgedDevice, ReadingKind } from "./device.ts";
import type { Lives } from "./lives.ts";
import type { BridgeTally } from "./tally.ts";

/** amp_state of a station with a session. */
const SECURE = 3;
/** Datagrams that wait for the device: more than a round has for one station. */
const WAITING_MAX = 16;

export interface BridgeCellOptions {
  readonly channel: number;
  readonly device: BridgedDevice;
  readonly lives: Pick<Lives, "use">;
  readonly tally: BridgeTally;
  /** As it stands in MAC headers. */
  readonly id: number;
  /** In its readings: 0..65,535. */
  readonly index: number;
  readonly reading: ReadingKind;
  /** Data frames that it sends after each M3. */
  readonly dataFrames: number;
  /** What the AP receives of it, dBm. */
  readonly power_dBm: number;
  /** It answers no trigger whose slots take longer. */
  readonly waitMax_s: number;
  /** In [0, 1): the draws of slots. */
  readonly random: () => number;
  readonly send: (datagram: Datagram) => void;
  /** An M3 was verified: that M1's exchange has brought this reading to the AP. */
  readonly onConfirmed: (m1: Uint8Array, reading: Uint8Array) => void;
  /** The device gave a frame that cannot be its own. */
  readonly onStrange: (frame: Uint8Array) => void;
  readonly onFailure: (error: unknown) => void;
}

/** The last trigger, and what became of it. */
interface Open {
  readonly m1: Uint8Array;
  readonly t_us: number;
  readonly m1End_us: number;
  /** From the last bit of M1's data to its end: the device computes already. */
  readonly tail_us: number;
  readonly end_us: number;
  readonly ulRate_kbps: number;
  /** Its M2 was sent in a slot that ends there. */
  slotEnd_us?: number;
}

interface Heard {
  readonly down: DownDatagram;
  /** undefined: it is anything else. */
  readonly trigger: Trigger | undefined;
}

export class BridgeCell {
  readonly #options: BridgeCellOptions;
  readonly #waiting: Heard[] = [];
  #isBusy = false;
  #open: Open | undefined;
  /** When the newest trigger that has come began: an M2 to any other is of no use. */
  #newest_us = 0;
  #samples = 0;
  #reading: Uint8Array = new Uint8Array();

  constructor(options: BridgeCellOptions) {
    this.#options = options;
  }

  /** What came from the AP; taken in its order, one by one. */
  receive(datagram: Datagram): void {
    const { channel, tally, onFailure } = this.#options;
    if (datagram.kind !== "down" || datagram.channel !== channel) return;
    if (this.#waiting.length >= WAITING_MAX) {
      tally.unheard++;
      return;
    }
    const { frame } = checkDownlink(datagram.frame);
    const trigger = frame?.type === "Trigger" ? frame : undefined;
    if (trigger) this.#newest_us = datagram.t_us;
    this.#waiting.push({ down: datagram, trigger });
    if (!this.#isBusy) this.#work().catch(onFailure);
  }

  /** The device has booted: a new sample becomes its reading. */
  async sample(station: AmpConsole): Promise<void> {
    const { index, reading } = this.#options;
    this.#reading = readingOf(index, this.#samples++, reading.octets);
    const status = await station.setPayload(this.#reading, reading.encrypt);
    if (status !== 0) throw new McuError(`it takes no reading: ${statusName(status) ?? `status ${status}`}`);
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    for (let heard = this.#waiting.shift(); heard; heard = this.#waiting.shift()) {
      const { down, trigger } = heard;
      if (trigger) await this.#triggered(down, trigger);
      else await this.#told(down);
    }
    this.#isBusy = false;
  }

  async #triggered({ frame, t_us, dlRate_kbps, padding_us }: DownDatagram, trigger: Trigger): Promise<void> {
    const { id, tally, waitMax_s } = this.#options;
    const { info } = trigger;
    const m1End_us = t_us + dlAirtime_us(frame.length, dlRate_kbps, padding_us);
    const slots_us = slotStart_us(info.slots, info);
    const ulRate_kbps = UL_RATES_kbps[info.ulRate];
    const tail_us = dlTail_us(padding_us);
    const end_us = Math.ceil(m1End_us + slots_us);
    const open: Open = { m1: frame, t_us, m1End_us, tail_us, end_us, ulRate_kbps };
    this.#open = open;
    // Too late for an M2: the next is what counts.
    if (t_us !== this.#newest_us) {
      tally.m1Late++;
      return;
    }
    const isMine = trigger.id === BROADCAST_ID || trigger.id === id;
    if (isMine && slots_us * 1e-6 <= waitMax_s) await this.#answer(open, trigger);
    else if (isMine) tally.m1Silent++;
    if (open.slotEnd_us === undefined) this.#pass(open);
  }

  /** The M2, in the slot that was chosen before the device saw M1 (PROTOCOL.md 4.2). */
  async #answer(open: Open, trigger: Trigger): Promise<void> {
    const { device, lives, reading, random, tally } = this.#options;
    const { info, profile } = trigger;
    const m2 = await lives.use(async (station) => {
      tally.m1Heard++;
      const isRoom = reading.octets <= readingMaxOctets(profile);
      const promise_us = isRoom ? (await device.m2_s(trigger)) * 1e6 : 0;
      const slot = chooseSlot(info, Math.max(0, promise_us - open.tail_us), random);
      if (typeof slot !== "number") {
        tally.m1Silent++;
        return undefined;
      }
      device.took_s();
      const frame = this.#sent(await this.#hand(station, open.m1), "Response");
      const ready_us = open.m1End_us - open.tail_us + device.took_s() * 1e6;
      return frame && { frame, slot, ready_us };
    });
    if (!m2) return;
    const start_us = open.m1End_us + slotStart_us(m2.slot, info);
    // Nobody can answer a trigger any more when the next one is on the air.
    if (m2.ready_us > start_us || open.t_us !== this.#newest_us) {
      tally.m2Late++;
      return;
    }
    this.#transmit(open, m2.frame, start_us);
    tally.m2Sent++;
    open.slotEnd_us = start_us + slotStart_us(1, info) - slotStart_us(0, info);
  }

  /** What the AP says after an M2, or at any time: its M3, or something else, which the device will know. */
  async #told({ frame, t_us, dlRate_kbps, padding_us }: DownDatagram): Promise<void> {
    const { device, lives, tally, onConfirmed, dataFrames } = this.#options;
    const open = this.#open;
    const end_us = t_us + dlAirtime_us(frame.length, dlRate_kbps, padding_us);
    await lives.use(async (station) => {
      const before = await station.state();
      device.took_s();
      const answer = this.#sent(await this.#hand(station, frame), "Data");
      let ready_us = end_us - dlTail_us(padding_us) + device.took_s() * 1e6;
      let free_us = end_us;
      if (answer) {
        tally.commandsAnswered++;
        free_us = this.#sendData(open, answer, free_us, ready_us) ?? free_us;
      }
      if (before === SECURE || (await station.state()) !== SECURE) return;
      tally.confirmed++;
      if (open) onConfirmed(open.m1, this.#reading);
      await station.triggerData();
      await station.received();
      for (let n = 0; n < dataFrames; n++) {
        device.took_s();
        const data = this.#sent(await station.send(), "Data");
        ready_us = Math.max(free_us, ready_us) + device.took_s() * 1e6;
        const sent_us = data && this.#sendData(open, data, free_us, ready_us);
        // The first that does not fit is the last that is made.
        if (sent_us === undefined) break;
        free_us = sent_us;
      }
      await this.sample(station);
    });
    if (open) this.#pass(open);
  }

  /** A Data frame a SIFS after what came before it, or when it is ready, if it ends within the slot; when it ended. */
  #sendData(open: Open | undefined, frame: Uint8Array, free_us: number, ready_us: number): number | undefined {
    const { tally } = this.#options;
    const start_us = Math.ceil(Math.max(free_us + AMP_SIFS.value, ready_us));
    if (open?.slotEnd_us === undefined || start_us + ulAirtime_us(frame.length, open.ulRate_kbps) > open.slotEnd_us) {
      tally.dataLate++;
      return undefined;
    }
    tally.dataSent++;
    return this.#transmit(open, frame, start_us);
  }

  async #hand(station: AmpConsole, frame: Uint8Array): Promise<Answer> {
    const answer = await station.receive(frame);
    if (answer.status === STATUS["not booted"]) throw new McuError("it was reset: it has not booted");
    const refusal = statusName(answer.status);
    if (refusal) count(this.#options.tally.refusals, refusal);
    return answer;
  }

  /** What the device has to send, if it can be a frame of its own of that type. */
  #sent({ frame }: Answer, type: FrameType): Uint8Array | undefined {
    const { id, tally, onStrange } = this.#options;
    if (!frame) return undefined;
    const isLong = frame.length >= FRAME_MIN_OCTETS && frame.length <= FRAME_MAX_OCTETS;
    if (isLong && frame[MAC.fc] === FC[type] && readLe16(frame, MAC.id) === id) return frame;
    tally.strange++;
    onStrange(frame);
    return undefined;
  }

  /** When it ended. */
  #transmit({ ulRate_kbps }: Open, frame: Uint8Array, start_us: number): number {
    const { channel, device, power_dBm, send } = this.#options;
    device.flush();
    const power_cdBm = Math.round(100 * power_dBm);
    const t_us = Math.ceil(start_us);
    send({ kind: "up", channel, t_us, ulRate_kbps, power_cdBm, whole_octets: frame.length, frame });
    return t_us + ulAirtime_us(frame.length, ulRate_kbps);
  }

  #pass({ end_us }: Open): void {
    const { channel, send } = this.#options;
    send({ kind: "pass", channel, t_us: end_us });
  }
}
