/**
 * A trigger and its slots, on one channel, as the AP hears them over UDP. When a datagram arrives says nothing: what it
 * says of its time on the air decides (docs/DAEMON.md). A round gathers until everybody it waits for has had his say, or
 * its patience is over; then it is judged who was heard, as the simulator judges it (channel/collide.ts).
 */

import { AMP_SIFS, ulAirtime_us, ulSync_us } from "../channel/airtime.ts";
import { type Arrival, heard } from "../channel/collide.ts";
import type { UpDatagram } from "./datagram.ts";
import type { Peer } from "./peers.ts";

const us = 1e-6;

/** Frames that are kept of a round: more than its slots could carry one after the other. Whatever else comes is dropped. */
const FRAMES_MAX = 1024;
/** Of them of one peer: the frames of one slot. */
const FRAMES_PER_PEER_MAX = 128;

export interface RoundTimes {
  /** M1 begins, and ends with its padding. */
  readonly from_us: number;
  readonly m1End_us: number;
  /** The last slot ends. */
  readonly end_us: number;
  readonly ulRate_kbps: number;
}

/** A frame of that peer on the air. */
export interface Uplink extends Arrival {
  readonly peer: Peer;
  readonly frame: Uint8Array;
  readonly end_us: number;
}

export type RoundRefusal = "not in a slot" | "other rate" | "too many frames";

export class Round {
  readonly times: RoundTimes;
  readonly #capture_dB: number;
  #uplinks: Uplink[] = [];
  readonly #ofPeer = new Map<string, number>();
  #awaited = new Map<string, Peer>();
  readonly #passed = new Set<string>();

  constructor(times: RoundTimes, awaited: readonly Peer[], capture_dB: number) {
    this.times = times;
    this.#capture_dB = capture_dB;
    this.await(awaited);
  }

  /** Everybody it waited for has had his say. */
  get isComplete(): boolean {
    return this.#awaited.size === 0;
  }

  /** Those who had nothing to say, not even that. */
  get missing(): Iterable<Peer> {
    return this.#awaited.values();
  }

  /** From now on it waits for those of these that have not passed, and for nobody else. */
  await(peers: readonly Peer[]): void {
    this.#awaited = new Map(peers.filter(({ key }) => !this.#passed.has(key)).map((peer) => [peer.key, peer]));
  }

  /** The peer was told something, and may have more to say. */
  resume({ key }: Peer): void {
    this.#passed.delete(key);
  }

  /** A frame; undefined: it is kept until all are judged. `isAll`: no more is waited for from this peer. */
  add(peer: Peer, { t_us, ulRate_kbps, power_cdBm, whole_octets, frame }: UpDatagram, isAll: boolean) {
    const refusal = this.#refusalOf(peer, t_us, ulRate_kbps, whole_octets);
    if (refusal) return refusal;
    this.#ofPeer.set(peer.key, (this.#ofPeer.get(peer.key) ?? 0) + 1);
    const end_us = t_us + ulAirtime_us(frame.length, ulRate_kbps);
    // Relative to M1: seconds since 1970 are too coarse a double.
    const { from_us } = this.times;
    this.#uplinks.push({
      peer,
      frame,
      end_us,
      from_s: (t_us - from_us) * us,
      end_s: (end_us - from_us) * us,
      sync_s: ulSync_us(ulRate_kbps) * us,
      power_dBm: power_cdBm / 100,
    });
    if (isAll) this.#awaited.delete(peer.key);
    return undefined;
  }

  /** The peer is gone, and nobody waits for it any more; false: nobody did. */
  drop({ key }: Peer): boolean {
    return this.#awaited.delete(key);
  }

  /** The peer sends nothing before that instant. */
  pass(peer: Peer, t_us: number): void {
    if (t_us < this.times.end_us) return;
    this.#passed.add(peer.key);
    this.#awaited.delete(peer.key);
  }

  /** What the AP hears of all that was gathered since the last time, in the order of their ends; the others collided. */
  judge(): { readonly audible: readonly Uplink[]; readonly collided: number } {
    const all = this.#uplinks;
    this.#uplinks = [];
    const audible = heard(all, this.#capture_dB).sort((a, b) => a.end_us - b.end_us);
    return { audible, collided: all.length - audible.length };
  }

  #refusalOf(peer: Peer, t_us: number, ulRate_kbps: number, whole_octets: number): RoundRefusal | undefined {
    const { m1End_us, end_us } = this.times;
    if (ulRate_kbps !== this.times.ulRate_kbps) return "other rate";
    const first_us = m1End_us + AMP_SIFS.value;
    if (t_us < first_us || t_us + ulAirtime_us(whole_octets, ulRate_kbps) > end_us) return "not in a slot";
    const isFull = this.#uplinks.length >= FRAMES_MAX || (this.#ofPeer.get(peer.key) ?? 0) >= FRAMES_PER_PEER_MAX;
    return isFull ? "too many frames" : undefined;
  }
}
