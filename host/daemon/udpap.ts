/** The socket and the clocks around an ApDaemon: when it triggers, and who is told what. */

import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { roundTimes } from "./air.ts";
import { ApDaemon, type ApDaemonOptions } from "./ap.ts";
import type { Source } from "./peers.ts";

/** A fast AP that nobody listens to looks again so often, s. */
const NOBODY_s = 0.02;
/** Datagrams that the system keeps while this process is busy. */
const RECEIVE_BUFFER_OCTETS = 1 << 20;

export interface UdpApOptions extends Omit<ApDaemonOptions, "send" | "real_s"> {
  readonly at: Source;
  /** From one new M1 to the next, and how often each is repeated in between. */
  readonly period_s: number;
  readonly repeats: number;
  /** The air's clock does not wait for the real one: a round begins as soon as the one before is over. */
  readonly fast: boolean;
}

export class UdpAp {
  readonly daemon: ApDaemon;
  readonly at: Source;
  /** Datagrams that the system did not take. */
  unsent = 0;
  /** When the last round began, seconds of real time. */
  lastRound_s = Number.NEGATIVE_INFINITY;
  readonly #socket: Socket;
  readonly #options: UdpApOptions;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #isStopped = false;
  #isArming = false;
  #turn = 0;
  /** On the air, the earliest instant of the next M1; in real time, when it is due. */
  #next_us = unixNow_us();
  #next_s = steady_s();

  private constructor(socket: Socket, options: UdpApOptions) {
    const { address, port } = socket.address();
    this.at = { address, port };
    this.#socket = socket;
    this.#options = options;
    const send = (octets: Uint8Array, to: Source): void => {
      if (this.#isStopped) return;
      socket.send(octets, to.port, to.address, (error) => {
        if (error) this.unsent++;
      });
      // A consumer's answer comes without a datagram, and ends in one.
      this.#armSoon();
    };
    this.daemon = new ApDaemon({ ...options, send, real_s: steady_s });
    socket.on("message", (octets, { address, port }) => {
      this.daemon.receive(octets, { address, port });
      this.#armSoon();
    });
    socket.on("error", () => this.unsent++);
    this.#arm();
  }

  /** `at.port` 0: any that is free. @throws what the system says of the address. */
  static async open(options: UdpApOptions): Promise<UdpAp> {
    const { address, port } = options.at;
    const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
    try {
      socket.bind({ address, port, exclusive: true });
      await once(socket, "listening");
    } catch (error) {
      socket.close();
      throw error;
    }
    socket.setRecvBufferSize(RECEIVE_BUFFER_OCTETS);
    return new UdpAp(socket, options);
  }

  get period_s(): number {
    return this.#options.period_s;
  }

  /** No M1 goes out any more, and every round is over. The consumer is the caller's to close. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    if (this.#isStopped) return;
    this.daemon.rounds.stop();
    // What was just handed to the system is sent before the socket closes.
    await new Promise((resolve) => setImmediate(resolve));
    this.#isStopped = true;
    this.#socket.close();
    await once(this.#socket, "close");
  }

  /** When what is just being done is over. */
  #armSoon(): void {
    if (this.#isArming) return;
    this.#isArming = true;
    queueMicrotask(() => {
      this.#isArming = false;
      this.#arm();
    });
  }

  #arm(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    if (this.#isStopped) return;
    const wait_s = Math.min(this.daemon.rounds.due_s, this.#due_s()) - steady_s();
    if (wait_s <= 0) this.#immediate = setImmediate(() => this.#go());
    else if (wait_s < Number.POSITIVE_INFINITY) this.#timer = setTimeout(() => this.#go(), wait_s * 1000);
  }

  #go(): void {
    this.daemon.rounds.advance();
    if (steady_s() >= this.#due_s()) this.#trigger();
    this.#arm();
  }

  /** When the next M1 may go out; Infinity: a round goes on. */
  #due_s(): number {
    if (!this.daemon.rounds.isIdle) return Number.POSITIVE_INFINITY;
    if (!this.#options.fast) return this.#next_s;
    return this.daemon.peers.size > 0 ? Number.NEGATIVE_INFINITY : this.lastRound_s + NOBODY_s;
  }

  #trigger(): void {
    const { fast, period_s, repeats, air } = this.#options;
    const now_s = steady_s();
    const step_s = period_s / (1 + repeats);
    const t_us = Math.ceil(fast ? this.#next_us : Math.max(this.#next_us, unixNow_us()));
    this.daemon.rounds.trigger(t_us, this.#turn % (1 + repeats) !== 0);
    this.#turn++;
    this.lastRound_s = now_s;
    // A round that took too long is no reason for a burst of them.
    this.#next_s = Math.max(this.#next_s + step_s, now_s);
    const longest_us = roundTimes(air, M1_OCTETS_MAX, t_us).end_us;
    this.#next_us = fast ? Math.max(t_us + step_s * 1e6, longest_us) : longest_us;
  }
}

const M1_OCTETS_MAX = 71;

/** Real time that never goes back, seconds. */
export function steady_s(): number {
  return performance.now() / 1000;
}

/** Microseconds since 1970, by a clock that is set once, when the process starts. */
function unixNow_us(): number {
  return (performance.timeOrigin + performance.now()) * 1000;
}
