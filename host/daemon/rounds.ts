/**
 * The rounds of an AP's daemon, one at a time on each channel, and what becomes of the frames in them:
 *
 *     M1 to all ── M2s gather ── judged ── consumer stores ── M3s ── what follows gathers ── judged ── over to all
 *
 * Assumption: on the air nothing passes between an M2's end and its M3 but a SIFS, however long the consumer takes.
 */

import type { AccessPoint } from "../ap/accesspoint.ts";
import type { Reading } from "../ap/reading.ts";
import { AMP_SIFS } from "../channel/airtime.ts";
import type { Crypto } from "../crypto/crypto.ts";
import { MAC } from "../wire/mac.ts";
import { readLe16 } from "../wire/octets.ts";
import { readTdc } from "../wire/tdc.ts";
import { type ApAir, roundTimes } from "./air.ts";
import { Buckets, type Rate } from "./buckets.ts";
import { type Consumer, lineOf, type Outcome, PENDING_MAX } from "./consumer.ts";
import type { DaemonCounts } from "./counts.ts";
import { emitDatagram, type TimeDatagram, type UpDatagram } from "./datagram.ts";
import type { Peer, PeerTable, Source } from "./peers.ts";
import { Round, type Uplink } from "./round.ts";

/** A peer that was silent in so many rounds in a row is not waited for until it says something. */
const MISSED_MAX = 3;

/** IDs that the rate limit remembers: all there are. */
const IDS = 0x10000;

export interface RoundsOptions {
  readonly crypto: Crypto;
  readonly ap: AccessPoint;
  readonly air: ApAir;
  readonly channels: number;
  readonly capture_dB: number;
  readonly consumer: Consumer;
  /** Frames an ID, on the air. */
  readonly perId: Rate;
  /** How long a round waits for peers, and for the consumer, real seconds. */
  readonly patience_s: number;
  /** Now, in seconds of real time from any beginning; it never goes back. */
  readonly real_s: () => number;
  readonly send: (octets: Uint8Array, to: Source) => void;
}

/** What a channel is doing. */
interface Live {
  readonly channel: number;
  readonly m1: Uint8Array;
  readonly round: Round;
  stage: "M2s" | "delivery" | "follow-up" | "over";
  /** Real time: then it goes on without whoever is missing. */
  due_s: number;
  delivering: number;
  /** Those who got an M3. */
  readonly answered: Peer[];
}

export class Rounds {
  readonly #options: RoundsOptions;
  readonly #peers: PeerTable;
  readonly #counts: DaemonCounts;
  readonly #ids: Buckets<number>;
  readonly #live = new Map<number, Live>();
  /** Where AccessPoint's seconds begin. */
  #zero_us: number | undefined;
  #air_s = 0;

  constructor(options: RoundsOptions, peers: PeerTable, counts: DaemonCounts) {
    this.#options = options;
    this.#peers = peers;
    this.#counts = counts;
    this.#ids = new Buckets(options.perId, IDS);
  }

  /** No channel is in the middle of a round. */
  get isIdle(): boolean {
    return [...this.#live.values()].every(({ stage }) => stage === "over");
  }

  /** When to call advance, in real seconds, if nothing happens before; Infinity: not at all. */
  get due_s(): number {
    const due = [...this.#live.values()].map(({ due_s }) => due_s);
    return Math.min(Number.POSITIVE_INFINITY, ...due);
  }

  /** A round begins on every channel with an M1 at `t_us`; one that still goes on is over. `repeat`: the same M1 again. */
  trigger(t_us: number, repeat = false): void {
    const { ap, air, channels, patience_s } = this.#options;
    const real_s = this.#options.real_s();
    this.#peers.expire(real_s);
    for (let channel = 0; channel < channels; channel++) {
      const before = this.#live.get(channel);
      if (before && before.stage !== "over") this.#over(before);
      const now_s = this.#tick(t_us);
      const { profile, info } = air;
      const again = repeat ? ap.repeat(channel, now_s) : undefined;
      if (repeat && !again) continue;
      const m1 = again ?? ap.trigger(channel, { to: "broadcast", profile, ...info }, now_s);
      const times = roundTimes(air, m1.length, t_us);
      const peers = this.#peers.on(channel);
      const awaited = peers.filter(({ missed }) => missed < MISSED_MAX);
      const round = new Round(times, awaited, this.#options.capture_dB);
      const lasts_s = (times.end_us - times.from_us) * 1e-6;
      const due_s = real_s + lasts_s + patience_s;
      const live: Live = { channel, m1, round, stage: "M2s", due_s, delivering: 0, answered: [] };
      this.#live.set(channel, live);
      this.#counts.triggers++;
      for (const peer of peers) this.#down(peer, channel, t_us, m1);
      if (round.isComplete && peers.length === 0) this.#over(live);
    }
  }

  /** Real time goes on: whoever is late is not waited for. */
  advance(): void {
    const real_s = this.#options.real_s();
    for (const live of this.#live.values()) {
      if (live.due_s > real_s) continue;
      if (live.stage === "M2s") {
        for (const peer of live.round.missing) peer.missed++;
        this.#judge(live);
      } else if (live.stage === "delivery") {
        this.#counts.slowDeliveries += live.delivering;
        this.#follow(live);
      } else {
        this.#finish(live);
      }
    }
  }

  /** Every round ends now: whoever waits for an M3 gets none. */
  stop(): void {
    for (const live of this.#live.values()) if (live.stage !== "over") this.#over(live);
  }

  /** A peer of that channel has a frame, or has passed. */
  spoken(peer: Peer, datagram: UpDatagram | TimeDatagram): void {
    peer.missed = 0;
    const live = this.#live.get(peer.channel);
    if (live === undefined || live.stage === "over") {
      // A pass says nothing once the round is over.
      if (datagram.kind === "up") this.#counts.dropped["no round"]++;
      return;
    }
    if (datagram.kind === "up") this.#uplink(live, peer, datagram);
    else live.round.pass(peer, datagram.t_us);
    if (!live.round.isComplete) return;
    if (live.stage === "M2s") this.#judge(live);
    else if (live.stage === "follow-up") this.#finish(live);
  }

  #uplink(live: Live, peer: Peer, up: UpDatagram): void {
    const counts = this.#counts;
    counts.up++;
    if (up.frame.length < up.whole_octets) counts.cut++;
    // All M2s have been judged together: what came later, and is no word after an M3, was too late for its slot.
    const isLate = live.stage !== "M2s" && !live.answered.includes(peer);
    const refusal = isLate ? "too late" : live.round.add(peer, up, live.stage === "M2s");
    if (refusal) counts.dropped[refusal]++;
  }

  /** All M2s are there that are waited for. */
  #judge(live: Live): void {
    live.stage = "delivery";
    live.due_s = this.#options.real_s() + this.#options.patience_s;
    this.#hear(live);
    if (live.delivering === 0) this.#follow(live);
  }

  /** The M3s are out: their receivers may have more to say, each in its slot. */
  #follow(live: Live): void {
    live.stage = "follow-up";
    live.due_s = this.#options.real_s() + this.#options.patience_s;
    live.round.await(live.answered);
    if (live.round.isComplete) this.#over(live);
  }

  #finish(live: Live): void {
    this.#hear(live);
    this.#over(live);
  }

  #over(live: Live): void {
    live.stage = "over";
    live.due_s = Number.POSITIVE_INFINITY;
    const { channel, round } = live;
    const over = emitDatagram({ kind: "over", channel, t_us: Math.ceil(round.times.end_us) });
    for (const peer of this.#peers.on(channel)) this.#options.send(over, peer);
  }

  #hear(live: Live): void {
    const { audible, collided } = live.round.judge();
    this.#counts.collided += collided;
    for (const uplink of audible) this.#heard(live, uplink);
  }

  #heard(live: Live, uplink: Uplink): void {
    const { ap, crypto, consumer } = this.#options;
    const { frame, end_us, peer } = uplink;
    const { channel } = live;
    const now_s = this.#tick(end_us);
    // Cut before its first octet was complete: there was a sync, or less, and nothing behind it.
    if (frame.length === 0) return;
    if (frame.length >= MAC.tdc && !this.#ids.takes(readLe16(frame, MAC.id), now_s)) {
      this.#counts.dropped["ID over its rate"]++;
      return;
    }
    const received = ap.receive(channel, frame, now_s);
    this.#counts.received[received.kind]++;
    switch (received.kind) {
      case "reading":
        this.#deliver(live, uplink, received.reading);
        break;
      case "again":
        this.#confirm(live, peer, end_us, received.m3);
        break;
      case "data": {
        const { spa, payload } = received;
        const { encrypted } = readTdc(readLe16(frame, MAC.tdc));
        const line = lineOf(crypto, { kind: "data", spa, payload, encrypted, end_us, channel });
        if (consumer.pending < PENDING_MAX) consumer.deliver(line, () => {});
        else this.#counts.dropped["consumer full"]++;
        break;
      }
    }
  }

  #deliver(live: Live, { peer, end_us }: Uplink, reading: Reading): void {
    const { crypto, consumer } = this.#options;
    const { spa, payload, encrypted } = reading;
    if (consumer.pending >= PENDING_MAX || consumer.failure !== undefined) {
      reading.failed();
      this.#counts.dropped["consumer full"]++;
      return;
    }
    live.delivering++;
    const { m1, channel } = live;
    const line = lineOf(crypto, { kind: "reading", spa, payload, encrypted, m1, end_us, channel });
    consumer.deliver(line, (outcome) => this.#delivered(live, peer, end_us, reading, outcome));
  }

  #delivered(live: Live, peer: Peer, end_us: number, reading: Reading, outcome: Outcome): void {
    live.delivering--;
    this.#counts.deliveries[outcome]++;
    if (outcome === "not stored") reading.failed();
    const confirmation = outcome === "stored" ? reading.delivered(this.#air_s) : undefined;
    // Behind its slot nobody listens; the same M2 again, to a repeated M1, gets it.
    if (confirmation && live.stage === "delivery") this.#confirm(live, peer, end_us, confirmation.m3);
    // While M2s of this round are still being heard, the last of them decides.
    if (live.stage === "delivery" && live.delivering === 0) queueMicrotask(() => this.#settled(live));
  }

  #settled(live: Live): void {
    if (live.stage === "delivery" && live.delivering === 0) this.#follow(live);
  }

  /** An M3, a SIFS after the M2 that it answers. */
  #confirm(live: Live, peer: Peer, m2End_us: number, m3: Uint8Array): void {
    this.#counts.m3Sent++;
    live.answered.push(peer);
    live.round.resume(peer);
    this.#down(peer, live.channel, Math.ceil(m2End_us + AMP_SIFS.value), m3);
  }

  #down(peer: Peer, channel: number, t_us: number, frame: Uint8Array): void {
    const { dlRate_kbps, padding_us } = this.#options.air;
    this.#options.send(emitDatagram({ kind: "down", channel, t_us, dlRate_kbps, padding_us, frame }), peer);
  }

  /**
   * So late is it for AccessPoint, in seconds since the first trigger. Assumption: what is heard after something later,
   * Data in an early slot behind the M2s of later ones, comes when that did.
   */
  #tick(t_us: number): number {
    this.#zero_us ??= t_us;
    this.#air_s = Math.max(this.#air_s, (t_us - this.#zero_us) * 1e-6);
    return this.#air_s;
  }
}
