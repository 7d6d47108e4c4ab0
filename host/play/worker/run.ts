/*
 * One run of a scenario: the simulator as it is, with onlookers. What a run that is watched comes to is what ampcore run
 * says of the same scenario, octet by octet.
 */
import { resultJson } from "../../cli/run/json.ts";
import { Microscope } from "../../device/microscope.ts";
import { Recorder } from "../../sim/record/recorder.ts";
import { resultOf } from "../../sim/report.ts";
import type { Scenario } from "../../sim/scenario/schema.ts";
import { Simulation } from "../../sim/simulation.ts";
import type { Life } from "../../sim/tally.ts";
import type { Materials } from "../../sim/world.ts";
import { Tape } from "./tape.ts";
import { Watched } from "./watched.ts";

export interface Given {
  readonly materials: Materials;
  readonly version: string;
  readonly traceHash?: string;
}

/** A recorder whose stations can be looked at besides. */
class Attending extends Recorder {
  /** Those that are drawn, by number. */
  readonly watched = new Map<number, Watched>();
  readonly #duration_s: number;

  constructor({ duration_s, stations }: Scenario) {
    super(duration_s, stations.count);
    this.#duration_s = duration_s;
  }

  override watch(station: number, storage: { readonly capacitance_F: number; readonly e_J: number }) {
    const inner = super.watch(station, storage);
    if (!inner) return undefined;
    const one = new Watched(station);
    this.watched.set(station, one);
    return one.attend(this.#duration_s, storage, inner);
  }

  override lived(life: Life): void {
    super.lived(life);
    this.watched.get(life.station)?.lived(life);
  }
}

export class Run {
  readonly scenario: Scenario;
  readonly simulation: Simulation;
  readonly tape: Tape;
  /** Those that can be looked at, by number. */
  readonly watched: ReadonlyMap<number, Watched>;
  /** All before this has happened. */
  t_s = 0;
  isOver = false;
  readonly #materials: Materials;
  readonly #given: Given;
  #microscope: Microscope | undefined;

  /** @throws ScenarioError or EnergyError, one sentence. */
  constructor(scenario: Scenario, given: Given) {
    this.scenario = scenario;
    this.#given = given;
    const recorder = new Attending(scenario);
    this.watched = recorder.watched;
    this.tape = new Tape((to, octets) => this.watched.get(to)?.hears(octets));
    this.#materials = {
      ...given.materials,
      byFunction: true,
      recorder,
      tap: () => this.tape,
      onlookerOf: (index, nvm) => this.watched.get(index)?.holding(nvm),
    };
    this.simulation = new Simulation(scenario, this.#materials);
  }

  /** Goes on until that instant, or the end. */
  advance(until_s: number): void {
    if (this.isOver) return;
    this.isOver = !this.simulation.advance(until_s);
    this.t_s = Math.min(until_s, this.scenario.duration_s);
  }

  /** Goes on by the next event, at most until the end; false: that was the end. */
  advanceByOne(): boolean {
    const { next_s } = this.simulation;
    this.advance(next_s < this.scenario.duration_s ? next_s * (1 + Number.EPSILON * 2) + Number.MIN_VALUE : next_s);
    return !this.isOver;
  }

  /** As ampcore run --json writes it. */
  resultJson(): string {
    this.advance(Number.POSITIVE_INFINITY);
    const { version, traceHash } = this.#given;
    return resultJson(resultOf(this.simulation, this.#materials, { version, traceHash }));
  }

  /** Made when it is first needed. */
  get microscope(): Microscope {
    const { octets, names } = this.#materials.module;
    this.#microscope ??= new Microscope(octets, this.simulation.world.profiles.mcu.weights, names);
    return this.#microscope;
  }
}
