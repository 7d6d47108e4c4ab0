/*
 * A station on an emulated microcontroller: QEMU runs the firmware, the console carries calls and answers, a plugin counts
 * its instructions. One object is one power-up; the NVM is a file, and outlives it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Answer } from "../device/load.ts";
import { counterPlugin, type Firmware } from "./firmware.ts";
import { McuError } from "./translate.ts";

export interface EmulatedOptions {
  readonly firmware: Firmware;
  /** Holds nvm.bin; the log of the counter goes there too. */
  readonly folder: string;
  readonly entropy: (into: Uint8Array) => boolean;
  /** Power fails so many instructions, at least 1, into the call of that number, from 1. */
  readonly cut?: { readonly instructions: number; readonly call: number };
}

/** A mark that was executed, by its place in Firmware.marks, and the instructions up to there since power-up. */
export interface Mark {
  readonly mark: number;
  readonly count: number;
}

/** Power failed: no answer came, none will. */
export class PowerCut extends Error {
  override readonly name = "PowerCut";
}

/** The firmware begins with a call of nothing: marks that it makes. */
const EMPTY_CALL = 2;

/** Exit codes of the firmware (main.c, startup.c) and of the counter. */
const CUT = 77;
const EXITS: Readonly<Record<number, string>> = {
  2: "it was sent a command that it does not know",
  3: "it could not write to its console",
  4: "it could not open nvm.bin",
  99: "the core faulted",
  101: "the module accessed memory beyond its own",
  105: "the module came to an instruction that cannot be reached",
};

/** A core with its firmware: what the stations on it have in common. */
abstract class Core {
  readonly #options: EmulatedOptions;
  readonly #qemu: ChildProcess;
  readonly #log: string;
  #received = Buffer.alloc(0);
  #wake: (() => void) | undefined;
  #ended: string | undefined;
  #isCut = false;
  #errors = "";

  /** Power-up. @throws McuError without QEMU. */
  constructor(options: EmulatedOptions) {
    const { firmware, folder, cut } = options;
    this.#options = options;
    this.#log = join(folder, `instructions-${process.hrtime.bigint()}.log`);
    const marks = firmware.marks.map((address) => `0x${address.toString(16)}`).join(":");
    const cutting = cut ? [`cut=${cut.instructions}:${cut.call + 1}`] : [];
    const plugin = [counterPlugin(), `marks=${marks}`, `log=${this.#log}`, ...cutting].join(",");
    // Without a chardev of its own the console is this process' pipes, and reading it blocks as reading a pipe does.
    const semihosting = ["-semihosting-config", "enable=on,target=native"];
    const quiet = ["-display", "none", "-monitor", "none", "-serial", "none"];
    const machine = ["-M", firmware.board.name, "-accel", "tcg", "-kernel", firmware.elf];
    this.#qemu = spawn("qemu-system-arm", [...machine, ...quiet, ...semihosting, "-plugin", plugin], {
      cwd: folder,
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#qemu.stdout?.on("data", (chunk: Buffer) => this.#take(chunk));
    this.#qemu.stderr?.on("data", (chunk: Buffer) => {
      this.#errors += chunk.toString();
    });
    this.#qemu.stdin?.on("error", () => {});
    this.#qemu.on("error", () =>
      this.#end("there is no qemu-system-arm on this machine; npm run setup:system installs it"),
    );
    this.#qemu.on("close", (code) => {
      this.#isCut = code === CUT;
      this.#end(
        EXITS[code ?? -1] ?? `the emulator ended with ${code}: ${this.#errors.trim().split("\n").at(-1) ?? ""}`,
      );
    });
  }

  state(): Promise<number> {
    return this.status("a");
  }

  /** Octets of the stack that have not been touched since power-up. */
  stackLeft(): Promise<number> {
    return this.status("u");
  }

  /** All marks so far, from the first call on. */
  marks(): Mark[] {
    return this.#logged().slice(EMPTY_CALL);
  }

  /** What the marks around a call take by themselves. */
  get overhead(): number {
    const [call, back] = this.#logged();
    return back.count - call.count;
  }

  #logged(): Mark[] {
    return readFileSync(this.#log, "utf8")
      .trimEnd()
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const [mark, count] = line.split(" ").map(Number);
        return { mark, count };
      });
  }

  /** Power is switched off between two calls. */
  async off(): Promise<void> {
    if (this.#ended !== undefined) return;
    const closed = once(this.#qemu, "close");
    this.#qemu.kill("SIGKILL");
    await closed;
  }

  protected async status(operation: string, argument = 0, octets?: Uint8Array<ArrayBufferLike>): Promise<number> {
    return (await this.call(operation, argument, octets)).status;
  }

  protected async answer(operation: string, argument = 0, octets?: Uint8Array<ArrayBufferLike>): Promise<Answer> {
    const { status, octets: frame } = await this.call(operation, argument, octets);
    return status > 0 ? { status: 0, frame } : { status };
  }

  /** @throws PowerCut, or McuError when the firmware ended for a reason of its own. */
  protected async call(
    operation: string,
    argument = 0,
    octets: Uint8Array = new Uint8Array(0),
  ): Promise<{ status: number; octets: Uint8Array }> {
    this.#qemu.stdin?.write(
      Buffer.from([operation.charCodeAt(0), argument, octets.length & 0xff, octets.length >> 8, ...octets]),
    );
    for (;;) {
      const [kind] = await this.#read(1);
      if (kind === "e".charCodeAt(0)) {
        const [length] = await this.#read(1);
        const noise = new Uint8Array(length);
        if (!this.#options.entropy(noise))
          throw new McuError("this firmware's source of noise cannot say that it failed");
        this.#qemu.stdin?.write(noise);
        continue;
      }
      if (kind !== "a".charCodeAt(0)) throw new McuError(`the firmware said ${kind}, which begins nothing`);
      const head = await this.#read(6);
      const status = head.readInt32LE(0);
      return { status, octets: new Uint8Array(await this.#read(head.readUInt16LE(4))) };
    }
  }

  async #read(length: number): Promise<Buffer> {
    while (this.#received.length < length) {
      if (this.#ended !== undefined) throw this.#isCut ? new PowerCut("power failed") : new McuError(this.#ended);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const octets = this.#received.subarray(0, length);
    this.#received = this.#received.subarray(length);
    return octets;
  }

  #take(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    this.#wake?.();
  }

  #end(why: string): void {
    this.#ended ??= why;
    this.#wake?.();
  }
}

/** The AMP station. */
export class Emulated extends Core {
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

/** The RSN station (docs/RSN.md). */
export class EmulatedRsn extends Core {
  boot(): Promise<number> {
    return this.status("b");
  }

  start(): Promise<Answer> {
    return this.answer("o");
  }

  receive(mpdu: Uint8Array): Promise<Answer> {
    return this.answer("r", 0, mpdu);
  }

  send(msdu: Uint8Array): Promise<Answer> {
    return this.answer("s", 0, msdu);
  }
}
