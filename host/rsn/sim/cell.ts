/*
 * One channel: an RSN AP and its stations. Whoever has waited longest has the air next; what an AP answers follows a SIFS
 * behind, and a frame that is lost is sent again at once.
 *
 * Assumption: everybody hears everybody, so nobody collides, and acknowledgements cost nothing: both are for RSN. The AP's
 * radio holds a frame until its station has computed what came before.
 */
import { AMP_SIFS, dlAirtime_us, dlTail_us, ulAirtime_us } from "../../channel/airtime.ts";
import type { Air, Medium } from "../../channel/medium.ts";
import { equalOctets, toHex } from "../../wire/octets.ts";
import type { RsnAp } from "../ap/rsnap.ts";
import { BEACON_INTERVAL_s } from "../ap/transmitter.ts";
import { FCS_OCTETS } from "../frames/mpdu.ts";
import type { SimulatedRsnStation } from "./station.ts";

const us = 1e-6;
const SIFS_s = AMP_SIFS.value * us;
/** dot11ShortRetryLimit, IEEE Std 802.11-2020 Annex C. */
const TRIES = 7;

export interface RsnCellOptions {
  readonly stations: readonly SimulatedRsnStation[];
  readonly ap: RsnAp;
  readonly medium: Medium;
  readonly dlRate_kbps: number;
  readonly ulRate_kbps: number;
  readonly padding_us: number;
  readonly end_s: number;
}

export class RsnCell {
  /** Frames on the air, lost ones and those sent again among them, and how long they took. */
  readonly down = { frames: 0, airtime_s: 0 };
  readonly up = { frames: 0, airtime_s: 0 };
  lost = 0;
  /** Readings that the AP took and that were not the octets of the station. */
  wrong = 0;
  /** Readings that came through and that the AP did not take. */
  refused = 0;
  readonly #options: RsnCellOptions;
  readonly #byAddress: ReadonlyMap<string, SimulatedRsnStation>;
  /** The air is free from then on. */
  #free_s = 0;
  #nextBeacon_s = 0;

  constructor(options: RsnCellOptions) {
    this.#options = options;
    this.#byAddress = new Map(options.stations.map((station) => [toHex(station.spa), station]));
  }

  /** To the end, or until `done` says so between two frames. */
  run(done: () => boolean = () => false): void {
    const { stations, ap, end_s } = this.#options;
    while (!done()) {
      const station = stations.reduce((first, one) => (one.next_s < first.next_s ? one : first));
      const ap_s = Math.min(this.#nextBeacon_s, ap.due_s);
      const at_s = Math.max(this.#free_s, Math.min(ap_s, station.next_s));
      if (at_s >= end_s) break;
      if (station.next_s < ap_s) this.#station(station, at_s);
      else if (ap.due_s < this.#nextBeacon_s) this.#down(ap.advance(at_s), at_s);
      else this.#beacon(at_s);
    }
  }

  #beacon(from_s: number): void {
    const { ap, stations } = this.#options;
    this.#nextBeacon_s = (Math.floor(from_s / BEACON_INTERVAL_s) + 1) * BEACON_INTERVAL_s;
    const frame = ap.beacon(from_s);
    const air = this.#air("down", frame, from_s);
    for (const station of stations) if (station.isScanningAt(from_s)) this.#carry(frame, air, station);
  }

  #station(station: SimulatedRsnStation, at_s: number): void {
    station.advanceTo(at_s);
    const { frame } = station;
    if (frame) this.#up(station, frame, at_s);
    else station.wakes();
  }

  #up(station: SimulatedRsnStation, frame: Uint8Array, at_s: number): void {
    const { ap, medium } = this.#options;
    for (let tries = 0, from_s = at_s; tries < TRIES; tries++, from_s = this.#free_s + SIFS_s) {
      station.advanceTo(from_s);
      if (!station.frame) return;
      const air = this.#air("up", frame, from_s, station.index);
      if (!station.sends(air.end_s)) return;
      if (medium.carry(air, "ap") !== frame) {
        this.lost++;
        continue;
      }
      const { msdu } = station;
      const { frames, msdu: taken } = ap.receive(frame, air.end_s);
      station.wasHeard(frames.some((one) => this.#receiverOf(one) === station));
      if (msdu && taken) {
        if (!equalOctets(msdu, taken.octets)) this.wrong++;
        station.delivered();
      } else if (msdu) this.refused++;
      this.#down(frames, air.end_s);
      return;
    }
    station.gaveUp();
  }

  #down(frames: readonly Uint8Array[], after_s: number): void {
    this.#free_s = Math.max(this.#free_s, after_s);
    for (const frame of frames) {
      const station = this.#receiverOf(frame);
      for (let tries = 0; tries < TRIES; tries++) {
        const from_s = this.#free_s + SIFS_s;
        const ready_s = station?.readyAt(from_s);
        const air = this.#air("down", frame, ready_s ?? from_s);
        if (station && ready_s !== undefined && this.#carry(frame, air, station)) break;
      }
    }
  }

  /** By address 1. */
  #receiverOf(frame: Uint8Array): SimulatedRsnStation | undefined {
    return this.#byAddress.get(toHex(frame.subarray(4, 10)));
  }

  /** true: it came through. */
  #carry(frame: Uint8Array, air: Air, station: SimulatedRsnStation): boolean {
    const { medium, padding_us } = this.#options;
    const isThere = medium.carry(air, station.index) === frame;
    if (!isThere) this.lost++;
    station.receives(isThere ? frame : undefined, air.end_s - dlTail_us(padding_us) * us);
    return isThere;
  }

  #air(direction: "down" | "up", octets: Uint8Array, from_s: number, from: Air["from"] = "ap"): Air {
    const { medium, dlRate_kbps, ulRate_kbps, padding_us } = this.#options;
    const length = octets.length + FCS_OCTETS;
    const lasts_us =
      direction === "down" ? dlAirtime_us(length, dlRate_kbps, padding_us) : ulAirtime_us(length, ulRate_kbps);
    const air = { direction, channel: 0, from, from_s, end_s: from_s + lasts_us * us, octets };
    medium.put(air);
    this[direction].frames++;
    this[direction].airtime_s += lasts_us * us;
    this.#free_s = air.end_s;
    return air;
  }
}
