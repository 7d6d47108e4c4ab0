/* Makes an input smaller, as long as running it still comes to the same. */
import type { Finding, Outcome, Target } from "./target.ts";

/** Tries of smaller inputs: an input of a dozen steps takes a few hundred. */
const TRIES_MAX = 20_000;

export interface Minimised<Input> {
  readonly input: Input;
  readonly outcome: Outcome;
  readonly tries: number;
}

/** Does an outcome still show what the input is kept for? */
export type Shows = (outcome: Outcome) => boolean;

/** The same rule is broken. */
export function breaks({ rule }: Finding): Shows {
  return ({ finding }) => finding?.rule === rule;
}

/** A call still costs as much. */
export function costs(cost: number): Shows {
  return (outcome) => outcome.finding === undefined && outcome.cost >= cost;
}

/** The input that is left when no smaller one of the target's shows it any more; `input` itself has to. */
export async function minimise<Input>(target: Target<Input>, input: Input, shows: Shows): Promise<Minimised<Input>> {
  let best = { input, outcome: await target.run(input) };
  let tries = 0;
  let isSmaller = true;
  while (isSmaller && tries < TRIES_MAX) {
    isSmaller = false;
    for (const candidate of target.smaller(best.input)) {
      if (++tries >= TRIES_MAX) break;
      const outcome = await target.run(candidate);
      if (!shows(outcome)) continue;
      best = { input: candidate, outcome };
      isSmaller = true;
      break;
    }
  }
  return { ...best, tries };
}
