/*
 * A station on an emulated microcontroller: QEMU runs the firmware, its console carries calls and answers (console.ts), a
 * plugin counts its instructions. One object is one power-up; the NVM is a file, and outlives it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, fstatSync, ftruncateSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import type { Answer } from "../device/load.ts";
import { AmpConsole, Console, type Line } from "./console.ts";
import { counterPlugin, type Firmware, MARKS } from "./firmware.ts";
import { McuError } from "./translate.ts";

export interface EmulatedOptions {
  readonly firmware: Firmware;
  /** Holds nvm.bin; the log of the counter goes there too. */
  readonly folder: string;
  readonly entropy: (into: Uint8Array) => boolean;
  /** A call takes no longer, real seconds; left out: it may. */
  readonly patience_s?: number;
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

/** The longest answer that the length of one can announce. */
const MPDU_MAX_OCTETS = 0xffff;

/** Of what the emulator complains about, characters. */
const ERRORS_MAX = 4096;
const NO_QEMU = "there is no qemu-system-arm on this machine; npm run setup:system installs it";

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

/** The emulator with its firmware, as a line and as a counter. */
class Qemu implements Line {
  readonly #qemu: ChildProcess;
  /** What the counter writes, as an open file: it may lose its name while power is on. */
  readonly #log: number;
  #marks: Mark[] | undefined;
  #ended: Error | undefined;
  #tellEnd: (why: Error) => void = () => {};
  #errors = "";

  /** Power-up. @throws McuError without a compiler for the counter. */
  constructor({ firmware, folder, cut }: EmulatedOptions) {
    const log = join(folder, `instructions-${process.hrtime.bigint()}.log`);
    this.#log = openSync(log, "a+");
    const marks = firmware.marks.map((address) => `0x${address.toString(16)}`).join(":");
    const cutting = cut ? [`cut=${cut.instructions}:${cut.call + 1}`] : [];
    const plugin = [counterPlugin(), `marks=${marks}`, `log=${log}`, ...cutting].join(",");
    // Without a chardev of its own the console is this process' pipes, and reading it blocks as reading a pipe does.
    const semihosting = ["-semihosting-config", "enable=on,target=native"];
    const quiet = ["-display", "none", "-monitor", "none", "-serial", "none"];
    const machine = ["-M", firmware.board.name, "-accel", "tcg", "-kernel", firmware.elf];
    this.#qemu = spawn("qemu-system-arm", [...machine, ...quiet, ...semihosting, "-plugin", plugin], {
      cwd: folder,
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#qemu.stderr?.on("data", (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString()).slice(-ERRORS_MAX);
    });
    this.#qemu.stdin?.on("error", () => {});
    this.#qemu.on("error", () => this.#end(new McuError(NO_QEMU)));
    this.#qemu.on("close", (code, signal) => {
      const said = this.#errors.trim().split("\n").at(-1) ?? "";
      const how = `the emulator ended with ${code ?? signal}${said === "" ? "" : `: ${said}`}`;
      this.#end(code === CUT ? new PowerCut("power failed") : new McuError(EXITS[code ?? -1] ?? how));
    });
  }

  get pid(): number | undefined {
    return this.#qemu.pid;
  }

  open(take: (octets: Uint8Array) => void, ended: (why: Error) => void): void {
    this.#tellEnd = ended;
    this.#qemu.stdout?.on("data", take);
  }

  write(octets: Uint8Array): void {
    this.#qemu.stdin?.write(octets);
  }

  async off(): Promise<void> {
    if (this.#ended !== undefined) return;
    const closed = once(this.#qemu, "close");
    this.#qemu.kill("SIGKILL");
    await closed;
  }

  /** All marks in the log, those of the empty call too. */
  logged(): Mark[] {
    return this.#marks ?? this.#read();
  }

  /** The same, and the log is empty behind it. */
  takeLogged(): Mark[] {
    const marks = this.logged();
    if (this.#marks) this.#marks = [];
    else ftruncateSync(this.#log);
    return marks;
  }

  #read(): Mark[] {
    const octets = Buffer.alloc(fstatSync(this.#log).size);
    readSync(this.#log, octets, { position: 0 });
    return octets
      .toString()
      .trimEnd()
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const [mark, count] = line.split(" ").map(Number);
        return { mark, count };
      });
  }

  #end(why: Error): void {
    if (this.#ended) return;
    this.#ended = why;
    this.#marks = this.#read();
    closeSync(this.#log);
    this.#tellEnd(why);
  }
}

/** All marks so far, from the first call on. */
function marksOf(core: Qemu): Mark[] {
  return core.logged().slice(EMPTY_CALL);
}

/** What the marks around a call take by themselves. */
function overheadOf(core: Qemu): number {
  const [call, back] = core.logged();
  return back.count - call.count;
}

/** The AMP station. One object is one power-up. */
export class Emulated extends AmpConsole {
  readonly #core: Qemu;

  /** @throws McuError */
  constructor(options: EmulatedOptions) {
    const core = new Qemu(options);
    super(core, options);
    this.#core = core;
  }

  /** Of the emulator's process; undefined: it could not be started. */
  get pid(): number | undefined {
    return this.#core.pid;
  }

  marks(): Mark[] {
    return marksOf(this.#core);
  }

  get overhead(): number {
    return overheadOf(this.#core);
  }

  /** Instructions of all calls since it was last asked, imports included. What was told is forgotten: marks() has it no more. */
  takeInstructions(): number {
    const [CALL, RETURN] = MARKS.keys();
    let [sum, since] = [0, 0];
    for (const { mark, count } of this.#core.takeLogged()) {
      if (mark === CALL) since = count;
      if (mark === RETURN) sum += count - since;
    }
    return sum;
  }
}

/** The RSN station (docs/RSN.md). One object is one power-up. */
export class EmulatedRsn extends Console {
  readonly #core: Qemu;

  /** @throws McuError */
  constructor(options: EmulatedOptions) {
    const core = new Qemu(options);
    super(core, { ...options, answer_octets: MPDU_MAX_OCTETS });
    this.#core = core;
  }

  marks(): Mark[] {
    return marksOf(this.#core);
  }

  get overhead(): number {
    return overheadOf(this.#core);
  }

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
