/*
 * Plays a sequence on a module that counts its edges, and holds every call against the properties of properties.ts.
 * A played sequence leaves nothing behind: the next one starts on a new device.
 */

import { RAM_POLICIES } from "../../device/instance.ts";
import { loadStation, type Station } from "../../device/load.ts";
import type { Finding } from "../target.ts";
import { MAP, spentOf, stateOf, withCoverage } from "./coverage.ts";
import { layoutAt } from "./layout.ts";
import { type CallFacts, Properties } from "./properties.ts";
import { Snapshot } from "./snapshot.ts";
import { FAULTS, KINDS, PLAIN_KINDS, receiveStep, type Sequence, type Step, signed } from "./step.ts";
import { HostError, Surroundings } from "./surroundings.ts";
import { tampered } from "./tamper.ts";
import { GARBAGE, World } from "./world.ts";

/** Instructions of one call: twice what the costliest known takes, an M3 with UPDATE in the small build. More is a finding. */
export const COST_MAX = 450_000;

/** What playing a sequence came to. */
export interface Played {
  readonly finding?: Finding;
  /** What the calls answered. */
  readonly answers: readonly number[];
  readonly calls: number;
  /** Instructions of the costliest call. */
  readonly cost: number;
}

/** A call, as whoever listens hears of it: the state before, and the answer. */
export interface Heard extends Pick<CallFacts, "name" | "result"> {
  readonly state: number;
}

/** A refused call's trace is looked for where nothing beyond __heap_base may be. */
const PAGE_OCTETS = 0x10000;

export class Player {
  /** The function that each edge is in. */
  readonly edges: readonly number[];
  /** A saturating count for each edge, of the sequence that was played last. */
  readonly hits: Uint8Array;
  readonly #station: Station;
  readonly #surroundings = new Surroundings();
  readonly #properties: Properties;
  readonly #snapshot: Snapshot;
  readonly #spent: WebAssembly.Global<number>;
  readonly #globals: readonly WebAssembly.Global<number | bigint>[];
  /** Below __heap_base: as it is, and as instantiation leaves it. */
  readonly #memory: Uint8Array;
  readonly #freshMemory: Uint8Array;
  readonly #freshGlobals: readonly (number | bigint)[];
  /** What is nobody's, and zeros as long. */
  readonly #beyond: readonly { readonly is: Uint8Array; readonly was: Uint8Array }[];
  readonly #listener: ((call: Heard) => void) | undefined;
  #world: World | undefined;
  #answers: number[] = [];
  #cost = 0;

  /**
   * `listener` hears of every call that answered.
   * @throws ModuleError or an Error of one sentence when `octets` is no station module.
   */
  constructor(octets: Uint8Array, listener?: (call: Heard) => void) {
    this.#listener = listener;
    const { wasm, edges } = withCoverage(octets, COST_MAX);
    this.edges = edges;
    this.#station = loadStation(wasm, this.#surroundings, { extraExports: true });
    const { exports, memory } = this.#station;
    const heapBase: number = exports.__heap_base.value;
    this.#spent = spentOf(exports);
    this.#globals = stateOf(exports);
    this.#memory = memory.subarray(0, heapBase);
    this.#freshMemory = this.#memory.slice();
    this.#freshGlobals = this.#globals.map(({ value }) => value);
    // Whole words, so that a run of unreached edges is passed over in one look.
    const mapEnd = MAP + 4 * Math.ceil(edges.length / 4);
    this.hits = memory.subarray(MAP, mapEnd);
    this.#beyond = [memory.subarray(heapBase, MAP), memory.subarray(mapEnd, PAGE_OCTETS)].map((is) => {
      return { is, was: new Uint8Array(is.length) };
    });
    this.#snapshot = new Snapshot(this.#memory, this.#globals, layoutAt(exports.amp_rx_buffer()));
    this.#properties = new Properties(this.#station, this.#surroundings, this.#snapshot);
  }

  /** `plain` gets the sequence as it came to be, every frame as its octets. */
  play(sequence: Sequence, plain?: Step[]): Played {
    this.#begin();
    let finding: Finding | undefined;
    for (let i = 0; i < sequence.length && finding === undefined; i++) {
      finding = this.#take(sequence[i], plain);
      if (finding) finding = { rule: finding.rule, message: `step ${i + 1}, ${sequence[i].kind}: ${finding.message}` };
    }
    const answers = this.#answers;
    return { finding: finding ?? this.#checkBeyond(), answers, calls: answers.length, cost: this.#cost };
  }

  #begin(): void {
    this.#memory.set(this.#freshMemory);
    this.#putGlobals();
    this.hits.fill(0);
    this.#surroundings.reset();
    this.#properties.reset();
    this.#world = undefined;
    this.#answers = [];
    this.#cost = 0;
  }

  #putGlobals(): void {
    for (let i = 0; i < this.#globals.length; i++) this.#globals[i].value = this.#freshGlobals[i];
  }

  #take(step: Step, plain: Step[] | undefined): Finding | undefined {
    if (KINDS.indexOf(step.kind) < PLAIN_KINDS) {
      plain?.push(step);
      return this.#plain(step);
    }
    this.#world ??= new World();
    const frame = this.#world.frameFor(step);
    if (frame === undefined) return undefined;
    const received = receiveStep(tampered(frame, step.tampers));
    plain?.push(received);
    return this.#plain(received);
  }

  #plain(step: Step): Finding | undefined {
    const { exports, memory } = this.#station;
    switch (step.kind) {
      case "boot":
        return this.#call({ name: "amp_boot", step }, () => exports.amp_boot());
      case "payload":
        memory.set(step.octets.subarray(0, 64), exports.amp_payload_buffer());
        return this.#call({ name: "amp_set_payload", step }, () => exports.amp_set_payload(signed(step.a), step.b));
      case "receive":
        memory.set(step.octets, exports.amp_rx_buffer());
        return this.#call({ name: "amp_receive", step }, () => exports.amp_receive(signed(step.a)));
      case "send":
        return this.#call({ name: "amp_send", step }, () => exports.amp_send());
      case "received":
        return this.#call({ name: "amp_received", step }, () => exports.amp_received());
      case "triggerData":
        return this.#call({ name: "amp_trigger_data", step }, () => exports.amp_trigger_data());
      case "power":
        this.#powerUp(step.a);
        return undefined;
      case "nvm":
        this.#surroundings.edit(step);
        return undefined;
      default:
        this.#surroundings.breakdown(FAULTS[step.a % FAULTS.length], step.b);
        return undefined;
    }
  }

  /** Data segments and globals are as instantiation makes them, whatever RAM holds. */
  #powerUp(a: number): void {
    const policy = RAM_POLICIES[a % RAM_POLICIES.length];
    const constants = this.#station.exports.amp_payload_buffer() + 64;
    if (policy === "lost") this.#memory.set(this.#freshMemory);
    if (policy === "random") this.#memory.set(GARBAGE.subarray(0, constants));
    this.#memory.set(this.#freshMemory.subarray(constants), constants);
    this.#putGlobals();
    this.#surroundings.powerUp();
    this.#properties.powerUp();
  }

  #call(facts: Pick<CallFacts, "name" | "step">, work: () => number): Finding | undefined {
    const surroundings = this.#surroundings;
    this.#snapshot.take();
    surroundings.isAsked = facts.name === "amp_boot" || facts.name === "amp_receive";
    surroundings.written = 0;
    this.#spent.value = 0;
    let result: number;
    try {
      result = work();
    } catch (error) {
      return this.#thrown(error);
    } finally {
      surroundings.isAsked = false;
      this.#cost = Math.max(this.#cost, this.#spent.value);
    }
    this.#answers.push(result);
    this.#listener?.({ name: facts.name, state: this.#properties.state, result });
    const finding = this.#properties.check({ ...facts, result });
    if (finding === undefined && result > 0) this.#heard(facts, result);
    return finding;
  }

  /** A frame was sent: whoever listens has it. */
  #heard({ name, step }: Pick<CallFacts, "name" | "step">, length: number): void {
    if (name !== "amp_receive" && name !== "amp_send") return;
    const tx = this.#station.exports.amp_tx_buffer();
    this.#world ??= new World();
    const downlink = name === "amp_receive" ? step.octets.subarray(0, signed(step.a)) : undefined;
    this.#world.heard(this.#station.memory.slice(tx, tx + length), downlink);
  }

  #thrown(error: unknown): Finding {
    if (error instanceof WebAssembly.RuntimeError) {
      const isCost = this.#spent.value > COST_MAX;
      return isCost
        ? { rule: "cost", message: `it ran more than ${COST_MAX.toLocaleString("en")} instructions` }
        : { rule: "trap", message: `it trapped: ${error.message}` };
    }
    if (error instanceof HostError || error instanceof Error) return { rule: "imports", message: error.message };
    throw error;
  }

  #checkBeyond(): Finding | undefined {
    for (const { is, was } of this.#beyond) {
      if (Buffer.compare(is, was) === 0) continue;
      is.fill(0);
      return { rule: "memory", message: "an octet beyond __heap_base was written" };
    }
    return undefined;
  }
}
