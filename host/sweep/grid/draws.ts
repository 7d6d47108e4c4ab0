/*
 * Monte Carlo: what draw number n gives each parameter. Each parameter of each draw has a stream of its own, so that more
 * draws, or another parameter, move no value that was there.
 */
import { exp } from "../../math/exp.ts";
import { log } from "../../math/log.ts";
import { standardNormal } from "../../math/normal.ts";
import type { Streams } from "../../sim/streams.ts";
import { GridError } from "./read.ts";
import type { Distribution, Grid, Value } from "./schema.ts";

/** Parameters in the grid's order. `scale`: how one is best drawn. */
export interface Drawn {
  readonly path: string;
  readonly scale: "lin" | "log" | "names";
  /** Of a choice: what there is to choose from, each once, however often the list has it. */
  readonly values?: readonly Value[];
  /** The value of a draw, from 0. @throws GridError */
  readonly value: (draw: number, streams: Streams) => Value;
}

/** @throws GridError for a distribution that there is none of. */
export function drawnOf({ monte_carlo }: Grid): Drawn[] {
  return Object.entries(monte_carlo?.parameters ?? {}).map(([path, distribution]) => {
    const place = `monte_carlo.parameters.${path}`;
    check(place, distribution);
    return {
      path,
      scale: scaleOf(distribution),
      ...("choice" in distribution && { values: eachOnce(distribution.choice) }),
      value: (draw, streams) => drawn(place, distribution, streams(`sweep ${path} draw ${draw}`).uniform),
    };
  });
}

function eachOnce(values: readonly Value[]): Value[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}

function scaleOf(distribution: Distribution): Drawn["scale"] {
  if ("loguniform" in distribution) return "log";
  if (!("choice" in distribution)) return "lin";
  return distribution.choice.every((value) => typeof value === "number") ? "lin" : "names";
}

function check(place: string, distribution: Distribution): void {
  const wrong = (is: string, expected: string): never => {
    throw new GridError(`${place} is ${is}, where ${expected} is expected`);
  };
  if ("normal" in distribution) {
    const { sd, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = distribution.normal;
    if (!(sd > 0)) wrong(`of sd ${sd}`, "a number above 0");
    if (!(min < max)) wrong(`between ${min} and ${max}`, "a least below the greatest");
  } else if (!("choice" in distribution)) {
    const isLog = "loguniform" in distribution;
    const [least, most] = isLog ? distribution.loguniform : distribution.uniform;
    if (!(least < most)) wrong(`between ${least} and ${most}`, "a least below the greatest");
    if (distribution.whole && Math.ceil(least) > Math.floor(most)) {
      wrong(`between ${least} and ${most}`, "a whole number between them");
    }
    if (isLog && !(least > 0)) wrong(`between ${least} and ${most}`, "numbers above 0 for a loguniform one");
  }
}

function drawn(place: string, distribution: Distribution, uniform: () => number): Value {
  if ("choice" in distribution) return distribution.choice[Math.floor(uniform() * distribution.choice.length)];
  const { whole = false } = distribution;
  if ("normal" in distribution) return normal(place, distribution, uniform);
  if ("uniform" in distribution) {
    const [least, most] = distribution.uniform;
    // Each whole number as often as the next.
    if (whole) return Math.ceil(least) + Math.floor(uniform() * (Math.floor(most) - Math.ceil(least) + 1));
    return least + (most - least) * uniform();
  }
  const [least, most] = distribution.loguniform;
  const x = least * exp(log(most / least) * uniform());
  return whole ? Math.min(Math.max(Math.round(x), Math.ceil(least)), Math.floor(most)) : x;
}

type Normal = Extract<Distribution, { normal: unknown }>;

/** What falls beyond its ends is drawn again: the distribution is cut off there. */
function normal(place: string, { normal: { mean, sd, min, max }, whole }: Normal, uniform: () => number): number {
  for (let turn = 0; turn < TURNS_MAX; turn++) {
    const exact = mean + sd * standardNormal(uniform);
    const x = whole ? Math.round(exact) : exact;
    if (x >= (min ?? x) && x <= (max ?? x)) return x;
  }
  throw new GridError(`${place} has next to nothing between its min and its max, where a mean near them is expected`);
}

const TURNS_MAX = 10_000;
