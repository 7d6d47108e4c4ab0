/*
 * A station module under the microscope: metered with one unit of fuel for each instruction, its whole state (the octets
 * below __heap_base and the mutable globals, 1.4 KB) taken out and put back at will. So the same call can be run again and
 * again from one instant, each time with one unit of fuel more.
 *
 * The meter is the effect-exact one (host/device/meter.ts): at every amount of fuel, memory, globals and NVM are those of
 * a power cut between two instructions.
 */
import { binaryFacts } from "../device/facts.ts";
import type { StationHost } from "../device/host.ts";
import type { RamPolicy } from "../device/instance.ts";
import { type Answer, loadStation, type Station } from "../device/load.ts";
import { FULL, fuelOf, meter, stateOf } from "../device/meter.ts";
import { PowerFailure } from "../device/nvm.ts";

/** A call of the ABI that can be run at any amount of fuel. */
export type Call =
  | { readonly kind: "boot" }
  | { readonly kind: "receive"; readonly frame: Uint8Array }
  | { readonly kind: "send" }
  | { readonly kind: "setPayload"; readonly reading: Uint8Array; readonly encrypt: boolean };

/** All that a station has beside its NVM. */
export interface Context {
  readonly memory: Uint8Array;
  readonly globals: (number | bigint)[];
}

/** What became of a call: its answer, or undefined when power failed in it. */
export type Outcome = Answer | undefined;

/** A trap of the module's own: no input and no instant of death may cause one. */
export class TrapError extends Error {
  override readonly name = "TrapError";
}

const RX_OCTETS = 72;
/** Nothing stands below: the address 0 is no one's (assembly/layout.ts), and what no instruction reaches is no state. */
const RAM_FROM = 16;
/** Where a cursor may point that says nothing of the station: assembly/layout.ts SCRATCH. */
const SCRATCH = { from: 16, end: 560 } as const;

export class Machine {
  readonly station: Station;
  /** Octets below __heap_base: what there is of RAM. */
  readonly heapBase: number;
  /** Whose imports the module gets; set by whoever runs it. */
  host: StationHost | undefined;
  readonly #memory: Uint8Array;
  readonly #fuel: WebAssembly.Global;
  readonly #globals: readonly WebAssembly.Global<number | bigint>[];
  readonly #fresh: Context;
  /** Octets that a data segment sets, as powerUp finds them whatever RAM held: [from, end). */
  readonly #segments: readonly (readonly [from: number, end: number])[];
  readonly #rx: number;

  /** `octets`: a station module. `ready` hears of its exports once: a test build has switches of its own. */
  constructor(octets: Uint8Array, ready?: (exports: WebAssembly.Exports) => void) {
    const metered = meter(octets, "effect", undefined, { withState: true });
    const host: StationHost = {
      entropy: (into) => this.#host.entropy(into),
      nvmRead: (offset, into) => this.#host.nvmRead(offset, into),
      nvmWrite: (offset, from) => this.#host.nvmWrite(offset, from),
    };
    this.station = loadStation(metered, host, { extraExports: true });
    const { exports, memory } = this.station;
    ready?.(exports);
    this.#fuel = fuelOf(exports);
    this.#globals = stateOf(exports);
    this.heapBase = exports.__heap_base.value;
    this.#memory = memory.subarray(0, this.heapBase);
    this.#rx = exports.amp_rx_buffer();
    this.#segments = binaryFacts(octets).dataSegments.map(({ address, octets: count }) => [address, address + count]);
    this.#fresh = this.context();
  }

  /** A copy, or over a copy that is no longer needed. */
  context(into?: Context): Context {
    if (into === undefined) return { memory: this.#memory.slice(), globals: this.#globals.map(({ value }) => value) };
    into.memory.set(this.#memory);
    for (let i = 0; i < this.#globals.length; i++) into.globals[i] = this.#globals[i].value;
    return into;
  }

  restore({ memory, globals }: Context): void {
    this.#memory.set(memory);
    this.#putGlobals(globals);
  }

  /** Power-up over the RAM that is there: `lost` and `random` change it first, `random` in [0, 1) fills it. */
  powerUp(policy: RamPolicy, random: () => number = () => 0): void {
    if (policy === "lost") this.#memory.set(this.#fresh.memory);
    else {
      if (policy === "random")
        for (let at = RAM_FROM; at < this.heapBase; at++) this.#memory[at] = Math.floor(256 * random());
      for (const [from, end] of this.#segments) this.#memory.set(this.#fresh.memory.subarray(from, end), from);
    }
    this.#putGlobals(this.#fresh.globals);
  }

  /** Puts what the call is given into the module's buffers: a context taken then runs it with `run`. */
  prepare(call: Call): void {
    const { exports, memory } = this.station;
    if (call.kind === "receive") memory.set(call.frame.subarray(0, RX_OCTETS), this.#rx);
    if (call.kind === "setPayload") memory.set(call.reading, exports.amp_payload_buffer());
  }

  /** Runs a prepared call with so much fuel. @throws TrapError when the module traps by itself. */
  run(call: Call, fuel: number): number | undefined {
    const { exports } = this.station;
    this.#fuel.value = fuel;
    try {
      switch (call.kind) {
        case "boot":
          return exports.amp_boot();
        case "receive":
          return exports.amp_receive(call.frame.length);
        case "send":
          return exports.amp_send();
        case "setPayload":
          return exports.amp_set_payload(call.reading.length, call.encrypt ? 1 : 0);
      }
    } catch (error) {
      if (error instanceof PowerFailure || this.#fuel.value < 0) return undefined;
      if (error instanceof WebAssembly.RuntimeError) throw new TrapError(`${call.kind} trapped: ${error.message}`);
      throw error;
    }
  }

  /** A whole call: its answer, or undefined when power failed in it, which an NVM can be told to make it do. */
  call(call: Call, fuel = FULL): Outcome {
    this.prepare(call);
    const result = this.run(call, fuel);
    if (result === undefined) return undefined;
    if (result <= 0 || call.kind === "boot" || call.kind === "setPayload") return { status: result };
    const tx = this.station.exports.amp_tx_buffer();
    return { status: 0, frame: this.station.memory.slice(tx, tx + result) };
  }

  /** Fuel that the last call left. */
  get left(): number {
    return this.#fuel.value;
  }

  /** As an onlooker sees it: amp_state, and what it hands out. */
  get state(): number {
    this.#fuel.value = FULL;
    return this.station.state();
  }

  received(): Uint8Array {
    this.#fuel.value = FULL;
    return this.station.received();
  }

  triggerData(): Uint8Array {
    this.#fuel.value = FULL;
    return this.station.triggerData();
  }

  /** Is the station, all of it, in that very state? */
  isIn({ memory, globals }: Context): boolean {
    for (let i = 0; i < globals.length; i++) if (this.#globals[i].value !== globals[i]) return false;
    return sameOctets(this.#memory, memory);
  }

  /**
   * Has nothing of the station changed since, but the buffer that the host writes frames to? One global may have moved
   * within scratch memory: the cursor of the message that was last hashed, which is set before it is read.
   */
  isUntouched({ memory, globals }: Context): boolean {
    let moved = 0;
    for (let i = 0; i < globals.length; i++) {
      const { value } = this.#globals[i];
      if (value === globals[i]) continue;
      if (!isInScratch(value) || (globals[i] !== 0 && !isInScratch(globals[i])) || moved++ > 0) return false;
    }
    const behindRx = this.#rx + RX_OCTETS;
    return (
      sameOctets(this.#memory.subarray(0, this.#rx), memory.subarray(0, this.#rx)) &&
      sameOctets(this.#memory.subarray(behindRx), memory.subarray(behindRx))
    );
  }

  #putGlobals(globals: Context["globals"]): void {
    for (let i = 0; i < globals.length; i++) this.#globals[i].value = globals[i];
  }

  get #host(): StationHost {
    if (this.host === undefined) throw new Error("a station's import was called and nobody has put it there");
    return this.host;
  }
}

function isInScratch(value: number | bigint): boolean {
  return Number(value) >= SCRATCH.from && Number(value) < SCRATCH.end;
}

export function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
