/* One address and port that speaks to an AP, and becomes known to it as a station does. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { COOKIE_OCTETS, emitDatagram, readDatagram } from "../../host/daemon/datagram.ts";
import type { Source } from "../../host/daemon/peers.ts";

/** A datagram that was received: its kind by number, as docs/DAEMON.md has it, and all of its octets. */
export type Take = (kind: number, octets: Uint8Array) => void;

export const KIND = { welcome: 3, down: 4, over: 7 } as const;
const KIND_AT = 5;
const RECEIVE_OCTETS = 1 << 18;

/** It says hello each second; an AP forgets it after ten. */
export const HELLO_ms = 1000;

export class LoadSocket {
  isKnown = false;
  readonly #socket: Socket;
  readonly #channel: number;
  #cookie: Uint8Array = new Uint8Array(COOKIE_OCTETS);

  private constructor(socket: Socket, channel: number, take: Take, isStation: boolean) {
    this.#socket = socket;
    this.#channel = channel;
    socket.setRecvBufferSize(RECEIVE_OCTETS);
    socket.on("error", () => {});
    socket.on("message", (octets) => {
      const kind = octets[KIND_AT];
      if (kind !== KIND.welcome) return take(kind, octets);
      if (!isStation) return;
      const welcome = readDatagram(octets);
      if (typeof welcome === "string" || welcome.kind !== "welcome") return;
      if (this.isKnown) return;
      // The first is the cookie; with that it is known.
      this.isKnown = this.#cookie.some((octet) => octet !== 0);
      this.#cookie = welcome.cookie;
      if (!this.isKnown) this.hello();
    });
  }

  /** From that address, at any port that is free. `isStation`: it answers a welcome, and becomes known. */
  static async open(
    ap: Source,
    channel: number,
    take: Take,
    { address = "127.0.0.1", isStation = true } = {},
  ): Promise<LoadSocket> {
    const socket = createSocket("udp4");
    socket.bind({ address, port: 0, exclusive: true });
    await once(socket, "listening");
    socket.connect(ap.port, ap.address);
    await once(socket, "connect");
    return new LoadSocket(socket, channel, take, isStation);
  }

  hello(): void {
    this.send(emitDatagram({ kind: "hello", channel: this.#channel, t_us: 0, cookie: this.#cookie }));
  }

  send(octets: Uint8Array): void {
    this.#socket.send(octets);
  }

  bye(): void {
    this.send(emitDatagram({ kind: "bye", channel: this.#channel, t_us: 0, cookie: this.#cookie }));
  }

  /** Says goodbye, and is gone. */
  close(): void {
    this.bye();
    this.#socket.close();
  }
}
