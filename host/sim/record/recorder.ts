/*
 * Records a run as its stations live it. It only listens: a run that is recorded is the same run.
 */
import type { Phase } from "../../device/phase.ts";
import { FUEL_PER_CYCLE } from "../supply.ts";
import type { Life } from "../tally.ts";
import { CountHistogram, LogHistogram } from "./histogram.ts";
import type { CloseUp, DeathsInCall, Timeline } from "./timeline.ts";
import { Track, type Watcher } from "./track.ts";

/** Of every series: a picture twice as wide as a large screen. */
const BUCKETS = 4000;
/** Stations that are drawn; of more, some from the nearest to the farthest. */
const DRAWN = 4;
/** Deaths told one by one of each call and phase. */
const DEATHS = 500;

export class Recorder {
  readonly #bucket_s: number;
  readonly #drawn: readonly number[];
  readonly #tracks = new Map<number, Track>();
  readonly #closeUps = new Map<string, CloseUp>();
  readonly #lives = { duration_s: new LogHistogram(), spent_J: new LogHistogram(), confirmed: new CountHistogram() };
  /** Lives begun, of the stations drawn. */
  readonly #begun = new Map<number, number>();
  readonly #deaths = new Map<string, { call: string; phase: Phase; cycles: number[]; leftOut: number }>();

  /** Of a run of so long, with so many stations. */
  constructor(duration_s: number, stations: number) {
    this.#bucket_s = duration_s / BUCKETS;
    this.#drawn = spread(stations, DRAWN);
  }

  /** Who listens to that station, in whose storage e_J is at t = 0; undefined: it is not drawn. */
  watch(station: number, storage: { readonly capacitance_F: number; readonly e_J: number }): Watcher | undefined {
    if (!this.#drawn.includes(station)) return undefined;
    const track = new Track(BUCKETS, this.#bucket_s, storage, () => this.#keep("exchange", "", station));
    this.#tracks.set(station, track);
    return track;
  }

  /** A life of any station is over. */
  lived(life: Life): void {
    const { duration_s, spent_J, confirmed } = this.#lives;
    duration_s.add(life.down_s - life.up_s);
    spent_J.add(life.spent_J);
    confirmed.add(life.confirmed);
    const { station, death } = life;
    this.#begun.set(station, life.life);
    if (death?.call !== undefined) this.#deathIn(death.call, death.phase, Math.floor(death.fuel / FUEL_PER_CYCLE));
    if (death) this.#keep("death", death.phase, station);
    this.#tracks.get(station)?.lived(life);
  }

  timeline(): Timeline {
    const { duration_s, spent_J, confirmed } = this.#lives;
    return {
      bucket_s: this.#bucket_s,
      stations: [...this.#tracks].map(([station, track]) => track.timeline(station)),
      closeUps: [...this.#closeUps.values()],
      lives: {
        duration_s: duration_s.histogram(),
        spent_J: spent_J.histogram(),
        confirmed: confirmed.histogram(),
      },
      deathsInCalls: [...this.#deaths.values()].map(ascending).sort(byName),
    };
  }

  /** The first of its kind. */
  #keep(kind: CloseUp["kind"], phase: string, station: number): void {
    const key = `${kind} ${phase}`;
    const track = this.#tracks.get(station);
    if (!track || this.#closeUps.has(key)) return;
    const over = this.#begun.get(station) ?? 0;
    this.#closeUps.set(key, track.closeUp(kind, station, kind === "death" ? over : over + 1));
  }

  #deathIn(call: string, phase: Phase, cycles: number): void {
    const key = `${call} ${phase}`;
    const deaths = this.#deaths.get(key) ?? { call, phase, cycles: [], leftOut: 0 };
    this.#deaths.set(key, deaths);
    if (deaths.cycles.length < DEATHS) deaths.cycles.push(cycles);
    else deaths.leftOut++;
  }
}

/** `few` of the numbers below `count`, evenly, the first and the last among them; all of them, if there are no more. */
function spread(count: number, few: number): number[] {
  if (count <= few) return Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: few }, (_, i) => Math.round((i * (count - 1)) / (few - 1)));
}

function ascending(deaths: DeathsInCall): DeathsInCall {
  return { ...deaths, cycles: deaths.cycles.toSorted((a, b) => a - b) };
}

function byName(a: DeathsInCall, b: DeathsInCall): number {
  return `${a.call} ${a.phase}` < `${b.call} ${b.phase}` ? -1 : 1;
}
