/*
 * What the page asks and is told: the form on one side, the run on the other.
 */

import { thresholdsOf } from "../../report/page/view.ts";
import { readScenario, ScenarioError } from "../../sim/scenario/read.ts";
import type { Scenario } from "../../sim/scenario/schema.ts";
import { Simulation } from "../../sim/simulation.ts";
import type { Answer, Filled, Request, Sentences } from "../protocol.ts";
import { choicesOf, presetsOf, usualOf } from "./choices.ts";
import { filledFrom, placed, scenarioOf } from "./filled.ts";
import { type Dropped, Stock } from "./given.ts";
import { inspectedDeath, inspectedFrame } from "./inspect.ts";
import { Roots } from "./keys.ts";
import { fragmentOf, linked } from "./link.ts";
import { Memory, pictureOf } from "./picture.ts";
import { Player } from "./player.ts";
import { Run } from "./run.ts";
import type { Watched } from "./watched.ts";

export class Desk {
  readonly #say: (answer: Answer) => void;
  readonly #later: (work: () => void) => void;
  #stock: Stock | undefined;
  #presets: Readonly<Record<string, string>> = {};
  /** The last form that was without a mistake. */
  #scenario: Scenario | undefined;
  #dropped: Dropped | undefined;
  /** Of the recording that a link speaks of. */
  #wantedHash: string | undefined;
  #wantedName = "";
  #player: Player | undefined;
  #looked = 0;
  #memory = new Memory();
  readonly #roots = new Map<number, Roots>();

  constructor(say: (answer: Answer) => void, later: (work: () => void) => void) {
    this.#say = say;
    this.#later = later;
  }

  hear(request: Request): void {
    switch (request.kind) {
      case "open":
        this.#stock = new Stock(request.materials);
        this.#presets = request.materials.scenarios;
        this.#say({
          kind: "opened",
          version: request.materials.version,
          presets: presetsOf(this.#presets),
          choices: choicesOf(this.#theStock.moduleNames),
        });
        this.#open(request.fragment);
        break;
      case "preset":
        this.#wantedHash = undefined;
        this.#shows(readScenario(this.#presets[request.name], request.name));
        break;
      case "link":
        this.#open(request.fragment, true);
        break;
      case "filled":
        this.#judges(request.filled, request.turn);
        break;
      case "trace": {
        const { name, octets } = request;
        this.#drops({ name, octets, hash: this.#theStock.hashOf(octets) });
        break;
      }
      case "begin":
        this.#begins();
        break;
      case "play":
        this.#player?.play(request.speed);
        break;
      case "pause":
        this.#player?.pause();
        break;
      case "step":
        if (this.#player) this.#player.step(request.stride, this.#watched(request.station));
        break;
      case "look":
        this.#looks(request.view);
        break;
      case "inspect":
        this.#inspects(request.item);
        break;
      case "magnify": {
        const watched = this.#watched(this.#looked);
        const call = watched.deaths.find(({ life }) => life.life === request.death)?.call;
        if (call) this.#player?.magnify(call);
        break;
      }
      case "result": {
        const player = this.#player;
        player?.toTheEnd(() => this.#say({ kind: "result", json: player.run.resultJson() }));
        break;
      }
    }
  }

  get #theStock(): Stock {
    if (!this.#stock) throw new Error("the worker was asked before it was opened");
    return this.#stock;
  }

  #watched(station: number): Watched {
    const all = this.#player?.run.watched;
    const watched = all?.get(station) ?? all?.values().next().value;
    if (!watched) throw new Error("no run has begun");
    return watched;
  }

  #rootsOf(station: number): Roots {
    const { crypto, store, stations } = (this.#player as Player).run.simulation.world;
    const roots = this.#roots.get(station) ?? new Roots(crypto, store, stations[station].spa);
    this.#roots.set(station, roots);
    return roots;
  }

  /** `isLater`: the page is there; for an address that is no scenario nothing of it is given up. */
  #open(fragment: string, isLater = false): void {
    try {
      const { scenario, traceHash } = linked(fragment);
      this.#wantedHash = traceHash;
      this.#shows(scenario);
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      if (isLater) this.#say({ kind: "told", sentence: error.message, of: "address" });
      else this.#shows(linked("").scenario, error.message);
    }
  }

  #shows(scenario: Scenario, refusal?: string): void {
    this.#wantedName = scenario.harvest.trace.file;
    this.#say({ kind: "form", filled: filledFrom(scenario), preset: this.#presetOf(scenario), refusal });
  }

  #presetOf(scenario: Scenario): string | undefined {
    const told = JSON.stringify(scenario);
    return Object.keys(this.#presets).find((name) => JSON.stringify(readScenario(this.#presets[name], name)) === told);
  }

  #drops(dropped: Dropped): void {
    if (this.#wantedHash !== undefined && dropped.hash !== this.#wantedHash) {
      this.#say({
        kind: "told",
        sentence: `${dropped.name} is another recording than the link speaks of (${this.#wantedName}); it is used all the same`,
        of: "trace",
      });
      this.#wantedHash = undefined;
    }
    this.#dropped = dropped;
  }

  #judges(filled: Filled, turn: number): void {
    const name = this.#dropped?.name ?? this.#wantedName;
    const { scenario, sentences } = scenarioOf(filled, name);
    const usual = usualOf(filled);
    const judged = { kind: "judged", turn, usual, trace: this.#trace(scenario) } as const;
    if (!scenario) {
      this.#scenario = undefined;
      this.#say({ ...judged, sentences });
      return;
    }
    const refused = this.#refused(scenario);
    this.#scenario = refused ? undefined : scenario;
    const isTrace = scenario.harvest.source === "trace";
    const fragment = fragmentOf({ scenario, traceHash: isTrace ? this.#dropped?.hash : undefined });
    this.#say({ ...judged, sentences: refused ?? {}, ...(!refused && { fragment }) });
  }

  /** Whether a scenario fits together is tried with one station of its kind. */
  #refused(scenario: Scenario): Sentences | undefined {
    try {
      const { materials } = this.#theStock.given(scenario, this.#dropped);
      new Simulation({ ...scenario, stations: { ...scenario.stations, count: 1 } }, materials);
      return undefined;
    } catch (error) {
      const sentences = placed(error);
      const [[path, sentence]] = Object.entries(sentences);
      const isOfTrace = path === "harvest.source" || (this.#dropped && sentence.startsWith(`${this.#dropped.name}: `));
      if (!isOfTrace) return sentences;
      const wanted = this.#dropped ? undefined : this.#wantedName;
      return {
        trace: wanted ? `the link speaks of ${wanted}, which a link cannot carry: drop that file here` : sentence,
      };
    }
  }

  #trace(scenario: Scenario | undefined): { name: string; told: string } | undefined {
    const dropped = this.#dropped;
    if (!dropped || scenario?.harvest.source !== "trace") return undefined;
    try {
      const recording = this.#theStock.recordingOf(dropped, scenario.harvest.trace);
      return { name: dropped.name, told: this.#theStock.told(dropped, recording) };
    } catch {
      return { name: dropped.name, told: "" };
    }
  }

  #begins(): void {
    const scenario = this.#scenario;
    if (!scenario) {
      this.#say({
        kind: "told",
        sentence: "the form has a mistake: the sentence beside its field says what would be right",
        of: "form",
      });
      return;
    }
    this.#player?.pause();
    const run = new Run(scenario, this.#theStock.given(scenario, this.#dropped));
    this.#player = new Player(run, this.#later);
    this.#memory = new Memory();
    this.#roots.clear();
    // By their names, as the report has them.
    const thresholds = thresholdsOf({ profiles: { ...run.simulation.world.profiles } });
    const stations = [...run.watched.keys()];
    this.#say({ kind: "begun", name: scenario.name, duration_s: scenario.duration_s, stations, thresholds });
  }

  #looks(view: Extract<Request, { kind: "look" }>["view"]): void {
    if (!this.#player) return;
    const watched = this.#watched(view.station);
    this.#looked = watched.index;
    this.#player.watched = watched;
    this.#say(pictureOf(this.#player, watched, view, this.#rootsOf(watched.index), this.#memory));
  }

  #inspects(item: Extract<Request, { kind: "inspect" }>["item"]): void {
    if (!this.#player) return;
    const watched = this.#watched(this.#looked);
    const found =
      item.kind === "frame"
        ? inspectedFrame(this.#player, item, watched, (station) => this.#rootsOf(station))
        : inspectedDeath(this.#player, item, watched);
    this.#say(found ?? { kind: "told", sentence: `this ${item.kind} is too long ago: the page keeps the latest only` });
  }
}
