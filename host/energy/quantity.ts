/*
 * A number that came from somewhere: how sure one can be of it travels with it.
 */

/** How a number was come by, the surest first. */
export type Status = "measured" | "datasheet" | "proposal" | "assumed";

export interface Quantity {
  readonly value: number;
  /** As in the name of the field that holds it: "J", "W", "s", "F", "Ohm", "V", "Hz", "dBm" ... */
  readonly unit: string;
  /** Where the number stands, or how it follows from numbers that stand there. */
  readonly source: string;
  readonly status: Status;
  /** Factors around the value, where the status' own band does not fit. */
  readonly band?: Band;
}

/** The true value is expected between these factors times the value. */
export type Band = readonly [low: number, high: number];

/**
 * What a status means for a number, unless the number says otherwise. Assumption: they are ours, chosen wide enough that
 * a figure of that kind seldom falls outside:
 * - measured: a bench instrument on one part, or a fit to one: 3 %;
 * - datasheet: a typical value at its own voltage and temperature, read off a page: 20 %;
 * - proposal: what a contribution to the task group hopes a part will take: a factor of 2;
 * - assumed: nobody said it: a factor of 3.
 */
export const BANDS: Readonly<Record<Status, Band>> = {
  measured: [0.97, 1.03],
  datasheet: [0.8, 1.2],
  proposal: [0.5, 2],
  assumed: [0.33, 3],
};

/** The band of a quantity, or of anything else that has a source and a status. */
export function bandOf({ status, band }: Pick<Quantity, "status" | "band">): Band {
  return band ?? BANDS[status];
}

/** Makes quantities of one status: `datasheet(0.5e-3, "s", "SLASE54D, tWAKE-UP-BOR")`. */
export const measured = maker("measured");
export const datasheet = maker("datasheet");
export const proposal = maker("proposal");
export const assumed = maker("assumed");

function maker(status: Status): (value: number, unit: string, source: string, band?: Band) => Quantity {
  return (value, unit, source, band) => ({ value, unit, source, status, ...(band && { band }) });
}
