/*
 * The loop: every process (a cell, the key service's updates) yields the instant at which it goes on; the earliest goes
 * first. Virtual time only: the same scenario gives the same run on every machine.
 */
import type { Crypto } from "../crypto/crypto.ts";
import { addressKey } from "../keys/address.ts";
import { rootBy } from "../keys/roots.ts";
import type { KeyService } from "../keys/service.ts";
import type { KeyStore } from "../keys/store.ts";
import type { HeldRoot } from "../observer/observer.ts";
import { ApPort } from "./apport.ts";
import { Cell } from "./cell.ts";
import type { Arrival } from "./place.ts";
import { Queue } from "./queue.ts";
import type { Scenario } from "./scenario/schema.ts";
import type { Station } from "./station.ts";
import { buildWorld, type Materials, type World } from "./world.ts";

export class Simulation {
  readonly world: World;
  readonly port: ApPort;
  readonly cells: readonly Cell[];
  readonly #processes: readonly Generator<number, void>[];
  readonly #ofChannel: readonly Station[][];
  readonly #queue = new Queue();
  /** Of stations that were ever here. */
  #count: number;
  #ended = false;

  /** @throws ScenarioError or EnergyError, each one sentence, for a scenario that does not fit together. */
  constructor(scenario: Scenario, materials: Materials) {
    this.world = buildWorld(scenario, materials);
    const { plan, stations, ap, media, observer, streams, keys } = this.world;
    const { channels, capture_dB } = scenario.air;
    const ofChannel = dealt(stations, channels);
    this.#ofChannel = ofChannel;
    this.#count = stations.length;
    this.port = new ApPort({
      ap,
      plan,
      observer,
      stations,
      stationsOf: scenario.ap.to === "each" ? (channel) => ofChannel[channel] : undefined,
      triggerData_octets: scenario.ap.trigger_data_octets,
      confirmData_octets: scenario.ap.confirm_data_octets,
      words: streams("words of the access point"),
    });
    this.cells = ofChannel.map(
      (own, channel) =>
        new Cell({
          channel,
          stations: own,
          ap: this.port,
          medium: media[channel],
          plan,
          repeats: scenario.ap.repeats,
          capture_dB,
          random: streams(`slots ${channel}`).uniform,
          // Channels begin one after the other, evenly over a period.
          start_s: ((channel + 1) / channels) * plan.period_s,
          end_s: scenario.duration_s,
        }),
    );
    const every_s = scenario.ap.root_update_every_s;
    const updates = every_s > 0 ? [updating(keys, stations, every_s)] : [];
    this.#processes = [...updates, ...this.cells.map((cell) => cell.live())];
    for (const number of this.#processes.keys()) this.#resume(number);
  }

  /** When something happens next; Infinity: never. */
  get next_s(): number {
    return this.#queue.next_s;
  }

  /** Goes on until that instant, or the end; false: the end was reached. */
  advance(until_s: number): boolean {
    const { duration_s } = this.world.scenario;
    while (this.#queue.next_s < Math.min(until_s, duration_s)) this.#resume(this.#queue.pop());
    if (until_s < duration_s) return true;
    this.#end();
    return false;
  }

  /** The number that the next station to come has in this cell. */
  get nextIndex(): number {
    return this.#count;
  }

  /** A station comes, between two rounds. */
  join(arrival: Arrival): Station {
    const station = this.world.arrived(arrival);
    this.#count++;
    this.port.join(station);
    this.world.stations.push(station);
    this.#ofChannel[station.index % this.#ofChannel.length].push(station);
    return station;
  }

  /** A station goes, between two rounds: what it was until then is told. RangeError: it is not here. */
  leave(index: number, at_s: number): Station {
    const { stations, observer, store, crypto } = this.world;
    const station = stations.find((one) => one.index === index);
    if (!station) throw new RangeError(`station ${index} is not here`);
    station.advanceTo(at_s);
    station.end();
    observer.shares(station, heldRoots(crypto, store).get(addressKey(station.spa)) ?? []);
    for (const list of [stations, ...this.#ofChannel]) {
      const at = list.indexOf(station);
      if (at >= 0) list.splice(at, 1);
    }
    this.port.leave(station);
    return station;
  }

  #resume(number: number): void {
    const { value, done } = this.#processes[number].next();
    if (!done) this.#queue.push(value as number, number);
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    const { stations, observer, store, scenario } = this.world;
    const rootsOf = heldRoots(this.world.crypto, store);
    for (const station of stations) {
      station.advanceTo(scenario.duration_s);
      station.end();
      observer.shares(station, rootsOf.get(addressKey(station.spa)) ?? []);
    }
  }
}

/** Dealt out in turn; a channel without a station has none to trigger. */
function dealt(stations: readonly Station[], channels: number): Station[][] {
  const hands: Station[][] = Array.from({ length: Math.min(channels, stations.length) }, () => []);
  for (const station of stations) hands[station.index % hands.length].push(station);
  return hands;
}

/** The key service asks for a new root of every device, again and again; one that is still on its way goes on. */
function* updating(keys: KeyService, stations: readonly Station[], every_s: number): Generator<number, void> {
  for (let turn = 1; ; turn++) {
    yield turn * every_s;
    for (const { spa } of stations) keys.startUpdate(spa);
  }
}

/** The roots that the key service has of each device, by addressKey: the newest proven, and the one on its way. */
function heldRoots(crypto: Crypto, store: KeyStore): Map<number, HeldRoot[]> {
  return new Map(
    store.load().devices.map(({ spa, generation, root, update }) => {
      const held = [{ generation, root }];
      if (update) held.push({ generation: update.generation, root: rootBy(crypto, root, update, spa) });
      return [addressKey(spa), held];
    }),
  );
}
