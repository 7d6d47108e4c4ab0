/** The air between one station and the AP that it is led to: each datagram is shown to a gate. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { readDatagram } from "../../../host/daemon/datagram.ts";
import { FC } from "../../../host/wire/fc.ts";
import { MAC } from "../../../host/wire/mac.ts";
import { type Gate, Lane, pause } from "./gate.ts";

const HERE = "127.0.0.1";
/** An M1 takes so long: an AP with --fast would else leave the processes that start no time. */
const M1_ms = 4;

export class AirProxy {
  readonly #n: number;
  readonly #gate: Gate;
  /** To the station, and to the AP. */
  readonly #near: Socket;
  readonly #far: Socket;
  readonly #up = new Lane();
  readonly #down = new Lane();
  #apPort: number;
  #stationPort = 0;
  #hello: Uint8Array | undefined;

  private constructor(n: number, apPort: number, gate: Gate, near: Socket, far: Socket) {
    this.#n = n;
    this.#apPort = apPort;
    this.#gate = gate;
    this.#near = near;
    this.#far = far;
    near.on("message", (octets, { port }) => {
      this.#stationPort = port;
      this.#up.push(() => this.#fromStation(octets));
    });
    far.on("message", (octets, { port }) => {
      if (port === this.#apPort) this.#down.push(() => this.#fromAp(octets));
    });
    // Who is dead does not listen, and will again.
    for (const socket of [near, far]) socket.on("error", () => {});
  }

  static async open(n: number, apPort: number, gate: Gate): Promise<AirProxy> {
    return new AirProxy(n, apPort, gate, await bound(), await bound());
  }

  /** Where the station finds its AP. */
  get port(): number {
    return this.#near.address().port;
  }

  /** To another AP from now on. It hears the station's last hello again, as if that had taken two ways. */
  leadTo(apPort: number): void {
    this.#apPort = apPort;
    if (this.#hello) this.#far.send(this.#hello, apPort, HERE);
  }

  close(): void {
    this.#near.close();
    this.#far.close();
  }

  async #fromStation(octets: Uint8Array): Promise<void> {
    const datagram = readDatagram(octets);
    if (typeof datagram === "string") throw new Error(`station ${this.#n} sent no datagram: ${datagram}`);
    if (datagram.kind === "hello") this.#hello = octets;
    await this.#gate(
      { way: "air", station: this.#n, datagram },
      { pass: () => this.#far.send(octets, this.#apPort, HERE), lose: () => {} },
    );
  }

  async #fromAp(octets: Uint8Array): Promise<void> {
    const datagram = readDatagram(octets);
    if (typeof datagram === "string") throw new Error(`the AP of station ${this.#n} sent no datagram: ${datagram}`);
    if (datagram.kind === "down" && datagram.frame[MAC.fc] === FC.Trigger) await pause(M1_ms);
    const pass = (): void => {
      if (this.#stationPort !== 0) this.#near.send(octets, this.#stationPort, HERE);
    };
    await this.#gate({ way: "air", station: this.#n, datagram }, { pass, lose: () => {} });
  }
}

async function bound(): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.bind(0, HERE);
  await once(socket, "listening");
  return socket;
}
