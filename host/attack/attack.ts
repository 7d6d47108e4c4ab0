/*
 * What an attack is, and what is said of it when it has been made: what happens, what stops it, what it costs both sides.
 * Every number of a report is counted, simulated or timed in the run that prints it.
 */
import type { Kit } from "./kit.ts";

/** How a figure was come by: exact on every machine, all but "timed". */
export type By = "counted" | "simulated" | "derived" | "timed";

export interface Figure {
  readonly name: string;
  readonly value: number;
  /** As in si() of the tables: "J", "s", "Hz", "W"; or what is counted. */
  readonly unit: string;
  readonly by: By;
}

/** Something that has to come true in the run, or the report says other than what the profile does. */
export interface Check {
  readonly claim: string;
  readonly holds: boolean;
}

/**
 * stopped: the attacker gets nothing that jamming would not give him; bounded: he gets something, and a rule says how
 * much; open: the profile has no defence.
 */
export type Verdict = "stopped" | "bounded" | "open";

export interface Report {
  /** What happened, in sentences with the run's own numbers. */
  readonly happens: readonly string[];
  /** The same of what was timed: true of this machine. */
  readonly here?: readonly string[];
  readonly verdict: Verdict;
  /** The rule that stops or bounds it, or what is left to do where none does. */
  readonly stops: string;
  readonly figures: readonly Figure[];
  readonly checks: readonly Check[];
}

export interface Attack {
  readonly name: string;
  /** What the attacker does, in one line. */
  readonly title: string;
  /** What he has to have. */
  readonly needs: string;
  run(kit: Kit): Report | Promise<Report>;
}

/** Makes figures of one kind: `counted("M2s taken", 0, "frames")`. */
export const counted = maker("counted");
export const simulated = maker("simulated");
export const derived = maker("derived");
export const timed = maker("timed");

function maker(by: By): (name: string, value: number, unit: string) => Figure {
  return (name, value, unit) => ({ name, value, unit, by });
}

export function check(claim: string, holds: boolean): Check {
  return { claim, holds };
}
