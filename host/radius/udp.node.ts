/** RADIUS over UDP (RFC 2865, section 3): the sockets and the clock of a client and of a server. */

import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { RadiusClient } from "./client.ts";
import { nodeRadiusCrypto } from "./crypto.node.ts";
import { type EapServer, RadiusServer } from "./server.ts";

/** A clock that never goes back, in seconds. */
export const steady_s = (): number => performance.now() / 1000;

export class RadiusUdpClient {
  readonly client: RadiusClient;
  readonly #socket: Socket;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  private constructor(socket: Socket, secret: Uint8Array) {
    this.#socket = socket;
    const send = (datagram: Uint8Array): void => {
      socket.send(datagram);
      this.#arm();
    };
    this.client = new RadiusClient({ crypto: nodeRadiusCrypto, secret, send });
    socket.on("message", (datagram) => {
      this.client.receive(new Uint8Array(datagram));
      this.#arm();
    });
    // A port that nobody listens to is a server that does not answer: the time-out has it.
    socket.on("error", () => {});
  }

  /** A client of that server. Datagrams of anybody else never come in: the socket is connected. */
  static async open(server: { readonly address: string; readonly port: number }, secret: Uint8Array) {
    const socket = createSocket("udp4");
    socket.connect(server.port, server.address);
    await once(socket, "connect");
    return new RadiusUdpClient(socket, secret);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#socket.close();
  }

  /** In a microtask: the request that is just being sent does not wait yet. */
  #arm(): void {
    queueMicrotask(() => {
      clearTimeout(this.#timer);
      const { due_s } = this.client;
      if (this.#isClosed || due_s === Number.POSITIVE_INFINITY) return;
      this.#timer = setTimeout(
        () => {
          this.client.advance(steady_s());
          this.#arm();
        },
        Math.max(0, due_s - steady_s()) * 1000,
      );
    });
  }
}

export class RadiusUdpServer {
  readonly port: number;
  readonly #socket: Socket;

  private constructor(socket: Socket, server: RadiusServer) {
    this.#socket = socket;
    this.port = socket.address().port;
    socket.on("message", (datagram, { address, port }) => {
      const { answer } = server.receive(new Uint8Array(datagram), `${address} ${port}`, steady_s());
      if (answer) socket.send(answer, port, address);
    });
  }

  /** `port` 0: any that is free. */
  static async open(
    at: { readonly address: string; readonly port: number },
    { secret, eap }: { readonly secret: Uint8Array; readonly eap: EapServer },
  ): Promise<RadiusUdpServer> {
    const socket = createSocket("udp4");
    socket.bind(at.port, at.address);
    await once(socket, "listening");
    return new RadiusUdpServer(socket, new RadiusServer({ crypto: nodeRadiusCrypto, secret, eap }));
  }

  close(): void {
    this.#socket.close();
  }
}
