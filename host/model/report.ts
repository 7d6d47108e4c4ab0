/** What became of models and faults: rows for the eye, values for a program, a counterexample line by line. */

import type { Cell } from "../cli/terminal.ts";
import type { Fault } from "./faults.ts";
import type { Bounds, Model } from "./models.ts";
import { PROPERTIES } from "./properties.ts";
import type { Counterexample } from "./trail.ts";
import type { Check } from "./verifier.ts";

/** A model that was searched within these bounds. */
export interface Proof {
  readonly model: Model;
  readonly bounds: Bounds;
  readonly check: Check;
}

/** A fault that was looked for. */
export interface Hunt {
  readonly fault: Fault;
  readonly check: Check;
}

/** `partly unreached`: nothing fell, but a part of the model that no path reaches proves nothing. */
export function verdictOf({ verdict, unreached }: Check): string {
  return verdict === "holds" && unreached.length > 0 ? "partly unreached" : verdict;
}

export function isWell(proofs: readonly Proof[], hunts: readonly Hunt[]): boolean {
  return proofs.every(({ check }) => verdictOf(check) === "holds") && hunts.every(isFound);
}

/** By what it has to break: a fault that something else stumbles over is not understood. */
function isFound({ fault, check }: Hunt): boolean {
  return check.counterexample?.property === fault.breaks;
}

export function proofRow({ model, bounds, check }: Proof): Record<string, Cell> {
  return {
    model: model.name,
    shows: model.shows,
    bounds: boundsText(bounds),
    states: check.states,
    transitions: check.transitions,
    depth: check.depth,
    MB: Math.round(check.memory_MB),
    verdict: verdictOf(check),
    seconds: check.seconds,
  };
}

export function huntRow({ fault, check }: Hunt): Record<string, Cell> {
  const { model, name, kind, says, breaks } = fault;
  const found = check.counterexample;
  const foundBy = isFound({ fault, check }) ? breaks : `NOT by ${breaks}${found ? `, but by ${found.property}` : ""}`;
  return {
    model,
    fault: name,
    kind,
    says,
    "found by": foundBy,
    events: found?.events.length ?? null,
  };
}

/** The same, and all that a table has no room for. */
export function resultOf(proofs: readonly Proof[], hunts: readonly Hunt[]): object {
  return {
    models: proofs.map(({ model, bounds, check }) => {
      const { name, file, shows, kind } = model;
      return { model: name, file, shows, kind, bounds, ...check, verdict: verdictOf(check) };
    }),
    faults: hunts.map(({ fault: { model, name, kind, says, breaks }, check }) => {
      return { model, fault: name, kind, says, breaks, counterexample: check.counterexample ?? null };
    }),
  };
}

/** The sequence of events, and what it breaks. */
export function told({ property, events, cycle }: Counterexample): string {
  const lines = events.flatMap((event, i) => {
    const line = `${String(i + 1).padStart(4)}  ${event}`;
    return i === cycle ? ["  and from here on for ever:", line] : [line];
  });
  if (cycle === events.length) lines.push("  and from here on nothing changes");
  return [...lines, `broken: ${PROPERTIES[property]}`].join("\n");
}

export function boundsText(bounds: Bounds): string {
  return Object.entries(bounds)
    .map(([name, value]) => `${name.toLowerCase()} ${value}`)
    .join(", ");
}
