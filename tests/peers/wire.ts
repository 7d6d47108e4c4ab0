/** A wire with a program of somebody else at its other end: a veth pair into a network namespace of its own, and socat. */

import { spawnSync } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { emitEthernet } from "../../host/rsn/frames/ethernet.ts";
import { colons } from "./logs.ts";
import { freeUdpPort, Running, undoAtExit } from "./programs.ts";

/** To nobody: IEEE Std 802, Local Experimental EtherType 1. */
const FIRST_FRAME = emitEthernet({
  da: Uint8Array.of(2, 0, 0, 0, 0, 0),
  sa: Uint8Array.of(2, 0, 0, 0, 0, 1),
  etherType: 0x88b5,
  data: new Uint8Array(0),
});
/** Namespaces of this process so far: each has its name. */
let made = 0;

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
  readonly #isRemoved: () => void;

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
    this.#isRemoved = undoAtExit(() => run(`ip netns delete ${name}`));
    socket.on("message", (octets) => onFrame(new Uint8Array(octets)));
  }

  /**
   * `near` and `far`: the two addresses; every Ethernet frame of the far end goes to `onFrame`. `isBridged`: there is a bridge
   * between both ends, as between two APs of one distribution system; it passes no PAE group address.
   */
  static async make(
    addresses: { readonly near: Uint8Array; readonly far: Uint8Array },
    onFrame: (frame: Uint8Array) => void,
    { isBridged = false } = {},
  ): Promise<Wire> {
    made++;
    const name = `ampcore-${process.pid}-${made}`;
    const near = `amp${process.pid % 1e6}n${made}`;
    const addressed = (interface_: string, address: Uint8Array): string =>
      `${interface_} address ${colons(address)} type veth peer name`;
    const within = `ip -n ${name} link`;
    const pair = isBridged
      ? [
          `${within} add name bridge0 type bridge`,
          `ip link add name ${addressed(near, addresses.near)} nearport netns ${name}`,
          `${within} add name ${addressed("far", addresses.far)} farport`,
          ...["nearport", "farport"].map((port) => `${within} set ${port} master bridge0`),
          ...["bridge0", "nearport", "farport"].map((port) => `${within} set ${port} up`),
        ]
      : [
          `ip link add name ${addressed(near, addresses.near)} far netns ${name}`,
          `${within} set far address ${colons(addresses.far)}`,
        ];
    for (const command of [`ip netns add ${name}`, ...pair, `ip link set ${near} up`, `${within} set far up`]) {
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
      await bridge.stop();
      run(`ip netns delete ${name}`);
      throw error;
    }
    const socket = createSocket("udp4");
    socket.connect(port, "127.0.0.1");
    await once(socket, "connect");
    const wire = new Wire(name, addresses, bridge, socket, onFrame);
    // socat opens the interface when the first datagram comes.
    wire.send(FIRST_FRAME);
    try {
      await bridge.printed(/starting data transfer loop/);
      return wire;
    } catch (error) {
      await wire.remove();
      throw error;
    }
  }

  /** Starts a program at the far end. */
  run(program: string, args: readonly string[], folder: string): Running {
    return new Running("ip", ["netns", "exec", this.namespace, program, ...args], folder);
  }

  send(frame: Uint8Array): void {
    this.#socket.send(frame);
  }

  /** The pair goes with its namespace. */
  async remove(): Promise<void> {
    this.#socket.close();
    await this.#bridge.stop();
    run(`ip netns delete ${this.namespace}`);
    this.#isRemoved();
  }
}
