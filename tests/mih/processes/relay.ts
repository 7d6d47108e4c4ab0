/** What stands between a role and all others: it sees every datagram to and from that role, and may be asked about each. */

import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

const HOST = "127.0.0.1";

/** Of one datagram; false: it is lost. */
export type Passes = (octets: Uint8Array, isToRole: boolean) => boolean;

export class Relay {
  readonly port: number;
  readonly #front: Socket;
  /** By who sent it: whom the role sees. */
  readonly #backs = new Map<string, Promise<Socket>>();
  readonly #rolePort: number;
  readonly #passes: Passes;

  private constructor(front: Socket, rolePort: number, passes: Passes) {
    this.#front = front;
    this.port = front.address().port;
    this.#rolePort = rolePort;
    this.#passes = passes;
    front.on("message", (octets, from) => this.#in(octets, from));
  }

  /** In front of the role that listens at `rolePort`. */
  static async before(rolePort: number, passes: Passes = () => true): Promise<Relay> {
    const front = createSocket("udp4");
    front.bind(0, HOST);
    await once(front, "listening");
    front.unref();
    return new Relay(front, rolePort, passes);
  }

  async close(): Promise<void> {
    this.#front.close();
    for (const back of this.#backs.values()) (await back).close();
  }

  async #in(octets: Buffer, from: Pick<AddressInfo, "address" | "port">): Promise<void> {
    if (!this.#passes(octets, true)) return;
    const name = `${from.address}:${from.port}`;
    const back = this.#backs.get(name) ?? this.#back(from);
    this.#backs.set(name, back);
    (await back).send(octets, this.#rolePort, HOST, () => {});
  }

  async #back(to: Pick<AddressInfo, "address" | "port">): Promise<Socket> {
    const back = createSocket("udp4");
    back.bind(0, HOST);
    await once(back, "listening");
    back.unref();
    back.on("error", () => {});
    back.on("message", (octets) => {
      if (this.#passes(octets, false)) this.#front.send(octets, to.port, to.address, () => {});
    });
    return back;
  }
}
