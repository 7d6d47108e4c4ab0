/* What the contenders brought, and what their deaths cost, for the eye. */
import type { Scenario } from "../../sim/scenario/schema.ts";
import { chosen, count, figures, number, percent, si } from "../../text/units.ts";
import { VERSUS_ASSUMPTIONS } from "../../versus/assumptions.ts";
import type { Lived } from "../../versus/contenders.ts";
import type { Deaths } from "../../versus/deaths.ts";
import { type Cell, coloursOf, renderTable, wrapped } from "../terminal.ts";

type Row = Readonly<Record<string, Cell>>;

export function printLived({ name, stations, duration_s, seed, ap }: Scenario, all: readonly Lived[]): void {
  const { bold, dim } = coloursOf(process.stdout);
  const { mcu, nvm, radio, storage } = stations;
  const lines = [
    `${bold(name)}: ${count(stations.count, "station")} for ${chosen(duration_s)} s, seed ${seed}, a reading each ${si(ap.trigger_period_s, "s")}`,
    dim([mcu, nvm, radio, storage].join(", ")),
    "",
    renderTable(all.map(livedRow), ["energy a reading", "energy wasted"]),
    "",
    dim(wrapped(VERSUS_ASSUMPTIONS)),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

function livedRow({ name, readings, duration_s, perReading_J, lives, fruitful, wastedShare }: Lived): Row {
  return {
    way: name,
    readings: number(readings),
    "a second": figures(readings / duration_s),
    "energy a reading": perReading_J === null ? null : si(perReading_J, "J"),
    lives: number(lives),
    "with a reading": number(fruitful),
    "energy wasted": percent(wastedShare),
  };
}

export function printDeaths(all: readonly Deaths[]): void {
  const { bold } = coloursOf(process.stdout);
  process.stdout.write(`\n${bold("What a death costs, by what had been reached")}\n${renderTable(deathRows(all))}\n`);
}

/** Also the bench's. */
export function deathRows(all: readonly Deaths[]): Row[] {
  return all.flatMap(({ name, undisturbed_J, rows }) =>
    rows.map(({ stage, points, wastedLeast_J, wastedMost_J, nextLeast_J, nextMost_J, costMost_J }) => ({
      way: name,
      undisturbed: si(undisturbed_J, "J"),
      "death in": stage,
      deaths: points,
      "spent before": range(wastedLeast_J, wastedMost_J),
      "the next life": range(nextLeast_J, nextMost_J),
      "costs at most": si(costMost_J, "J"),
    })),
  );
}

function range(least_J: number, most_J: number): string {
  const [least, most] = [least_J, most_J].map((e_J) => figures(e_J * 1e6));
  return least === most ? `${least} uJ` : `${least} .. ${most} uJ`;
}
