/* A fleet, and a table of fleets, for a person who has ten seconds. */
import { type FleetOutcome, type FleetResult, isLived } from "../../fleet/result.ts";
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

/** One row for each fleet; the reason of one that was refused stands under its table. */
function gridRows(outcomes: readonly FleetOutcome[]): Record<string, Cell>[] {
  return outcomes.map((outcome) => {
    const { triggerPeriod_s, slots } = outcome.fleet;
    return { "period, s": triggerPeriod_s, slots, ...(isLived(outcome) ? figuresOf(outcome) : REFUSED) };
  });
}

function figuresOf({ readings, fairness, firstReading_s, frames, energy }: FleetResult) {
  return {
    "readings/s": rounded(readings.perSecond),
    "of the slots": readings.perSlot === null ? "-" : percent(readings.perSlot),
    fairness: fairness.stations === null ? "-" : fairness.stations.toFixed(3),
    "first reading, s": firstReading_s.p50 === null ? "never" : rounded(firstReading_s.p50),
    "M2s collided": frames.collidedShare === null ? "-" : percent(frames.collidedShare),
    "energy for them": energy.collidedShare === null ? "-" : percent(energy.collidedShare),
    "a reading": energy.perReading_J === null ? "-" : si(energy.perReading_J, "J"),
  };
}

const REFUSED: Readonly<Record<keyof ReturnType<typeof figuresOf>, string>> = {
  "readings/s": "does not fit",
  ...{ "of the slots": "-", fairness: "-", "first reading, s": "-" },
  ...{ "M2s collided": "-", "energy for them": "-", "a reading": "-" },
};

const rounded = (value: number): number => Number(value.toPrecision(4));

export function gridText(outcomes: readonly FleetOutcome[]): string {
  const [{ fleet }] = outcomes;
  const { bold, red, yellow } = coloursOf(process.stdout);
  const head = `${number(fleet.stations)} stations at ${count(fleet.aps, "access point")} for ${chosen(fleet.duration_s)} s`;
  const lived = outcomes.filter(isLived);
  const violations = lived.reduce((sum, one) => sum + one.violations, 0);
  return [
    `${bold(fleet.scenario)}: ${head}, seed ${fleet.seed}, by offered slots and period of triggers`,
    ...(lived[0]?.warnings ?? []).map((warning) => yellow(wrapped(`note: ${warning}`, "      "))),
    renderTable(gridRows(outcomes)),
    ...outcomes.flatMap((one) =>
      isLived(one) ? [] : [yellow(wrapped(`${asked(one)} do not fit: ${one.refused}`, "  "))],
    ),
    ...(violations > 0 ? [red(`${count(violations, "violation")}; --json says of which rule`)] : []),
    "",
  ].join("\n");
}

function asked({ fleet: { slots, triggerPeriod_s } }: FleetOutcome): string {
  return `${slots} slots each ${chosen(triggerPeriod_s)} s`;
}
