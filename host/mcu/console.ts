/*
 * A station's calls as octets: what the firmware of host/mcu says over semihosting, and a board of anybody's over a serial
 * line or a socket (firmware/around.h, docs/DAEMON.md).
 *
 *     call     operation(1) ‖ argument(1) ‖ length(2, LE) ‖ octets
 *     answer   'a' ‖ status(4, LE, signed) ‖ length(2, LE) ‖ octets
 *     noise    'e' ‖ length(1): that many octets of it are wanted, and sent, before the answer
 *
 * One call at a time. Octets that belong to no answer are dropped and counted; too many of them end the conversation.
 */
import { TX_BUFFER_OCTETS } from "../device/abi.ts";
import type { Answer } from "../device/load.ts";
import { concat } from "../wire/octets.ts";
import { McuError } from "./translate.ts";

/** Where the octets go to and come from. */
export interface Line {
  /** `take`: what came, in pieces of any length. `ended`: nothing comes any more, and why. */
  open(take: (octets: Uint8Array) => void, ended: (why: Error) => void): void;
  write(octets: Uint8Array): void;
  /** Without power, or not there any more. */
  off(): Promise<void>;
}

export interface ConsoleOptions {
  /** false: it has none; the firmware cannot be told. */
  readonly entropy: (into: Uint8Array) => boolean;
  /** The longest answer. */
  readonly answer_octets: number;
  /** So many octets that belong to no answer end it; left out: the first does. */
  readonly garbageMax_octets?: number;
  /** An answer takes no longer; left out: it may. */
  readonly patience_s?: number;
}

export interface Reply {
  readonly status: number;
  readonly octets: Uint8Array;
}

interface Pending {
  readonly done: (reply: Reply) => void;
  readonly failed: (why: Error) => void;
}

const NOTHING: Uint8Array = new Uint8Array(0);
const [ANSWER, NOISE] = ["a", "e"].map((letter) => letter.charCodeAt(0));
const ANSWER_HEAD_OCTETS = 7;
const NOISE_HEAD_OCTETS = 2;

/** One power-up of whatever is behind the line. */
export class Console {
  /** Octets that belonged to no answer. */
  garbage_octets = 0;
  /** Resolves, with the reason, when no call will be answered any more. */
  readonly ended: Promise<Error>;
  readonly #line: Line;
  readonly #options: ConsoleOptions;
  #received: Uint8Array = NOTHING;
  #pending: Pending | undefined;
  #end: Error | undefined;
  readonly #tellEnd: (why: Error) => void;

  constructor(line: Line, options: ConsoleOptions) {
    this.#line = line;
    this.#options = options;
    let tell: (why: Error) => void = () => {};
    this.ended = new Promise((resolve) => {
      tell = resolve;
    });
    this.#tellEnd = tell;
    line.open(
      (octets) => this.#take(octets),
      (why) => this.#ends(why),
    );
  }

  /** 0 off, 1 idle, 2 waiting for M3, 3 secure. */
  state(): Promise<number> {
    return this.status("a");
  }

  /** Octets of the stack that have not been touched since power-up. */
  stackLeft(): Promise<number> {
    return this.status("u");
  }

  /** Power is switched off between two calls. */
  off(): Promise<void> {
    return this.#line.off();
  }

  protected async status(operation: string, argument = 0, octets: Uint8Array = NOTHING): Promise<number> {
    return (await this.call(operation, argument, octets)).status;
  }

  protected async answer(operation: string, argument = 0, octets: Uint8Array = NOTHING): Promise<Answer> {
    const { status, octets: frame } = await this.call(operation, argument, octets);
    if (status > 0 && frame.length !== status)
      throw new McuError(`the device announced ${status} octets and sent ${frame.length}`);
    return status > 0 ? { status: 0, frame } : { status };
  }

  /** @throws McuError, or whatever the line ended with. */
  protected async call(operation: string, argument = 0, octets: Uint8Array = NOTHING): Promise<Reply> {
    if (this.#end) throw this.#end;
    if (this.#pending) throw new Error("one call at a time");
    const { patience_s } = this.#options;
    const reply = new Promise<Reply>((done, failed) => {
      this.#pending = { done, failed };
    });
    const late = (): void => this.#ends(new McuError(`the device has not answered within ${patience_s} s`));
    const timer = patience_s === undefined ? undefined : setTimeout(late, 1000 * patience_s);
    const head = [operation.charCodeAt(0), argument, octets.length & 0xff, octets.length >> 8];
    this.#line.write(Uint8Array.from([...head, ...octets]));
    try {
      return await reply;
    } finally {
      clearTimeout(timer);
    }
  }

  #take(octets: Uint8Array): void {
    if (this.#end) return;
    this.#received = concat(this.#received, octets);
    while (this.#received.length > 0 && this.#end === undefined && this.#understood());
  }

  /** Takes one thing out of what was received; false: not all of it is there. */
  #understood(): boolean {
    const received = this.#received;
    const fields = new DataView(received.buffer, received.byteOffset, received.length);
    if (this.#pending && received[0] === NOISE) {
      if (received.length < NOISE_HEAD_OCTETS) return false;
      this.#received = received.subarray(NOISE_HEAD_OCTETS);
      this.#giveNoise(received[1]);
      return true;
    }
    if (this.#pending && received[0] === ANSWER) {
      if (received.length < ANSWER_HEAD_OCTETS) return false;
      const length = fields.getUint16(5, true);
      if (length <= this.#options.answer_octets) {
        const end = ANSWER_HEAD_OCTETS + length;
        if (received.length < end) return false;
        const { done } = this.#pending;
        this.#pending = undefined;
        this.#received = received.subarray(end);
        done({ status: fields.getInt32(1, true), octets: received.slice(ANSWER_HEAD_OCTETS, end) });
        return true;
      }
    }
    this.#dropOne();
    return true;
  }

  #dropOne(): void {
    const [octet] = this.#received;
    this.#received = this.#received.subarray(1);
    this.garbage_octets++;
    const { garbageMax_octets = 0 } = this.#options;
    if (this.garbage_octets <= garbageMax_octets) return;
    this.#ends(
      new McuError(
        garbageMax_octets === 0
          ? `the firmware said ${octet}, which begins nothing`
          : `the device has said ${this.garbage_octets} octets that belong to no answer`,
      ),
    );
  }

  #giveNoise(length: number): void {
    const noise = new Uint8Array(length);
    if (this.#options.entropy(noise)) this.#line.write(noise);
    else this.#ends(new McuError("this firmware's source of noise cannot say that it failed"));
  }

  #ends(why: Error): void {
    if (this.#end) return;
    this.#end = why;
    this.#received = NOTHING;
    this.#pending?.failed(why);
    this.#pending = undefined;
    this.#tellEnd(why);
  }
}

/** The calls of the AMP station's ABI. */
export class AmpConsole extends Console {
  constructor(line: Line, options: Omit<ConsoleOptions, "answer_octets">) {
    super(line, { ...options, answer_octets: TX_BUFFER_OCTETS });
  }

  boot(): Promise<number> {
    return this.status("b");
  }

  setPayload(reading: Uint8Array, encrypt: boolean): Promise<number> {
    return this.status("p", encrypt ? 1 : 0, reading);
  }

  receive(frame: Uint8Array): Promise<Answer> {
    return this.answer("r", 0, frame);
  }

  send(): Promise<Answer> {
    return this.answer("s");
  }

  async received(): Promise<Uint8Array> {
    return (await this.call("d")).octets;
  }

  async triggerData(): Promise<Uint8Array> {
    return (await this.call("t")).octets;
  }
}
