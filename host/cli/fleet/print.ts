/* A fleet, and a table of fleets, for a person who has ten seconds. */
import type { FleetResult, Misfit } from "../../fleet/result.ts";
import type { Spread } from "../../fleet/statistics.ts";
import { chosen, count, figures, number, percent, si } from "../../text/units.ts";
import { type Cell, coloursOf, renderTable, wrapped } from "../terminal.ts";

export function fleetText(result: FleetResult): string {
  const { fleet, warnings, violations, invariants } = result;
  const { bold, dim, red, yellow } = coloursOf(process.stdout);
  const head = `${number(fleet.stations)} stations at ${count(fleet.aps, "access point")} for ${chosen(fleet.duration_s)} s`;
  const slots = `${fleet.slots} slots each ${si(fleet.triggerPeriod_s, "s")}`;
  const distances = fleet.harvest === "energizer" ? ` at ${fleet.energizer_m.map(figures).join(" to ")} m` : "";
  const broken = invariants.filter((one) => one.violations > 0);
  return [
    `${bold(fleet.scenario)}: ${head}, seed ${fleet.seed}`,
    dim(`${slots}; harvest: ${fleet.harvest}${distances}; ${movesText(result)}`),
    ...warnings.map((warning) => yellow(wrapped(`note: ${warning}`, "      "))),
    "",
    renderTable(rowsOf(result), ["value"]),
    ...broken.map(({ rule, first }) => red(wrapped(`${rule} is broken: ${first}`, "  "))),
    violations === 0
      ? dim("every rule held; each access point has an observer of its own")
      : red(count(violations, "violation")),
    "",
  ].join("\n");
}

function movesText({ fleet, moves }: FleetResult): string {
  return fleet.movesPerHour === 0 ? "nobody moves" : `${count(moves.left, "move")}, ${moves.came} ended`;
}

function rowsOf({
  readings,
  fairness,
  firstReading_s,
  frames,
  energy,
  lives,
  deaths,
  moves,
}: FleetResult): Record<string, Cell>[] {
  const share = (value: number | null): string => (value === null ? "-" : percent(value));
  const row = (what: string, value: string): Record<string, Cell> => ({ what, value });
  return [
    row("readings taken", number(readings.taken)),
    row("a second", figures(readings.perSecond)),
    row("a second and access point", figures(readings.perSecondAndAp)),
    row("of the slots offered", share(readings.perSlot)),
    row("fairness among stations (Jain)", fairness.stations === null ? "-" : fairness.stations.toFixed(3)),
    row("time to the first reading, 10 / 50 / 90 %", spreadText(firstReading_s)),
    row("stations without any", number(firstReading_s.never)),
    row("M2s that collided", `${share(frames.collidedShare)} of ${number(frames.m2Sent)}`),
    row("energy for M2s that collided", `${share(energy.collidedShare)} of ${si(energy.spent_J, "J")}`),
    row("energy a reading", energy.perReading_J === null ? "-" : si(energy.perReading_J, "J")),
    row("lives, and deaths", `${number(lives)}, ${number(deaths.total)}`),
    ...(moves.came > 0 ? [row("first reading behind a move, 10 / 50 / 90 %", spreadText(moves.firstReading_s))] : []),
  ];
}

function spreadText({ p10, p50, p90 }: Spread): string {
  return [p10, p50, p90].map((one) => (one === null ? "never" : si(one, "s"))).join(" / ");
}

/** One row for each fleet. */
export function gridRows(results: readonly FleetResult[]): Record<string, Cell>[] {
  return results.map(({ fleet, readings, fairness, firstReading_s, frames, energy }) => ({
    "period, s": fleet.triggerPeriod_s,
    slots: fleet.slots,
    "readings/s": rounded(readings.perSecond),
    "of the slots": readings.perSlot === null ? "-" : percent(readings.perSlot),
    fairness: fairness.stations === null ? "-" : fairness.stations.toFixed(3),
    "first reading, s": firstReading_s.p50 === null ? "never" : rounded(firstReading_s.p50),
    "M2s collided": frames.collidedShare === null ? "-" : percent(frames.collidedShare),
    "energy for them": energy.collidedShare === null ? "-" : percent(energy.collidedShare),
    "a reading": energy.perReading_J === null ? "-" : si(energy.perReading_J, "J"),
  }));
}

const rounded = (value: number): number => Number(value.toPrecision(4));

export function misfitText({ slots, triggerPeriod_s, misfit }: Misfit): string {
  return `${slots} slots each ${si(triggerPeriod_s, "s")}: ${misfit}`;
}

export function gridText(results: readonly FleetResult[], misfits: readonly Misfit[]): string {
  const [{ fleet, warnings }] = results;
  const { bold, yellow } = coloursOf(process.stdout);
  const head = `${number(fleet.stations)} stations at ${count(fleet.aps, "access point")} for ${chosen(fleet.duration_s)} s`;
  return [
    `${bold(fleet.scenario)}: ${head}, seed ${fleet.seed}, by offered slots and period of triggers`,
    ...warnings.map((warning) => yellow(wrapped(`note: ${warning}`, "      "))),
    renderTable(gridRows(results)),
    ...misfits.map((one) => yellow(wrapped(`left out: ${misfitText(one)}`, "  "))),
    "",
  ].join("\n");
}
