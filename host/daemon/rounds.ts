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
import { type Consumer, lineOf, type Outcome, PENDING_MAX, type TakenReading } from "./consumer.ts";
import type { DaemonCounts } from "./counts.ts";
import { emitDatagram, type TimeDatagram, type UpDatagram } from "./datagram.ts";
import { A_WAIT, type Peer, type PeerTable, type Source, spoke } from "./peers.ts";
import { Round, type Uplink } from "./round.ts";

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
  /** On the air it is as late as the AP says: no round lasts as long as its slots in real time. */
  readonly fast?: boolean;
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
  /** Those who said anything in it, in time or late. */
  readonly spoke: Set<Peer>;
}

export class Rounds {
  readonly #options: RoundsOptions;
  readonly #peers: PeerTable;
  readonly #counts: DaemonCounts;
  /** By short ID; by key for a peer that a device of the ID speaks from, so that frames of others cannot use that up. */
  readonly #ids: Buckets<number | string>;
  readonly #live = new Map<number, Live>();
  readonly #waiting: (() => void)[] = [];
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
    for (const { stage } of this.#live.values()) if (stage !== "over") return false;
    return true;
  }

  /** Calls back once no round is open on any channel: now, or when the last one is over. */
  whenIdle(then: () => void): void {
    if (this.isIdle) then();
    else this.#waiting.push(then);
  }

  /** When to call advance, in real seconds, if nothing happens before; Infinity: not at all. */
  get due_s(): number {
    let first_s = Number.POSITIVE_INFINITY;
    for (const { due_s } of this.#live.values()) first_s = Math.min(first_s, due_s);
    return first_s;
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
      // Of an M1 whose session has closed, by its time or by a new epoch, there is no repeat: a new one takes its place.
      const again = repeat ? ap.repeat(channel, now_s) : undefined;
      const m1 = again ?? ap.trigger(channel, { to: "broadcast", profile, ...info }, now_s);
      const times = roundTimes(air, m1.length, t_us);
      const peers = this.#peers.on(channel);
      const awaited = peers.filter(({ standing }) => standing >= A_WAIT);
      const round = new Round(times, awaited, this.#options.capture_dB);
      const lasts_s = this.#options.fast ? 0 : (times.end_us - times.from_us) * 1e-6;
      const due_s = real_s + lasts_s + patience_s;
      const live: Live = { channel, m1, round, stage: "M2s", due_s, delivering: 0, answered: [], spoke: new Set() };
      this.#live.set(channel, live);
      this.#counts.triggers++;
      const down = this.#downOf(channel, t_us, m1);
      for (const peer of peers) this.#options.send(down, peer);
      if (round.isComplete && peers.length === 0) this.#over(live);
    }
  }

  /** Real time goes on: whoever is late is not waited for. */
  advance(): void {
    const real_s = this.#options.real_s();
    for (const live of this.#live.values()) {
      if (live.due_s > real_s) continue;
      if (live.stage === "M2s") {
        this.#peers.waitedInVain(live.round.missing, real_s);
        this.#judge(live);
      } else if (live.stage === "delivery") {
        this.#counts.slowDeliveries += live.delivering;
        this.#follow(live);
      } else {
        this.#peers.waitedInVain(live.round.missing, real_s);
        this.#finish(live);
      }
    }
  }

  /** It will not speak any more. */
  left(peer: Peer): void {
    const live = this.#live.get(peer.channel);
    if (!live?.round.drop(peer)) return;
    // Whoever goes while he is waited for would else have made it wait for nothing.
    this.#peers.waitedInVain([peer], this.#options.real_s());
    this.#goOn(live);
  }

  /** Every round ends now: whoever waits for an M3 gets none. */
  stop(): void {
    for (const live of this.#live.values()) if (live.stage !== "over") this.#over(live);
  }

  /** A peer of that channel has a frame, or has passed. */
  spoken(peer: Peer, datagram: UpDatagram | TimeDatagram): void {
    const live = this.#live.get(peer.channel);
    if (live && !live.spoke.has(peer)) {
      live.spoke.add(peer);
      spoke(peer);
    }
    if (live === undefined || live.stage === "over") {
      // A pass says nothing once the round is over.
      if (datagram.kind === "up") this.#counts.dropped["no round"]++;
      return;
    }
    if (datagram.kind === "up") this.#uplink(live, peer, datagram);
    else live.round.pass(peer, datagram.t_us);
    this.#goOn(live);
  }

  /** If nobody is waited for any more. */
  #goOn(live: Live): void {
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
    if (this.isIdle) for (const then of this.#waiting.splice(0)) then();
  }

  #hear(live: Live): void {
    const { audible, collided } = live.round.judge();
    this.#counts.collided += collided;
    for (const uplink of audible) this.#heard(live, uplink);
  }

  #heard(live: Live, uplink: Uplink): void {
    const { ap } = this.#options;
    const { frame, end_us, peer } = uplink;
    const { channel } = live;
    const now_s = this.#tick(end_us);
    // Cut before its first octet was complete: there was a sync, or less, and nothing behind it.
    if (frame.length === 0) return;
    const id = frame.length >= MAC.tdc ? readLe16(frame, MAC.id) : undefined;
    const isItsOwn = peer.speaksFor === id;
    if (id !== undefined && !this.#ids.takes(isItsOwn ? peer.key : id, now_s)) {
      this.#counts.dropped["ID over its rate"]++;
      return;
    }
    const received = ap.receive(channel, frame, now_s);
    this.#counts.received[received.kind]++;
    switch (received.kind) {
      case "reading":
        peer.speaksFor = id;
        this.#deliver(live, uplink, received.reading);
        break;
      case "again":
        this.#confirm(live, peer, end_us, received.m3);
        // Of one who only repeats what another said nothing follows that would be worth waiting for.
        if (isItsOwn) this.#awaitMore(live, peer);
        break;
      case "data": {
        const { encrypted } = readTdc(readLe16(frame, MAC.tdc));
        this.#data({ ...received, encrypted, end_us, channel });
        break;
      }
      case "asked": {
        const { spa, payload, isProof } = received;
        const data = { kind: "data", spa, payload, encrypted: true, end_us, channel } as const;
        isProof.then((is) => {
          if (is) this.#counts.proofs++;
          else this.#data(data);
        });
        break;
      }
    }
  }

  #data(data: TakenReading): void {
    const { crypto, consumer } = this.#options;
    if (consumer.pending < PENDING_MAX) consumer.deliver(lineOf(crypto, data), () => {}, data.spa);
    else this.#counts.dropped["consumer full"]++;
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
    consumer.deliver(line, (outcome) => this.#delivered(live, peer, end_us, reading, outcome), spa);
  }

  #delivered(live: Live, peer: Peer, end_us: number, reading: Reading, outcome: Outcome): void {
    live.delivering--;
    this.#counts.deliveries[outcome]++;
    if (outcome === "not stored") reading.failed();
    const confirmation = outcome === "stored" ? reading.delivered(this.#air_s) : undefined;
    // Behind its slot nobody listens; the same M2 again, to a repeated M1, gets it.
    if (confirmation && live.stage === "delivery") {
      this.#confirm(live, peer, end_us, confirmation.m3);
      this.#awaitMore(live, peer);
    }
    // While M2s of this round are still being heard, the last of them decides.
    if (live.stage === "delivery" && live.delivering === 0) queueMicrotask(() => this.#settled(live));
  }

  #settled(live: Live): void {
    if (live.stage === "delivery" && live.delivering === 0) this.#follow(live);
  }

  /** An M3, a SIFS after the M2 that it answers. */
  #confirm(live: Live, peer: Peer, m2End_us: number, m3: Uint8Array): void {
    this.#counts.m3Sent++;
    this.#options.send(this.#downOf(live.channel, Math.ceil(m2End_us + AMP_SIFS.value), m3), peer);
  }

  /** It got an M3, and may have more to say. */
  #awaitMore(live: Live, peer: Peer): void {
    live.answered.push(peer);
    live.round.resume(peer);
  }

  #downOf(channel: number, t_us: number, frame: Uint8Array): Uint8Array {
    const { dlRate_kbps, padding_us } = this.#options.air;
    return emitDatagram({ kind: "down", channel, t_us, dlRate_kbps, padding_us, frame });
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
