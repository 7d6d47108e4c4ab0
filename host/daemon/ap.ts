/**
 * An AP whose air is UDP, without a socket: octets and sources in, octets out. Two times go side by side: t_us, the AP's
 * clock on the air, which the headers carry and AccessPoint lives by; and real_s, which only says how long it waits for
 * whom. Whatever comes in is taken, or counted by its reason and dropped; every table and queue has a bound.
 */

import { Buckets, type Rate } from "./buckets.ts";
import { newCounts } from "./counts.ts";
import { type Datagram, emitDatagram, type PresenceDatagram, readDatagram } from "./datagram.ts";
import { type Peer, type PeerLimits, PeerTable, type Source } from "./peers.ts";
import { Rounds, type RoundsOptions } from "./rounds.ts";

/** Addresses that the rate limit remembers, for each station that may listen. */
const ADDRESSES_PER_PEER = 4;

export interface ApDaemonOptions extends RoundsOptions {
  readonly peers: PeerLimits;
  /** Datagrams of one known station, and of all else at one address, in real time. */
  readonly perSource: Rate;
  /** Something worth a line of a log. */
  readonly onEvent?: (event: string) => void;
}

export class ApDaemon {
  readonly counts = newCounts();
  readonly peers: PeerTable;
  readonly rounds: Rounds;
  readonly #options: ApDaemonOptions;
  readonly #sources: Buckets<string>;

  constructor(options: ApDaemonOptions) {
    this.#options = options;
    this.peers = new PeerTable(options.crypto, options.peers);
    this.rounds = new Rounds(options, this.peers, this.counts);
    this.#sources = new Buckets(options.perSource, ADDRESSES_PER_PEER * options.peers.most);
  }

  /** Any octets from anywhere. Never throws for what they are. */
  receive(octets: Uint8Array, source: Source): void {
    const { counts } = this;
    const real_s = this.#options.real_s();
    counts.datagrams++;
    // Nobody can be answered there, and the socket would refuse it.
    if (source.port === 0) {
      counts.dropped["no source port"]++;
      return;
    }
    // A known station has a rate of its own: others of its address, known or not, cannot use it up.
    const peer = this.peers.of(source);
    if (!this.#sources.takes(peer?.key ?? source.address, real_s)) {
      counts.dropped["source over its rate"]++;
      return;
    }
    const datagram = readDatagram(octets);
    if (typeof datagram === "string") {
      counts.dropped[datagram]++;
      return;
    }
    const { channel } = datagram;
    if (channel >= this.#options.channels) counts.dropped["no such channel"]++;
    else if (datagram.kind === "hello" || datagram.kind === "bye") this.#presence(datagram, source, real_s);
    else this.#spoken(datagram, peer);
  }

  #presence(datagram: PresenceDatagram, source: Source, real_s: number): void {
    const { kind, channel, cookie } = datagram;
    const who = `${source.address}:${source.port}`;
    if (kind === "bye") {
      const peer = this.peers.of(source);
      if (!this.peers.leave(source, channel, cookie)) return;
      if (peer) this.rounds.left(peer);
      this.#options.onEvent?.(`peer ${who} has left`);
      return;
    }
    const { greeting, cookie: right } = this.peers.greet(source, channel, cookie, real_s);
    if (greeting === "table full") {
      this.counts.dropped["peer table full"]++;
      return;
    }
    if (greeting === "new") this.#options.onEvent?.(`peer ${who} on channel ${channel}`);
    this.#options.send(emitDatagram({ kind: "welcome", channel, t_us: 0, cookie: right }), source);
  }

  #spoken(datagram: Datagram, peer: Peer | undefined): void {
    const { dropped } = this.counts;
    if (peer === undefined || peer.channel !== datagram.channel) dropped["not a peer"]++;
    else if (datagram.kind === "up" || datagram.kind === "pass") this.rounds.spoken(peer, datagram);
    else dropped["not for an AP"]++;
  }
}
