/*
 * A call under the microscope: the module once more, cut at each of its instructions, run again from all that the call
 * began with. Power has no end there, and whoever looks may stop between any two instructions: RAM, globals and NVM are
 * then what they were at that point of the call.
 */
import { FC } from "../wire/fc.ts";
import type { Context } from "./instance.ts";
import { loadStation, type Station } from "./load.ts";
import { exportState, stateOf } from "./meter.ts";
import { Nvm } from "./nvm.ts";
import type { Phase } from "./phase.ts";
import type { CallWork } from "./powered.ts";
import { call, i32Const } from "./rewrite/asm.ts";
import { Cursor } from "./rewrite/cursor.ts";
import type { Module } from "./rewrite/module.ts";
import { functionNames } from "./rewrite/names.ts";
import type { Region } from "./rewrite/regions.ts";
import { rewrite } from "./rewrite/rewrite.ts";
import { phaseMarks, TriggerPhase } from "./triggerphase.ts";
import { costOf, type Weights } from "./weights.ts";

/** All that a call follows from. */
export interface Beginning {
  readonly call: string;
  /** Of what the CPU runs first. */
  readonly phase: Phase;
  readonly work: CallWork;
  readonly context: Context;
  readonly nvm: Uint8Array;
  /** What the noise source gave, in turn; it is silent after that. */
  readonly noise: readonly Uint8Array[];
}

/** A place in the module. */
export interface Site {
  readonly function: string;
  /** Octet of the module. */
  readonly at: number;
  /** As the text format has it. */
  readonly text: string;
  /** Fuel, 1/16 cycle. */
  readonly cost: number;
  /** It calls the host. */
  readonly isImport: boolean;
}

/** Hears of a call as it goes. */
export interface Eye {
  /** An instruction is about to run, in that phase; true: stop before it. */
  instruction(site: number, phase: Phase): boolean | undefined;
  /** The module has called its host. */
  imported(kind: "entropy" | "nvmRead" | "nvmWrite", octets: number): void;
}

/** What is there when a call is over or was stopped. */
export interface Sight {
  readonly isOver: boolean;
  /** What the call answered; undefined: it was stopped. */
  readonly answer: unknown;
  /** RAM below __heap_base, globals, NVM: copies. */
  readonly context: Context;
  readonly nvm: Uint8Array;
}

const STEP = { module: "microscope", name: "step" } as const;

class Stop extends Error {
  override readonly name = "Stop";
}

export class Microscope {
  /** By number. */
  readonly sites: readonly Site[];
  readonly #station: Station;
  readonly #rx: number;
  readonly #memory: Uint8Array;
  readonly #globals: ReturnType<typeof stateOf>;
  /** Where the functions of phaseMarks begin. */
  readonly #marks: ReadonlyMap<number, number>;
  #step: (site: number) => void = () => {};
  #nvm = new Nvm();
  #eye: Pick<Eye, "imported"> = { imported: () => {} };
  #noise: Uint8Array[] = [];
  #phase = new TriggerPhase(false);

  /** `octets`: a station module; `names`: of its functions, where they are known. @throws ModuleError, or an Error of one sentence. */
  constructor(octets: Uint8Array, weights: Weights, names?: readonly string[]) {
    const marks = new Map<number, number>();
    const marked = phaseMarks(names) ?? [];
    let sites: Site[] = [];
    const { wasm } = rewrite(octets, "instruction", ({ module, regions }, additions) => {
      exportState(module, additions);
      const step = additions.addImport(STEP.module, STEP.name, ["i32"]);
      const called = names ?? functionNames(module);
      const steps = regions.filter(({ instructions: [{ opcode }] }) => opcode.class !== "structure");
      sites = steps.map((region) => siteOf(module, region, called, weights));
      for (const [position, index] of marked.entries()) {
        marks.set(
          steps.findIndex(({ functionIndex }) => functionIndex === index),
          position,
        );
      }
      const numbers = new Map(steps.map((region, number) => [region, number]));
      return {
        enter: (region) => {
          const number = numbers.get(region);
          return number === undefined ? [] : [...i32Const(number), ...call(step)];
        },
      };
    });
    this.sites = sites;
    this.#marks = marks;
    const host = {
      entropy: (into: Uint8Array) => this.#entropy(into),
      nvmRead: (offset: number, into: Uint8Array) => this.#nvmRead(offset, into),
      nvmWrite: (offset: number, from: Uint8Array) => this.#nvmWrite(offset, from),
    };
    const extraImports = { [STEP.module]: { [STEP.name]: (site: number) => this.#step(site) } };
    this.#station = loadStation(wasm, host, { extraExports: true, extraImports });
    const { exports, memory } = this.#station;
    this.#rx = exports.amp_rx_buffer();
    this.#memory = memory.subarray(0, exports.__heap_base.value);
    this.#globals = stateOf(exports);
  }

  /** Runs a call again from its beginning. */
  look(beginning: Beginning, eye: Eye): Sight {
    this.#put(beginning);
    const isFollowed = this.#marks.size > 0;
    this.#phase = new TriggerPhase(isFollowed);
    this.#eye = eye;
    let isTrigger: boolean | undefined;
    this.#step = (site) => {
      // The operands are in by the time the first instruction runs.
      isTrigger ??= beginning.call === "receive" && this.#memory[this.#rx] === FC.Trigger;
      const position = this.#marks.get(site);
      if (position !== undefined) this.#phase.enters(position);
      if (eye.instruction(site, isTrigger ? this.#phase.phase : beginning.phase)) throw new Stop();
    };
    try {
      const answer = (beginning.work as (station: Station) => unknown)(this.#station);
      return { isOver: true, answer, ...this.#rest() };
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      return { isOver: false, answer: undefined, ...this.#rest() };
    } finally {
      this.#step = () => {};
    }
  }

  /** An index of abi.ts STATES. */
  stateOf(context: Context): number {
    this.#memory.set(context.memory);
    this.#putGlobals(context);
    return this.#station.state();
  }

  #put({ context, nvm, noise }: Beginning): void {
    this.#memory.set(context.memory);
    this.#putGlobals(context);
    this.#nvm = new Nvm(nvm);
    this.#noise = [...noise];
  }

  #putGlobals({ globals }: Context): void {
    for (const [i, global] of this.#globals.entries()) global.value = globals[i];
  }

  #rest(): Pick<Sight, "context" | "nvm"> {
    const context = { memory: this.#memory.slice(), globals: this.#globals.map(({ value }) => value) };
    return { context, nvm: this.#nvm.octets.slice() };
  }

  #entropy(into: Uint8Array): boolean {
    this.#eye.imported("entropy", into.length);
    const noise = this.#noise.shift();
    if (noise) into.set(noise);
    return noise !== undefined;
  }

  #nvmRead(offset: number, into: Uint8Array): boolean {
    this.#eye.imported("nvmRead", into.length);
    this.#phase.reads(offset);
    return this.#nvm.nvmRead(offset, into);
  }

  #nvmWrite(offset: number, from: Uint8Array): boolean {
    this.#eye.imported("nvmWrite", from.length);
    return this.#nvm.nvmWrite(offset, from);
  }
}

function siteOf(module: Module, region: Region, names: readonly string[], weights: Weights): Site {
  const [{ opcode, operand, at, end }] = region.instructions;
  const immediate = (): string => {
    const cursor = new Cursor(module.octets, "an immediate", at + 1, end);
    switch (opcode.immediate) {
      case "function":
        return ` ${names[operand]}`;
      case "local":
      case "global":
        return ` ${operand}`;
      case "label":
        return ` ${cursor.u32()}`;
      case "access":
        return operand === 0 ? "" : ` offset=${operand}`;
      case "i32":
        return ` ${cursor.s32()}`;
      case "i64":
        return ` ${cursor.s64()}`;
      default:
        return "";
    }
  };
  return {
    function: names[region.functionIndex],
    at,
    text: `${opcode.name}${immediate()}`,
    cost: costOf(region.instructions, weights),
    isImport: opcode.name === "call" && operand < module.importedFunctions,
  };
}
