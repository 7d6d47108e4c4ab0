/** A wire with a program of somebody else at its other end: a veth pair into a network namespace of its own, and socat. */

import { spawnSync } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { freeUdpPort, Running } from "./programs.ts";

/** Destination(6) ‖ source(6) ‖ EtherType(2), IEEE Std 802.3-2018 3.2. */
export const ETHERNET_HEADER_OCTETS = 14;

function run(command: string): string | undefined {
  const [program, ...args] = command.split(" ");
  const { status, stderr, error } = spawnSync(program, args, { encoding: "utf8" });
  return status === 0 ? undefined : `${command}: ${stderr?.trim() || error?.message}`;
}

/**
 * Whether a test with a wire has to be skipped: false, or the reason.
 * @throws Error under CI=true, where no test may be missing silently.
 */
export function skipWithoutNamespaces(): string | false {
  const name = `ampcore-try-${process.pid}`;
  const refused = run(`ip netns add ${name}`);
  if (refused === undefined) {
    run(`ip netns delete ${name}`);
    return false;
  }
  if (process.env.CI === "true") throw new Error(`no network namespaces: ${refused}`);
  return `no network namespaces here: ${refused}`;
}

export class Wire {
  readonly namespace: string;
  /** The interface at the other end, in the namespace. */
  readonly far: string;
  readonly near_address: Uint8Array;
  readonly far_address: Uint8Array;
  readonly #bridge: Running;
  readonly #socket: Socket;

  private constructor(
    name: string,
    addresses: { readonly near: Uint8Array; readonly far: Uint8Array },
    bridge: Running,
    socket: Socket,
    onFrame: (frame: Uint8Array) => void,
  ) {
    this.namespace = name;
    this.far = "far";
    this.near_address = addresses.near;
    this.far_address = addresses.far;
    this.#bridge = bridge;
    this.#socket = socket;
    socket.on("message", (octets) => onFrame(new Uint8Array(octets)));
  }

  /** `near` and `far`: the two addresses; every Ethernet frame of the far end goes to `onFrame`. */
  static async make(
    addresses: { readonly near: Uint8Array; readonly far: Uint8Array },
    onFrame: (frame: Uint8Array) => void,
  ): Promise<Wire> {
    const name = `ampcore-${process.pid}-${Date.now() % 1e6}`;
    const near = `amp${process.pid % 1e6}n`;
    const text = (address: Uint8Array): string =>
      Buffer.from(address)
        .toString("hex")
        .replace(/..(?!$)/g, "$&:");
    for (const command of [
      `ip netns add ${name}`,
      `ip link add ${near} address ${text(addresses.near)} type veth peer name far address ${text(addresses.far)} netns ${name}`,
      `ip link set ${near} up`,
      `ip netns exec ${name} ip link set far up`,
    ]) {
      const refused = run(command);
      if (refused) {
        run(`ip netns delete ${name}`);
        throw new Error(refused);
      }
    }
    const port = await freeUdpPort();
    const listen = `UDP4-LISTEN:${port},bind=127.0.0.1,reuseaddr`;
    const bridge = new Running("socat", ["-d", "-d", listen, `INTERFACE:${near}`], "/");
    try {
      await bridge.printed(/listening on/);
    } catch (error) {
      run(`ip netns delete ${name}`);
      throw error;
    }
    const socket = createSocket("udp4");
    socket.connect(port, "127.0.0.1");
    await once(socket, "connect");
    return new Wire(name, addresses, bridge, socket, onFrame);
  }

  send(frame: Uint8Array): void {
    this.#socket.send(frame);
  }

  /** The pair goes with its namespace. */
  async remove(): Promise<void> {
    this.#socket.close();
    await this.#bridge.stop();
    run(`ip netns delete ${this.namespace}`);
  }
}
