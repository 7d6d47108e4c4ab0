/** The socket and the clocks around an ApDaemon: when it triggers, and who is told what. */

import { createSocket, type Socket, type SocketOptions } from "node:dgram";
import { once } from "node:events";
import { roundTimes } from "./air.ts";
import { ApDaemon, type ApDaemonOptions } from "./ap.ts";
import type { Source } from "./peers.ts";

/** A fast AP that nobody listens to looks again so often, s. */
const NOBODY_s = 0.02;
/**
 * What the system keeps while this process is busy, if it allows that much (net.core.rmem_max): at less than 1 KiB a datagram a
 * tenth of a second of forty thousand a second. A datagram that is lost costs its round its patience.
 */
const RECEIVE_BUFFER_OCTETS = 1 << 22;

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
  readonly #onSent = (error: Error | null): void => {
    if (error) this.unsent++;
  };
  /** Goes off at #wakes_s, or earlier than there is something to do. */
  #timer: NodeJS.Timeout | undefined;
  #wakes_s = Number.POSITIVE_INFINITY;
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
      socket.send(octets, to.port, to.address, this.#onSent);
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
    const family = address.includes(":") ? 6 : 4;
    // Addresses of peers are numbers: nobody's name is looked up, and a datagram leaves at once.
    const lookup = (to: string, _options: unknown, callback: (error: null, address: string, family: number) => void) =>
      callback(null, to, family);
    const socket = createSocket({ type: `udp${family}`, lookup } as SocketOptions);
    try {
      const listening = once(socket, "listening");
      socket.bind({ address, port, exclusive: true });
      await listening;
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
    if (this.#isStopped || this.#immediate) return;
    const next_s = Math.min(this.daemon.rounds.due_s, this.#due_s());
    const wait_s = next_s - steady_s();
    if (wait_s <= 0) {
      this.#immediate = setImmediate(() => this.#go());
    } else if (next_s < this.#wakes_s) {
      // One that goes off too early arms the next: cheaper than another timer for each datagram.
      clearTimeout(this.#timer);
      this.#wakes_s = next_s;
      this.#timer = setTimeout(() => this.#go(), wait_s * 1000);
    }
  }

  #go(): void {
    clearTimeout(this.#timer);
    this.#wakes_s = Number.POSITIVE_INFINITY;
    this.#immediate = undefined;
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
