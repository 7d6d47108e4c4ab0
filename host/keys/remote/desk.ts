/**
 * The key service as an AP sees it that is another process: it has PMKs and commands, and never a root. It seeks the service
 * again when it loses it; with what it holds the AP goes on in the meantime.
 */

import type { Duplex } from "node:stream";
import type { Answer } from "../../wire/command.ts";
import { toHex } from "../../wire/octets.ts";
import { addressKey } from "../address.ts";
import type { ApPort, Command, KeyDesk } from "../link.ts";
import { Line } from "./line.ts";
import { LINK_VERSION, type Message } from "./messages.ts";

/** How long it waits before it seeks the service again, s: at first, and at most. */
const SEEK_FIRST_s = 0.1;
const SEEK_MOST_s = 5;
/** Answers that wait for a verdict; beyond, one is taken for a reading, as it may be. */
const QUESTIONS_MAX = 4096;

const NO_COMMAND: readonly Command[] = [];

export interface RemoteDeskOptions {
  /** What the service gives is held there. */
  readonly port: ApPort;
  /** A new connection to the service, whose own errors tell why there is none. */
  readonly connect: () => Duplex;
  readonly onEvent: (event: string) => void;
  /** The AP lacks a PMK, and the service is not there to be asked. */
  readonly onMissing?: () => void;
  /** The service has said why it will not have this AP; it is asked again. */
  readonly onRefusal?: (why: string) => void;
}

interface Question {
  readonly spa: Uint8Array;
  readonly answer: Answer;
  readonly decide: (isProof: boolean) => void;
}

export class RemoteDesk implements KeyDesk {
  /** An epoch has been given since the process began. */
  readonly whole: Promise<void>;
  /** Begun so far, also those that were given again. */
  epochs = 0;
  readonly #options: RemoteDeskOptions;
  readonly #commands = new Map<number, readonly Command[]>();
  /** By number, in the order in which they were asked. */
  readonly #questions = new Map<number, Question>();
  /** By device and answer: the verdict that is waited for. */
  readonly #asked = new Map<string, Promise<boolean>>();
  #question = 0;
  #line: Line | undefined;
  #isThere = false;
  #isClosed = false;
  #wait_s = SEEK_FIRST_s;
  #timer: NodeJS.Timeout | undefined;
  #told = "";
  #isWhole: () => void = () => {};

  constructor(options: RemoteDeskOptions) {
    this.#options = options;
    this.whole = new Promise((resolve) => {
      this.#isWhole = resolve;
    });
    this.#seek();
  }

  /** The service is there, and has taken this AP. */
  get isThere(): boolean {
    return this.#isThere;
  }

  commandFor(spa: Uint8Array, generation: number): Uint8Array | undefined {
    const commands = this.#commands.get(addressKey(spa)) ?? NO_COMMAND;
    return commands.find((command) => command.generation === generation)?.octets;
  }

  offer(spa: Uint8Array, answer: Answer): boolean | Promise<boolean> {
    // While the service is away a device is asked in each session, and says the same each time.
    const name = `${addressKey(spa)} ${answer.generation} ${toHex(answer.proof)}`;
    const asked = this.#asked.get(name);
    if (asked) return asked;
    if (this.#isClosed || this.#questions.size >= QUESTIONS_MAX) return false;
    this.#question = (this.#question + 1) >>> 0;
    const question = this.#question;
    const verdict = new Promise<boolean>((decide) => {
      this.#questions.set(question, { spa, answer, decide });
      this.#ask(question);
    });
    this.#asked.set(name, verdict);
    verdict.then(() => this.#asked.delete(name));
    return verdict;
  }

  missing(_aa: Uint8Array, spa: Uint8Array, generation: number): void {
    if (this.#isThere) this.#line?.send({ kind: "missing", spa, generation });
    else this.#options.onMissing?.();
  }

  /** What is not decided is a reading. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#line?.end("the AP stops");
    for (const { decide } of this.#questions.values()) decide(false);
    this.#questions.clear();
  }

  #seek(): void {
    const { onEvent, connect, port } = this.#options;
    const line = new Line(connect(), {
      onMessage: (message) => this.#received(message, line),
      onEnd: (why) => {
        if (this.#line === line) this.#line = undefined;
        this.#isThere = false;
        if (this.#isClosed) return;
        // The same again, every few seconds, is no news.
        if (why !== this.#told) onEvent(`no key service: ${why}`);
        this.#told = why;
        this.#timer = setTimeout(() => this.#seek(), this.#wait_s * 1000);
        this.#wait_s = Math.min(SEEK_MOST_s, 2 * this.#wait_s);
      },
    });
    this.#line = line;
    line.send({ kind: "hello", version: LINK_VERSION, aa: port.aa });
    for (const question of this.#questions.keys()) this.#ask(question);
  }

  #ask(question: number): void {
    const asked = this.#questions.get(question);
    if (!asked) return;
    const { spa, answer } = asked;
    this.#line?.send({ kind: "answer", question, spa, ...answer });
  }

  #received(message: Message, line: Line): void {
    const { port, onRefusal } = this.#options;
    const done = (number: number) => () => line.send({ kind: "done", number });
    switch (message.kind) {
      case "assign":
        this.#welcome();
        // The service says all commands anew.
        this.#commands.clear();
        port.assign(message.modifier, done(message.number));
        break;
      case "hold":
        port.hold(message.grant, done(message.number));
        break;
      case "begin":
        port.begin(() => {
          this.epochs++;
          done(message.number)();
          this.#isWhole();
        });
        break;
      case "tell":
        if (message.commands.length > 0) this.#commands.set(addressKey(message.spa), message.commands);
        else this.#commands.delete(addressKey(message.spa));
        break;
      case "verdict":
        this.#questions.get(message.question)?.decide(message.isProof);
        this.#questions.delete(message.question);
        break;
      case "refused":
        onRefusal?.(message.why);
        // Two processes of one AA do not take the service from each other as fast as they can.
        this.#wait_s = SEEK_MOST_s;
        line.end(message.why);
        break;
      default:
        line.end(`${message.kind} is for a key service`);
    }
  }

  #welcome(): void {
    if (!this.#isThere) this.#options.onEvent("the key service is here");
    this.#isThere = true;
    this.#told = "";
    this.#wait_s = SEEK_FIRST_s;
  }
}
