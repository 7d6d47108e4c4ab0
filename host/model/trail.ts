/** A counterexample, as Spin's guided simulation prints it: one line of the model's own printf an event. */

import { isProperty, type Property } from "./properties.ts";

export interface Counterexample {
  readonly property: Property;
  /** `who: does what`, in order. */
  readonly events: readonly string[];
  /** From this event on it goes round for ever; undefined: the property fell at the last one. */
  readonly cycle: number | undefined;
}

const CYCLE = "<<<<<START OF CYCLE>>>>>";
const EVENT = /^[A-Za-z][A-Za-z ]*: /;
/** Lines of Spin itself that look like events. */
const NO_EVENT = /^(spin|ltl [a-z_]+): /;

/** Reads a simulation's output. `formula`: what has fallen if there is no assertion, and no deadlock, at its end. */
export function readTrail(output: string, formula: Property): Counterexample {
  const lines = output.split("\n").map((line) => line.trim());
  const events: string[] = [];
  let cycle: number | undefined;
  for (const line of lines) {
    if (line === CYCLE) cycle = events.length;
    else if (EVENT.test(line) && !NO_EVENT.test(line)) events.push(line);
  }
  const broken = /^BROKEN (\w+)$/m.exec(output)?.[1] ?? formula;
  if (!isProperty(broken)) throw new Error(`a model names the property ${broken}, which nobody put in words`);
  return { property: broken, events, cycle };
}
