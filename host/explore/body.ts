/*
 * One station on a machine: its NVM, its noise, its life, with a witness at its side. Several of them may use one machine,
 * one after the other.
 */

import type { RamPolicy } from "../device/instance.ts";
import { FULL } from "../device/meter.ts";
import { Nvm, type NvmWrite } from "../device/nvm.ts";
import type { NvmRead } from "../observer/nvmrules.ts";
import type { Witness } from "../observer/witness.ts";
import type { Call, Context, Machine, Outcome } from "./machine.ts";
import type { Noise } from "./noise.ts";

export class Body {
  readonly nvm: Nvm;
  noise: Noise;
  /** Draws of noise so far. */
  draws = 0;
  isOn = false;
  /** Fuel until power fails; undefined: it lasts. */
  budget: number | undefined;
  /** Writes to these octets of NVM fail: a cell that is worn out. */
  worn: { readonly from: number; readonly end: number } | undefined;
  /** Offset in NVM of the octet that was last written: the one in flight, if power failed in that write. */
  inFlight: number | undefined;
  readonly index: number;
  /** Reads that failed in the call that runs. */
  #unread: NvmRead[] = [];
  readonly #machine: Machine;
  readonly #witness: Witness;
  readonly #host: Machine["host"];
  /** While another is on the machine. */
  #away: Context | undefined;
  /** Before the call that runs. */
  #before: Context | undefined;

  constructor(machine: Machine, witness: Witness, image: Uint8Array, noise: Noise, index = 0) {
    this.#machine = machine;
    this.#witness = witness;
    this.nvm = new Nvm(image);
    this.noise = noise;
    this.index = index;
    this.#host = {
      entropy: (into) => this.noise(this.draws++, into),
      nvmRead: (offset, into) => this.nvm.nvmRead(offset, into) || this.#cannotRead(offset, into),
      nvmWrite: (offset, octets) => !this.#isWorn(offset) && this.nvm.nvmWrite(offset, octets),
    };
  }

  /** The machine is this body's from now on. */
  enter(): void {
    this.#machine.host = this.#host;
    if (this.#away) this.#machine.restore(this.#away);
    this.#away = undefined;
  }

  /** Another is about to use the machine. */
  leave(): void {
    this.#away = this.#machine.context();
  }

  get state(): number {
    return this.isOn ? this.#machine.state : 0;
  }

  /** Power is back, over what RAM holds: amp_boot. */
  boot(ram: RamPolicy = "kept", random?: () => number): Outcome {
    this.nvm.powerUp();
    this.#machine.powerUp(ram, random);
    this.isOn = true;
    return this.call({ kind: "boot" });
  }

  /** A call that is witnessed. undefined: power failed in it, or was not there. */
  call(call: Call): Outcome {
    if (!this.isOn) return undefined;
    const machine = this.#machine;
    const before = machine.state;
    this.#before = machine.context(this.#before);
    const wrote: NvmWrite[] = [];
    const unread: NvmRead[] = [];
    this.nvm.log = wrote;
    this.#unread = unread;
    const fuel = this.budget ?? FULL;
    const answer = machine.call(call, fuel);
    if (this.budget !== undefined) this.budget -= fuel - machine.left;
    this.nvm.log = undefined;
    const last = wrote.at(-1);
    this.inFlight = last && last.offset + last.written - 1;
    if (answer === undefined) {
      this.isOn = false;
      return undefined;
    }
    const isUntouched = answer.status >= 0 || machine.isUntouched(this.#before);
    if (call.kind === "setPayload" && answer.status === 0) this.#witness.reads(call.reading, this.index);
    const { kind } = call;
    const frame = call.kind === "receive" ? call.frame : undefined;
    const [received, triggerData, after] = [machine.received(), machine.triggerData(), machine.state];
    this.#witness.called(
      { kind, frame, answer, before, after, isUntouched, wrote, unread, received, triggerData },
      this.index,
    );
    return answer;
  }

  /** What a read that fails leaves in its buffer is anything. */
  #cannotRead(offset: number, into: Uint8Array): false {
    into.fill(0x5a);
    this.#unread.push({ offset, length: into.length });
    return false;
  }

  #isWorn(offset: number): boolean {
    return this.worn !== undefined && offset >= this.worn.from && offset < this.worn.end;
  }
}
