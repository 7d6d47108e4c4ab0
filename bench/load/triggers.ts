/* What stations of one channel make of an M1, once for all of them: what they would each find in it. */
import { dlAirtime_us } from "../../host/channel/airtime.ts";
import { slotStart_us } from "../../host/channel/slots.ts";
import { readDatagram } from "../../host/daemon/datagram.ts";
import { bindingOf } from "../../host/wire/binding.ts";
import { checkDownlink } from "../../host/wire/check.ts";
import { FC } from "../../host/wire/fc.ts";
import type { Confirm } from "../../host/wire/numbered.ts";
import type { Trigger } from "../../host/wire/trigger.ts";
import { UL_RATES_kbps } from "../../host/wire/triggerinfo.ts";

export interface Heard {
  readonly trigger: Trigger;
  readonly binding: Uint8Array;
  readonly ulRate_kbps: number;
  /** The beginning of slot k on the AP's clock. */
  slotStart_us(k: number): number;
  /** The end of the last. */
  readonly end_us: number;
}

/** Where the frame of a down datagram begins (docs/DAEMON.md). */
const FRAME_AT = 21;

/** Is it an M1? */
export function isTrigger(down: Uint8Array): boolean {
  return down[FRAME_AT] === FC.Trigger;
}

/** The M1s that come in on a channel, each of which comes once for every station. */
export class Triggers {
  #octets = new Uint8Array(0);
  #heard: Heard | undefined;

  /** The same object for the same datagram; undefined: it is no M1. */
  heard(down: Uint8Array): Heard | undefined {
    if (this.#heard === undefined || Buffer.compare(down, this.#octets) !== 0) {
      this.#heard = heardIn(down);
      this.#octets = down.slice();
    }
    return this.#heard;
  }
}

function heardIn(down: Uint8Array): Heard | undefined {
  const datagram = readDatagram(down);
  if (typeof datagram === "string" || datagram.kind !== "down") return undefined;
  const { t_us, dlRate_kbps, padding_us } = datagram;
  const { frame } = checkDownlink(datagram.frame);
  if (frame?.type !== "Trigger") return undefined;
  const m1End_us = t_us + dlAirtime_us(datagram.frame.length, dlRate_kbps, padding_us);
  const start_us = (k: number): number => Math.ceil(m1End_us + slotStart_us(k, frame.info));
  return {
    trigger: frame,
    binding: bindingOf(frame),
    ulRate_kbps: UL_RATES_kbps[frame.info.ulRate],
    slotStart_us: start_us,
    end_us: start_us(frame.info.slots),
  };
}

/** The M3 in a down datagram; undefined: there is none. */
export function confirmIn(down: Uint8Array): Confirm | undefined {
  const { frame } = checkDownlink(down.subarray(FRAME_AT));
  return frame?.type === "Confirm" ? frame : undefined;
}
