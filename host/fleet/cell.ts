/* One cell of a fleet: a simulation of its own, whose stations may go and come, and what it tells of each. */
import type { Crypto } from "../crypto/crypto.ts";
import { Simulation } from "../sim/simulation.ts";
import type { Station } from "../sim/station.ts";
import { type Counts, merged } from "../sim/tally.ts";
import type { Materials } from "../sim/world.ts";
import { cellScenario, type FleetWish, firstOf, placeOf } from "./plan.ts";
import type { CellTold, Visit } from "./told.ts";

/** That take about a tenth of a second. */
const STATION_SECONDS = 2000;

export class FleetCell {
  readonly number: number;
  readonly #simulation: Simulation;
  /** Of the fleet, by number in this cell. */
  readonly #numbers: number[];
  /** By number in this cell: since when it is here. */
  readonly #since_s: number[];
  /** By number in the fleet, of those that are here. */
  readonly #here = new Map<number, number>();
  /** It has lived that long. */
  #now_s = 0;
  readonly #visits: Visit[] = [];
  /** Of each visit. */
  readonly #deaths: Counts[] = [];

  /** @throws ScenarioError, EnergyError for a scenario that does not fit together. */
  constructor(wish: FleetWish, number: number, materials: Omit<Materials, "crypto">, crypto: Crypto) {
    this.number = number;
    const scenario = cellScenario(wish, number, crypto);
    const first = firstOf(wish, number);
    this.#numbers = Array.from({ length: scenario.stations.count }, (_, index) => first + index);
    this.#since_s = this.#numbers.map(() => 0);
    for (const [index, station] of this.#numbers.entries()) this.#here.set(station, index);
    const place = placeOf(wish, number, this.#numbers, crypto);
    this.#simulation = new Simulation(scenario, { ...materials, crypto, place });
  }

  get awake(): number {
    return this.#simulation.world.stations.filter(({ isUp }) => isUp).length;
  }

  /** Where to stop on the way to an instant, that instant included, so that little happens from one to the next. */
  stopsTo(until_s: number): number[] {
    const { duration_s } = this.#simulation.world.scenario;
    const from_s = this.#now_s;
    const span_s = Math.min(until_s, duration_s) - from_s;
    const stops = Math.max(1, Math.ceil((this.#here.size * span_s) / STATION_SECONDS));
    return Array.from({ length: stops }, (_, i) => (i + 1 === stops ? until_s : from_s + (span_s * (i + 1)) / stops));
  }

  /** false: it is at its end. */
  advance(until_s: number): boolean {
    this.#now_s = until_s;
    return this.#simulation.advance(until_s);
  }

  /** A station goes; its NVM record. */
  leaves(station: number, at_s: number): Uint8Array {
    const index = this.#here.get(station);
    if (index === undefined) throw new RangeError(`station ${station} is not in cell ${this.number}`);
    const gone = this.#simulation.leave(index, at_s);
    this.#here.delete(station);
    this.#tells(gone, at_s);
    return gone.nvm.octets.slice();
  }

  comes(station: number, at_s: number, image: Uint8Array): void {
    const index = this.#simulation.nextIndex;
    this.#numbers[index] = station;
    this.#since_s[index] = at_s;
    this.#here.set(station, index);
    this.#simulation.join({ index, at_s, image });
  }

  /** Of a cell that is at its end. */
  told(): CellTold {
    const { world, port, cells } = this.#simulation;
    for (const station of world.stations) this.#tells(station, world.scenario.duration_s);
    return {
      cell: this.number,
      visits: this.#visits,
      triggers: cells.reduce((sum, { triggers }) => sum + triggers, 0),
      taken: port.taken.reduce((sum, taken) => sum + taken, 0),
      violations: world.observer.violations,
      verdicts: world.observer.verdicts(),
      deathsByPhase: merged(this.#deaths),
    };
  }

  #tells({ index, tally, supply }: Station, until_s: number): void {
    this.#deaths.push(tally.deathsByPhase);
    const { lives, m1Heard, m2Sent, m2Collided, confirmed, first_s, useful_J, wasted_J, collided_J, up_s } = tally;
    this.#visits.push({
      station: this.#numbers[index],
      cell: this.number,
      from_s: this.#since_s[index],
      until_s,
      ...{ lives, deaths: tally.deaths, m1Heard, m2Sent, m2Collided, confirmed, useful_J, wasted_J, collided_J, up_s },
      first_s: first_s ?? null,
      spent_J: supply.capacitor.spent_J,
      harvested_J: supply.capacitor.harvested_J,
    });
  }
}
