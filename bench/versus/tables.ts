/* The result for the eye. */
import type { Table } from "../../host/bench/bench.ts";
import { deathRows } from "../../host/cli/versus/print.ts";
import { si } from "../../host/text/units.ts";
import { VERSUS_ASSUMPTIONS } from "../../host/versus/assumptions.ts";
import type { ByCapacitor, VersusResult } from "./result.ts";

type Row = Table["rows"][number];

export function versusTables(result: VersusResult): Table[] {
  const { parts, reading_octets, period_s, charge, harvested, deaths } = result;
  const where = `${parts.mcu}, ${parts.nvm}, ${parts.radio}; ${reading_octets} octets of reading each ${si(period_s, "s")}`;
  const [{ bySeed }] = harvested;
  return [
    {
      id: "charge",
      title: "Readings of one charge, from V_on to V_off without harvest",
      headline: true,
      rows: charge.map((row) => byCapacitor(row, ({ readings }) => readings)),
      note: `On ${where}. ${VERSUS_ASSUMPTIONS}`,
    },
    {
      id: "harvest",
      title: `Readings in ${bySeed[0].lived[0].duration_s} s near an RF energizer, least .. most of ${bySeed.length} seeds, and the share of the energy that lives without one took`,
      headline: true,
      rows: harvested.map(({ bySeed, ...row }) =>
        byCapacitor({ ...row, lived: bySeed[0].lived }, (_, way) =>
          spread(
            bySeed.map(({ lived }) => lived[way].readings),
            bySeed.map(({ lived }) => lived[way].wastedShare),
          ),
        ),
      ),
      note: `The default scenario with one station, so that nobody collides; the share is the mean. On ${where}.`,
    },
    {
      id: "deaths",
      title: "What a death costs, by what had been reached",
      headline: true,
      rows: deathRows(deaths),
      note: `Deaths evenly over the energy from power-on to a reading at the AP (AMP: to the end of the round that its M3 comes in), then a life with all the power it
wants, over what NVM and AP have kept. Parts as above, without leakage.`,
    },
  ];
}

function byCapacitor(
  { capacitance_F, usable_J, lived }: ByCapacitor,
  cell: (one: ByCapacitor["lived"][number], way: number) => string | number,
): Row {
  return {
    capacitor: si(capacitance_F, "F"),
    "a charge": si(usable_J, "J"),
    ...Object.fromEntries(lived.map((one, way) => [one.name, cell(one, way)])),
  };
}

function spread(readings: readonly number[], shares: readonly number[]): string {
  const [least, most] = [Math.min(...readings), Math.max(...readings)];
  const share = shares.reduce((sum, one) => sum + one, 0) / shares.length;
  return `${least === most ? least : `${least} .. ${most}`} (${Math.round(100 * share)} %)`;
}
