/*
 * Counts of values over many decades: eight bins to a decade, of nearly the same width on a logarithmic axis.
 */
import type { Histogram } from "./timeline.ts";

/** 10^(k/8), k = 0 .. 7, to two figures: written down, because no two machines need agree on a power. */
const STEPS = [1, 1.3, 1.8, 2.4, 3.2, 4.2, 5.6, 7.5];
const EDGES = Array.from({ length: 16 }, (_, decade) => decade - 9).flatMap((decade) =>
  STEPS.map((step) => Number(`${step}e${decade}`)),
);

/** Of values of at least 1 ns, 1 nJ ...; what is less falls into the first bin. */
export class LogHistogram {
  readonly #counts = new Array<number>(EDGES.length).fill(0);

  add(value: number): void {
    let [low, high] = [0, EDGES.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (value >= EDGES[middle]) low = middle;
      else high = middle;
    }
    this.#counts[low]++;
  }

  /** From the first bin that has something to the last. */
  histogram(): Histogram {
    const first = this.#counts.findIndex((count) => count > 0);
    if (first < 0) return { edges: [], counts: [] };
    const last = this.#counts.findLastIndex((count) => count > 0);
    // The last bin has no upper edge but one a step on.
    const top = EDGES[last + 1] ?? EDGES[last] * 10;
    return { edges: [...EDGES.slice(first, last + 1), top], counts: this.#counts.slice(first, last + 1) };
  }
}

/** Of small whole numbers: one bin for each up to 9, then 10 .. 19, 20 .. 49, 50 .. 99, 100 .. 199 and so on. */
export class CountHistogram {
  readonly #counts = new Map<number, number>();

  add(value: number): void {
    const from = value < 10 ? value : floorOf(value);
    this.#counts.set(from, (this.#counts.get(from) ?? 0) + 1);
  }

  histogram(): Histogram {
    const last = Math.max(-1, ...this.#counts.keys());
    if (last < 0) return { edges: [], counts: [] };
    const edges = [0];
    while (edges[edges.length - 1] <= last) edges.push(nextOf(edges[edges.length - 1]));
    return { edges, counts: edges.slice(0, -1).map((from) => this.#counts.get(from) ?? 0) };
  }
}

function floorOf(value: number): number {
  let from = 10;
  while (nextOf(from) <= value) from = nextOf(from);
  return from;
}

/** 1, 2, 5 times a power of ten. */
function nextOf(edge: number): number {
  if (edge < 10) return edge + 1;
  const lead = Number(String(edge)[0]);
  return lead === 2 ? (edge / 2) * 5 : edge * 2;
}
