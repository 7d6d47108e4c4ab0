/*
 * Traces cut out and laid anew; no energy is made or lost.
 */
import { EnergyError } from "../error.ts";
import { countOf, Windows } from "./shepherd/windows.ts";
import { GAP_STEPS, medianStep, seconds } from "./stamps.ts";
import { endOf_s, type Trace } from "./trace.ts";

/** Samples that a step may make. */
const SAMPLES_MAX = 20_000_000;

/**
 * One sample every step_s, each the mean power over it. The last is whole: what the trace lacks of it has no power.
 * @throws EnergyError for a step that makes none or too many.
 */
export function resampled(trace: Trace, step_s: number): Trace {
  const count = step_s > 0 ? countOf(step_s, trace.end_s) : Number.NaN;
  if (!(count <= SAMPLES_MAX)) {
    throw new EnergyError(
      `a step of ${step_s} s makes ${count} samples of ${seconds(trace.end_s)}, where at most ${SAMPLES_MAX} are made`,
    );
  }
  const end_s = count * step_s;
  const windows = new Windows(step_s, end_s, 1);
  const value = new Float64Array(1);
  for (let i = 0; i < trace.times_s.length; i++) {
    value[0] = trace.power_W[i];
    windows.add(trace.times_s[i], endOf_s(trace, i), value);
  }
  const { times_s, rows } = windows.means(end_s);
  return { times_s, power_W: rows, end_s };
}

/**
 * The part between two instants, begun at the first.
 * @throws EnergyError for instants between which there is nothing.
 */
export function between(trace: Trace, from_s: number, to_s: number): Trace {
  const until_s = Math.min(to_s, trace.end_s);
  if (!(from_s >= 0 && from_s < until_s)) {
    throw new EnergyError(
      `there is nothing from ${from_s} s ${to_s === Number.POSITIVE_INFINITY ? "on" : `to ${to_s} s`}, where the trace lasts from 0 s to ${seconds(trace.end_s)}`,
    );
  }
  const kept = [...trace.times_s.keys()].filter((i) => trace.times_s[i] < until_s && endOf_s(trace, i) > from_s);
  return {
    times_s: Float64Array.from(kept, (i) => Math.max(trace.times_s[i] - from_s, 0)),
    power_W: Float64Array.from(kept, (i) => trace.power_W[i]),
    end_s: until_s - from_s,
  };
}

/**
 * The same power at times that no reader takes for a gap, and that end where a reader thinks they do: a sample that holds
 * for long is said again, and one of no power follows where the last one is not as long as the median step.
 */
export function spelledOut(trace: Trace): Trace {
  const { times_s, power_W, end_s } = trace;
  const edges_s = new Float64Array(times_s.length + 1).fill(end_s);
  edges_s.set(times_s);
  const closed_s = medianStep(edges_s);
  // The median of what is written, which a short last entry may lower; a sample said again cannot.
  const step_s = times_s.length > 1 ? Math.min(medianStep(times_s), closed_s) : closed_s;
  const longest_s = (GAP_STEPS - 1) * step_s;
  const times: number[] = [];
  const powers: number[] = [];
  const push = (time_s: number, p_W: number): void => {
    times.push(time_s);
    powers.push(p_W);
  };
  for (let i = 0; i < times_s.length; i++) {
    const until_s = endOf_s(trace, i);
    const parts = Math.max(1, Math.ceil((until_s - times_s[i]) / longest_s));
    for (let part = 0; part < parts; part++) {
      push(times_s[i] + ((until_s - times_s[i]) * part) / parts, power_W[i]);
    }
  }
  const made = { times_s: Float64Array.from(times), power_W: Float64Array.from(powers), end_s };
  const last_s = end_s - times[times.length - 1];
  const isWhole = times.length > 1 && Math.abs(last_s - medianStep(times)) <= 1e-9 * last_s;
  if (isWhole) return made;
  push(end_s, 0);
  const closed = { times_s: Float64Array.from(times), power_W: Float64Array.from(powers) };
  return { ...closed, end_s: end_s + medianStep(times) };
}
