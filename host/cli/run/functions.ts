/*
 * The CPU's energy by function of the module: the largest ten, the others in one row.
 */
import type { FunctionEnergy, Result } from "../../sim/result.ts";
import { figures, percent, si } from "../../text/units.ts";
import { type Cell, coloursOf, renderTable } from "../terminal.ts";
import { bar } from "./bar.ts";

const SHOWN = 10;
const BAR = 14;

/** The table; nothing of a run that does not tell, or in which nothing ran. */
export function functionsText({ energy: { byFunction } }: Result): string {
  if (byFunction === null || byFunction.length === 0) return "";
  const { bold } = coloursOf(process.stdout);
  const row = ({ function: name, cycles, e_J, share }: FunctionEnergy): Record<string, Cell> => ({
    function: name,
    cycles: figures(cycles),
    energy: si(e_J, "J"),
    share: percent(share),
    " ": bar(share, BAR),
  });
  const [shown, others] = [byFunction.slice(0, SHOWN), byFunction.slice(SHOWN)];
  const rows = shown.map(row);
  if (others.length > 0) rows.push(row(together(`${others.length} others`, others)));
  const all = { ...row(together("all", byFunction)), " ": "" };
  const sum = Object.fromEntries(Object.entries(all).map(([head, cell]) => [head, bold(String(cell))]));
  const table = renderTable([...rows, sum], ["cycles", "energy", "share"]);
  return `${bold("Energy of the CPU by function, each without what it calls")}\n${table}\n`;
}

function together(name: string, rows: readonly FunctionEnergy[]): FunctionEnergy {
  const sum = (of: (row: FunctionEnergy) => number): number => rows.reduce((all, row) => all + of(row), 0);
  return {
    function: name,
    cycles: sum((row) => row.cycles),
    e_J: sum((row) => row.e_J),
    share: sum((row) => row.share),
  };
}
