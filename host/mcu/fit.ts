/*
 * Instructions of a core for each class of opcodes, fitted to counts:
 *
 *     minimise  sum over samples of (instructions - sum over classes of count x weight)^2 / instructions
 *               + lambda x sum over classes of (weight - prior)^2 x that class' own part of the first sum,
 *     weight >= least
 *
 * by coordinate descent, which for such a sum finds the one minimum. The prior, a guess at each class' price, only decides
 * between classes that the samples cannot tell apart, as they always come together.
 */
import { type ClassCounts, COUNTED } from "./classes.ts";

/** One call, or one phase of it. */
export interface Sample {
  readonly counts: ClassCounts;
  readonly instructions: number;
}

/** Instructions an opcode, by class. */
export type Prices = Readonly<Record<string, number>>;

/** What an operation takes on a 32-bit core by its looks; scaled to the samples before it is used. */
const GUESS: Prices = {
  branch: 1.5,
  call: 6,
  pick: 1,
  local: 0.1,
  global: 1,
  load: 1.5,
  load64: 3,
  store: 1.5,
  store64: 3,
  memory: 1,
  const: 0.1,
  alu: 1,
  alu64: 2,
  mul: 1,
  mul64: 4,
  div: 10,
  div64: 100,
};
const LAMBDA = 0.01;
/** A sixteenth of an instruction: the meter has no opcode for nothing. */
const LEAST = 1 / 16;
const ROUNDS_MAX = 20_000;
const SETTLED = 1e-9;

/** @throws RangeError without samples. */
export function fitted(samples: readonly Sample[]): Prices {
  if (samples.length === 0) throw new RangeError("samples: there are none to fit to");
  const share = samples.map(({ instructions }) => 1 / instructions);
  const columns = COUNTED.map((name) => samples.map(({ counts }) => counts[name] ?? 0));
  const guess = COUNTED.map((name) => GUESS[name]);
  const guessed = samples.reduce(
    (sum, { counts }) => sum + COUNTED.reduce((all, name) => all + (counts[name] ?? 0) * GUESS[name], 0),
    0,
  );
  const scale = samples.reduce((sum, { instructions }) => sum + instructions, 0) / guessed;
  const prior = guess.map((price) => price * scale);
  const curvature = columns.map((column) => column.reduce((sum, n, i) => sum + share[i] * n * n, 0));
  const weights = prior.slice();
  const left = samples.map(({ instructions }, i) =>
    columns.reduce((rest, column, j) => rest - column[i] * weights[j], instructions),
  );
  for (let round = 0; round < ROUNDS_MAX; round++) {
    let moved = 0;
    for (const [j, column] of columns.entries()) {
      if (curvature[j] === 0) continue;
      const pull =
        column.reduce((sum, n, i) => sum + share[i] * n * left[i], 0) + curvature[j] * (weights[j] + LAMBDA * prior[j]);
      const next = Math.max(LEAST, pull / (curvature[j] * (1 + LAMBDA)));
      const step = next - weights[j];
      if (step === 0) continue;
      weights[j] = next;
      for (let i = 0; i < left.length; i++) left[i] -= column[i] * step;
      moved = Math.max(moved, Math.abs(step));
    }
    if (moved < SETTLED) break;
  }
  return Object.fromEntries(COUNTED.map((name, j) => [name, weights[j]]));
}

/**
 * The same as whole multiples of `unit`, at least one each: rounded, and then moved by one unit at a time for as long as
 * that brings the samples nearer.
 */
export function inUnits(prices: Prices, samples: readonly Sample[], unit: number): Prices {
  const units = COUNTED.map((name) => Math.max(1, Math.round(prices[name] / unit)));
  const columns = COUNTED.map((name) => samples.map(({ counts }) => counts[name] ?? 0));
  const left = samples.map(
    ({ instructions }, i) => instructions - unit * columns.reduce((sum, column, j) => sum + column[i] * units[j], 0),
  );
  const off = (step: number, column: readonly number[]): number =>
    left.reduce((sum, rest, i) => sum + (rest - step * unit * column[i]) ** 2 / samples[i].instructions, 0);
  for (let moved = true; moved; ) {
    moved = false;
    for (const [j, column] of columns.entries()) {
      for (const step of [1, -1]) {
        if (units[j] + step < 1 || off(step, column) >= off(0, column)) continue;
        units[j] += step;
        for (let i = 0; i < left.length; i++) left[i] -= step * unit * column[i];
        moved = true;
      }
    }
  }
  return Object.fromEntries(COUNTED.map((name, j) => [name, units[j] * unit]));
}

/** Instructions that these prices say. */
export function priced(counts: ClassCounts, prices: Prices): number {
  return COUNTED.reduce((sum, name) => sum + (counts[name] ?? 0) * prices[name], 0);
}
