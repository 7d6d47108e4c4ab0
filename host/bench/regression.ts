import type { Figures } from "./bench.ts";

/** What is not as good as it was committed to be. */
export interface Regression {
  readonly figure: string;
  readonly committed: number;
  /** Null: the figure is not measured any more. */
  readonly measured: number | null;
}

/** How much worse than committed a figure may be: a hundredth. The counts are exact, so this is for deliberate trades. */
const TOLERANCE = 0.01;

/** Every committed figure that is gone, or is now more than a hundredth above what was committed. Less is better. */
export function regressions(committed: Figures, measured: Figures): Regression[] {
  return Object.entries(committed).flatMap(([figure, was]): Regression[] => {
    const is = measured[figure];
    if (is === undefined) return [{ figure, committed: was, measured: null }];
    // A comparison that NaN does not pass.
    return is <= was * (1 + TOLERANCE) ? [] : [{ figure, committed: was, measured: is }];
  });
}

/** One sentence about it. */
export function told({ figure, committed, measured }: Regression): string {
  if (measured === null) return `${figure}: committed as ${committed}, not measured any more`;
  const percent = ((measured / committed - 1) * 100).toFixed(1);
  return `${figure}: ${measured}, committed as ${committed}, ${percent} % worse`;
}
