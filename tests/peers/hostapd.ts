/**
 * A real hostapd without a radio (driver=none): a whole authenticator of somebody else, driven over its control socket.
 * Debian builds it with the testing commands that take the place of a driver: frames come in by MGMT_RX_PROCESS and EAPOL_RX,
 * EAPOL goes out as an event. What the driver would send itself (the Authentication and Association Response) is made here,
 * with the status that hostapd's log says it has answered.
 *
 * Node has no unix datagram sockets: socat stands between, one UDP datagram for one command.
 */

import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freeUdpPort, Running } from "./programs.ts";

const INTERFACE = "amp0";
const ANSWER_WITHIN_ms = 5000;
/** Longest command: a management frame of 512 octets in hexadecimal digits, and its name. */
const DATAGRAM_MAX_octets = 16_384;

export interface HostapdOptions {
  /** Lines of hostapd.conf beside those that every one has. */
  readonly conf: readonly string[];
  /** Files beside it, by name. */
  readonly files?: Readonly<Record<string, string>>;
}

/** An event of the control interface without its priority, "EAPOL-TX 02:00:.. 0203..". */
type OnEvent = (event: string) => void;

export class Hostapd {
  readonly #folder: string;
  readonly #process: Running;
  readonly #bridge: Running;
  readonly #socket: Socket;
  /** Whoever waits for the answer to a command: hostapd answers one after the other. */
  readonly #waiting: ((answer: string) => void)[] = [];
  /** What they wait for. */
  readonly #answers = new Set<Promise<string>>();
  readonly #listeners: OnEvent[] = [];
  readonly events: string[] = [];

  private constructor(folder: string, process: Running, bridge: Running, socket: Socket) {
    this.#folder = folder;
    this.#process = process;
    this.#bridge = bridge;
    this.#socket = socket;
    socket.on("message", (octets) => this.#message(octets.toString()));
  }

  /** Starts it, in a folder of its own, and waits until its BSS is up. */
  static async start({ conf, files = {} }: HostapdOptions): Promise<Hostapd> {
    const folder = mkdtempSync(join(tmpdir(), "ampcore-hostapd-"));
    const lines = [`interface=${INTERFACE}`, "driver=none", "ctrl_interface=ctrl", "logger_stdout=-1"];
    const all = [...lines, "logger_stdout_level=0", "hw_mode=g", "channel=1", ...conf, ""];
    writeFileSync(join(folder, "hostapd.conf"), all.join("\n"));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    // -K: keys are in the log, which is how a TK is known to be the same on both sides.
    const process = new Running("hostapd", ["-dd", "-K", "hostapd.conf"], folder);
    try {
      await process.printed(/AP-ENABLED/);
      const port = await freeUdpPort();
      const from = `UDP4-LISTEN:${port},bind=127.0.0.1,reuseaddr`;
      const to = `UNIX-SENDTO:ctrl/${INTERFACE},bind=bridge.sock`;
      const bridge = new Running("socat", ["-d", "-d", "-b", `${DATAGRAM_MAX_octets}`, from, to], folder);
      await bridge.printed(/listening on/);
      const socket = createSocket("udp4");
      socket.connect(port, "127.0.0.1");
      await once(socket, "connect");
      const hostapd = new Hostapd(folder, process, bridge, socket);
      await hostapd.succeed("ATTACH");
      return hostapd;
    } catch (error) {
      await process.stop();
      rmSync(folder, { recursive: true });
      throw error;
    }
  }

  /** All of its -dd log so far. */
  get log(): string {
    return this.#process.output;
  }

  /** Resolves when the log has something like that. */
  logged(pattern: RegExp): Promise<RegExpMatchArray> {
    return this.#process.printed(pattern);
  }

  onEvent(listener: OnEvent): void {
    this.#listeners.push(listener);
  }

  /** One command, and its answer. */
  command(text: string): Promise<string> {
    const answer = new Promise<string>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`hostapd: no answer to ${text.slice(0, 60)}`)), ANSWER_WITHIN_ms);
      this.#waiting.push((answer) => {
        clearTimeout(late);
        resolve(answer);
      });
      this.#socket.send(text);
    });
    this.#answers.add(answer);
    return answer.finally(() => this.#answers.delete(answer));
  }

  /** One command that has to be answered with OK. */
  async succeed(text: string): Promise<void> {
    const answer = await this.command(text);
    if (answer.trim() !== "OK") {
      throw new Error(`hostapd answers ${answer.trim()} to ${text.slice(0, 60)}: is it built with testing options?`);
    }
  }

  /** Ends both programs and leaves nothing behind. What a command does may be in the log before its answer is here. */
  async stop(): Promise<void> {
    await Promise.allSettled(this.#answers);
    this.#socket.close();
    await this.#bridge.stop();
    await this.#process.stop();
    rmSync(this.#folder, { recursive: true });
  }

  #message(text: string): void {
    const event = /^<\d>(.*)$/s.exec(text);
    if (event === null) {
      this.#waiting.shift()?.(text);
      return;
    }
    this.events.push(event[1]);
    for (const listener of this.#listeners) listener(event[1]);
  }
}
