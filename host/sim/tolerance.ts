/*
 * How sure a joule is. Every number of a profile has a band (its status, or its own); energy is linear in each of them, so
 *
 *     low = sum over sources of E_source x product of the lows of the numbers behind it,      high likewise.
 *
 * That holds for the course of events that the run took: a station whose every joule costs more dies more often and reads
 * less, which no band of one run can show. The bands of different numbers are taken to be wrong the same way at once: the widest there is.
 */
import { bandOf } from "../energy/quantity.ts";
import { SOURCE_NAMES, SOURCES, type Source } from "./loads.ts";
import { numberOf, type Profiles } from "./profiles.ts";

/** Joules with their band. */
export interface Energy {
  readonly e_J: number;
  readonly low_J: number;
  readonly high_J: number;
}

/** The number that widens a band most. */
export interface Mover {
  /** By its place in the profiles: "mcu.cycle_J". */
  readonly number: string;
  readonly value: number;
  readonly unit: string;
  readonly status: string;
  readonly source: string;
  /** How far it moves the total by itself, from its low to its high, joules. */
  readonly moves_J: number;
}

/** The band of an energy that is made of `of(source)` joules from each source. */
export function withBand(of: (source: Source) => number, profiles: Profiles): Energy {
  let [e_J, low_J, high_J] = [0, 0, 0];
  for (const source of SOURCE_NAMES) {
    const joules = of(source);
    let [low, high] = [1, 1];
    for (const name of SOURCES[source]) {
      const band = bandOf(numberOf(profiles, name));
      low *= band[0];
      high *= band[1];
    }
    e_J += joules;
    low_J += joules * low;
    high_J += joules * high;
  }
  return { e_J, low_J, high_J };
}

/** The number whose band, alone, moves the total most; undefined where nothing was spent. */
export function moverOf(of: (source: Source) => number, profiles: Profiles): Mover | undefined {
  const movers = SOURCE_NAMES.flatMap((source) =>
    SOURCES[source].map((name) => {
      const quantity = numberOf(profiles, name);
      const [low, high] = bandOf(quantity);
      const { value, unit, status, source: from } = quantity;
      return { number: name, value, unit, status, source: from, moves_J: of(source) * (high - low) };
    }),
  );
  const [most] = movers.filter(({ moves_J }) => moves_J > 0).sort((a, b) => b.moves_J - a.moves_J);
  return most;
}
