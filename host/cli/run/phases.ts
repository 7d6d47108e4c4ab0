/*
 * Energy by phase with its tolerance, and beside it where power failed: one table, in the order of a station's life.
 */
import type { Result } from "../../sim/result.ts";
import { percent, si } from "../../text/units.ts";
import { type Cell, coloursOf, renderTable } from "../terminal.ts";
import { bar } from "./bar.ts";

const ENERGY_BAR = 14;
const DEATHS_BAR = 12;

/** The table; phases of neither energy nor death are left out. */
export function phaseTable({ energy, deaths }: Result): string {
  const { bold, dim } = coloursOf(process.stdout);
  const row = (phase: string, of: Energy, share: number, died: number): Record<string, Cell> => ({
    phase,
    energy: si(of.e_J, "J"),
    "at least": dim(si(of.low_J, "J")),
    "at most": dim(si(of.high_J, "J")),
    share: percent(share),
    " ": bar(share, ENERGY_BAR),
    ...(deaths.total > 0 && {
      deaths: died === 0 ? "" : died.toLocaleString("en"),
      "": bar(died / deaths.total, DEATHS_BAR),
    }),
  });
  const rows = energy.byPhase
    .map((of) => ({ of, died: deaths.byPhase[of.phase] ?? 0 }))
    .filter(({ of, died }) => of.e_J > 0 || died > 0)
    .map(({ of, died }) => row(of.phase, of, of.share, died));
  const all = { ...row("all", energy.total, 1, deaths.total), " ": "", "": "" };
  const sum = Object.fromEntries(Object.entries(all).map(([head, cell]) => [head, bold(String(cell))]));
  return renderTable([...rows, sum], ["energy", "at least", "at most", "share", "deaths"]);
}

type Energy = Result["energy"]["total"];
