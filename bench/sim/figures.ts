/*
 * What must not get worse: nothing that a clock has shown. M2s that led to nothing, deaths, and what it takes to count as
 * one exchange are exact, the same on every machine.
 */
import type { Figures } from "../../host/bench/bench.ts";
import type { SimResult, Timing } from "./result.ts";

/** By names like "apart, 100: M2s without an M3". A result of another shape lacks figures instead of failing. */
export function simFigures({ ample, default: byDefault, apart = [], together = [] }: Partial<SimResult>): Figures {
  const figures: Record<string, number> = {};
  collect(figures, "ample", ample);
  collect(figures, "default", byDefault);
  for (const timing of apart) collect(figures, `apart, ${timing.stations}`, timing);
  for (const timing of together) collect(figures, `together, ${timing.stations}`, timing);
  return figures;
}

function collect(figures: Record<string, number>, name: string, timing: Timing | undefined): void {
  if (!timing) return;
  const { exchanges, m2s, deaths } = timing;
  figures[`${name}: M2s`] = m2s;
  // An M3 may belong to an M2 from just before the count began.
  figures[`${name}: M2s without an M3`] = Math.max(0, m2s - exchanges);
  figures[`${name}: deaths`] = deaths;
}
