/*
 * Which number moves an answer: each number of the profiles is put at the low and at the high end of its band, all others
 * at their best estimate, and the answer is made anew.
 *
 *     swing of n = |answer(n x high) - answer(n x low)|
 *
 * Unlike the band of an energy this needs no formula for the answer: a least capacitor, a break-even, a clock will do. One
 * number at a time says nothing of two that are wrong together.
 */
import { type Band, bandOf, type Quantity } from "../../host/energy/quantity.ts";
import { numberOf, type Profiles } from "../../host/sim/profiles.ts";

export interface Swing {
  /** By its place in the profiles: "mcu.cycle_J". */
  readonly number: string;
  readonly status: Quantity["status"];
  readonly source: string;
  readonly band: Band;
  /** The answer with the number at its low, and at its high; null: there is none. */
  readonly atLow: number | null;
  readonly atHigh: number | null;
}

/** Every number that the answer depends on, the one that moves it most first. */
export function swingsOf(profiles: Profiles, answer: (profiles: Profiles) => number): Swing[] {
  const swings = placesIn(profiles).flatMap((number): Swing[] => {
    const { status, source, band } = numberOf(profiles, number);
    const [low, high] = bandOf({ status, band });
    const [atLow, atHigh] = [low, high].map((factor) => answer(withFactor(profiles, number, factor)));
    if (atLow === atHigh) return [];
    return [{ number, status, source, band: [low, high], atLow: finite(atLow), atHigh: finite(atHigh) }];
  });
  return swings.sort((a, b) => widthOf(b) - widthOf(a));
}

/** JSON has no infinity. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** How far it moves the answer; without end where the answer ceases to be. */
function widthOf({ atLow, atHigh }: Swing): number {
  return atLow === null || atHigh === null ? Number.POSITIVE_INFINITY : Math.abs(atHigh - atLow);
}

function placesIn(profiles: Profiles): string[] {
  const kinds = Object.entries(profiles).flatMap(([kind, profile]) =>
    Object.entries(profile)
      .filter(([, field]) => isQuantity(field))
      .map(([name]) => `${kind}.${name}`),
  );
  return [...kinds, "mcu.weights"];
}

function isQuantity(field: unknown): field is Quantity {
  return typeof field === "object" && field !== null && "value" in field && "unit" in field;
}

/**
 * The profiles with one number times `factor`. The weights, cycles an opcode, are a number too: f times as many cycles are
 * cycles of f times the energy on a clock of 1/f.
 */
export function withFactor(profiles: Profiles, place: string, factor: number): Profiles {
  if (place === "mcu.weights") {
    return withFactor(withFactor(profiles, "mcu.cycle_J", factor), "mcu.clock_Hz", 1 / factor);
  }
  const [kind, name] = place.split(".") as [keyof Profiles, string];
  const quantity = numberOf(profiles, place);
  return { ...profiles, [kind]: { ...profiles[kind], [name]: { ...quantity, value: quantity.value * factor } } };
}
