/** The socket and the clock around a RemoteCell: how a station finds its AP, and what it does while there is none. */

import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { COOKIE_OCTETS, type Datagram, emitDatagram, readDatagram } from "./datagram.ts";
import type { Source } from "./peers.ts";
import { RemoteCell, type RemoteOptions } from "./remotecell.ts";
import { steady_s } from "./udpap.ts";

/** From one hello to the next, s: known to its AP, and not. */
const HELLO_s = 1;
const SEEK_s = 0.1;
/** Without an AP's word for so long nothing more comes of a trigger, s. */
const GIVE_UP_s = 2;
/** How often a station without an AP's word lives on, and how far behind real time it stays: no trigger may find it ahead. */
const LOOK_ms = 50;
const LAG_s = 0.25;

export interface UdpStationOptions extends Omit<RemoteOptions, "send"> {
  readonly ap: Source;
  /** It lives by the AP's clock alone, and stands still while no AP speaks. */
  readonly fast: boolean;
  /** Before anything leaves. @throws whatever makes it impossible that anything does. */
  readonly beforeSend: () => void;
  readonly onAp?: (isThere: boolean) => void;
  /** It can go on no more. */
  readonly onFailure: (error: unknown) => void;
}

export class UdpStation {
  readonly cell: RemoteCell;
  readonly #socket: Socket;
  readonly #options: UdpStationOptions;
  readonly #timer: NodeJS.Timeout;
  #cookie: Uint8Array = new Uint8Array(COOKIE_OCTETS);
  #isStopped = false;
  #nextHello_s = Number.NEGATIVE_INFINITY;
  /** When the AP last said anything, and where the station was then. */
  #heard = { real_s: steady_s(), t_s: 0 };
  #isThere = false;

  private constructor(socket: Socket, options: UdpStationOptions) {
    this.#socket = socket;
    this.#options = options;
    this.cell = new RemoteCell({ ...options, send: (datagram) => this.#send(datagram) });
    socket.on("message", (octets) => this.#guarded(() => this.#received(octets)));
    // Nobody listens there yet, or any more: there will be.
    socket.on("error", () => {});
    this.#timer = setInterval(() => this.#guarded(() => this.#look()), LOOK_ms);
    this.#guarded(() => this.#look());
  }

  /** To that AP alone: datagrams of anybody else do not come in. @throws what the system says of the address. */
  static async open(options: UdpStationOptions): Promise<UdpStation> {
    const { address, port } = options.ap;
    const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
    socket.connect(port, address);
    await once(socket, "connect");
    return new UdpStation(socket, options);
  }

  /** Says goodbye; the station stays as it is. */
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

  #received(octets: Uint8Array): void {
    const datagram = readDatagram(octets);
    if (typeof datagram === "string" || this.#isStopped) return;
    if (datagram.kind === "welcome") {
      const isNew = datagram.cookie.some((octet, i) => octet !== this.#cookie[i]);
      this.#cookie = datagram.cookie;
      if (isNew) this.#hello();
    } else {
      this.cell.receive(datagram);
    }
    this.#heard = { real_s: steady_s(), t_s: this.#options.station.t_s };
    this.#tellAp(true);
  }

  #look(): void {
    const now_s = steady_s();
    const silent_s = now_s - this.#heard.real_s;
    if (silent_s > GIVE_UP_s) {
      this.cell.over();
      this.#tellAp(false);
    }
    if (now_s >= this.#nextHello_s) this.#hello();
    if (!this.#options.fast) this.cell.idle(this.#heard.t_s + silent_s - LAG_s);
  }

  #hello(): void {
    this.#nextHello_s = steady_s() + (this.#isThere ? HELLO_s : SEEK_s);
    this.#send({ kind: "hello", channel: this.#options.channel, t_us: 0, cookie: this.#cookie });
  }

  #send(datagram: Datagram): void {
    if (this.#isStopped) return;
    this.#options.beforeSend();
    this.#socket.send(emitDatagram(datagram), () => {});
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
      clearInterval(this.#timer);
      this.#isStopped = true;
      this.#socket.close();
      this.#options.onFailure(error);
    }
  }
}
