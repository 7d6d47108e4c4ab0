/** The socket of a station to its AP: how it finds it, and how it knows that it is there. */

import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { COOKIE_OCTETS, type Datagram, emitDatagram, readDatagram } from "./datagram.ts";
import type { Source } from "./peers.ts";
import { steady_s } from "./udpap.ts";

/** From one hello to the next, s: known to its AP, and not. */
const HELLO_s = 1;
const SEEK_s = 0.1;
/** Without an AP's word for so long nothing more comes of a trigger, s. */
const GIVE_UP_s = 2;
/** No round lasts so long: of what begins later than that before the end of all times, no end can be told. */
const ROUND_MAX_us = 1e9;
/** How often it is looked whether the AP has said anything. */
const LOOK_ms = 50;

export interface ApLinkOptions {
  readonly ap: Source;
  readonly channel: number;
  /** Before anything leaves. @throws whatever makes it impossible that anything does. */
  readonly beforeSend: () => void;
  readonly onAp?: (isThere: boolean) => void;
  /** It can go on no more. */
  readonly onFailure: (error: unknown) => void;
}

/** Who hears what the AP says. What it throws ends the link. */
export interface ApListener {
  /** Any datagram of the AP's. */
  heard(datagram: Datagram): void;
  /** Told again and again while the AP says nothing, or nothing more: for so long, seconds. `isGone`: too long. */
  silent(silent_s: number, isGone: boolean): void;
}

export class ApLink {
  readonly #socket: Socket;
  readonly #options: ApLinkOptions;
  #listener: ApListener | undefined;
  #timer: NodeJS.Timeout | undefined;
  #cookie: Uint8Array = new Uint8Array(COOKIE_OCTETS);
  #isStopped = false;
  #nextHello_s = Number.NEGATIVE_INFINITY;
  #heard_s = steady_s();
  #isThere = false;

  private constructor(socket: Socket, options: ApLinkOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on("message", (octets) => this.#guarded(() => this.#received(octets)));
    // Nobody listens there yet, or any more: there will be.
    socket.on("error", () => {});
  }

  /** To that AP alone: datagrams of anybody else do not come in. @throws what the system says of the address. */
  static async open(options: ApLinkOptions): Promise<ApLink> {
    const { address, port } = options.ap;
    const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
    socket.connect(port, address);
    await once(socket, "connect");
    return new ApLink(socket, options);
  }

  /** From now on it says hello, and that one hears what comes. */
  start(listener: ApListener): void {
    this.#listener = listener;
    this.#timer = setInterval(() => this.#guarded(() => this.#look()), LOOK_ms);
    this.#guarded(() => this.#look());
  }

  send(datagram: Datagram): void {
    if (this.#isStopped) return;
    this.#options.beforeSend();
    this.#socket.send(emitDatagram(datagram), () => {});
  }

  /** Says goodbye. */
  async stop(): Promise<void> {
    if (this.#isStopped) return;
    clearInterval(this.#timer);
    const { channel } = this.#options;
    const bye = emitDatagram({ kind: "bye", channel, t_us: 0, cookie: this.#cookie });
    await new Promise<void>((resolve) => this.#socket.send(bye, () => resolve()));
    this.#isStopped = true;
    this.#socket.close();
    await once(this.#socket, "close");
  }

  /** Ends it at once, for that reason. */
  fail(error: unknown): void {
    if (this.#isStopped) return;
    clearInterval(this.#timer);
    this.#isStopped = true;
    this.#socket.close();
    this.#options.onFailure(error);
  }

  #received(octets: Uint8Array): void {
    if (this.#isStopped) return;
    const datagram = readDatagram(octets);
    if (typeof datagram === "string" || datagram.t_us > Number.MAX_SAFE_INTEGER - ROUND_MAX_us) return;
    if (datagram.kind === "welcome") {
      const isNew = datagram.cookie.some((octet, i) => octet !== this.#cookie[i]);
      this.#cookie = datagram.cookie;
      if (isNew) this.#hello();
    }
    this.#listener?.heard(datagram);
    this.#heard_s = steady_s();
    this.#tellAp(true);
  }

  #look(): void {
    const now_s = steady_s();
    const silent_s = now_s - this.#heard_s;
    const isGone = silent_s > GIVE_UP_s;
    if (isGone) this.#tellAp(false);
    if (now_s >= this.#nextHello_s) this.#hello();
    this.#listener?.silent(silent_s, isGone);
  }

  #hello(): void {
    this.#nextHello_s = steady_s() + (this.#isThere ? HELLO_s : SEEK_s);
    this.send({ kind: "hello", channel: this.#options.channel, t_us: 0, cookie: this.#cookie });
  }

  #tellAp(isThere: boolean): void {
    if (isThere === this.#isThere) return;
    this.#isThere = isThere;
    this.#options.onAp?.(isThere);
  }

  #guarded(work: () => void): void {
    if (this.#isStopped) return;
    try {
      work();
    } catch (error) {
      this.fail(error);
    }
  }
}
