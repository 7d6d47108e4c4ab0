/*
 * The CPU's energy by function of the module.
 *
 *     e = cycles / f_clock * P_cpu,   cycles = fuel / 16
 *
 * with the power that the ledger knows: what the storage gives for the CPU, whatever stands between them.
 * Fuel that a station had left when it died, too little for the instructions it came to, is in a row of its own, and with
 * it what was left of the last sixteenth of a cycle: the rows are all that the CPU drew.
 */
import { functionNames } from "../device/rewrite/names.ts";
import { parse } from "../device/rewrite/parse.ts";
import type { FunctionEnergy } from "./result.ts";
import { FUEL_PER_CYCLE } from "./supply.ts";
import { sumOf } from "./tally.ts";
import type { Materials, World } from "./world.ts";

/** The row of what is of no function. */
export const CUT_OFF = "cut off by power failures";

/** The largest first, without functions that never ran; null: the world was not asked to tell. */
export function functionsOf(
  { silicon, profiles, stations }: Pick<World, "silicon" | "profiles" | "stations">,
  { octets, names = functionNames(parse(octets)) }: Materials["module"],
): FunctionEnergy[] | null {
  if (!silicon.byFunction) return null;
  const { functions, unpaid } = silicon.byFunction.read();
  const clock_Hz = profiles.mcu.clock_Hz.value;
  const cpu_W = sumOf(stations[0].supply.loads.cpu.parts.map((part) => (part.source === "cpu" ? part.power_W : 0)));
  const all_J = sumOf(stations.map(({ supply }) => supply.ledger.ofSource("cpu")));
  const row = (name: string, fuel: number, lastBits_s = 0): FunctionEnergy => {
    const cycles = fuel / FUEL_PER_CYCLE;
    const e_J = (cycles / clock_Hz + lastBits_s) * cpu_W;
    return { function: name, cycles, e_J, share: all_J > 0 ? e_J / all_J : 0 };
  };
  const rows = functions.map((fuel, index) => row(names[index], fuel));
  rows.push(row(CUT_OFF, unpaid, sumOf(stations.map(({ supply }) => supply.lastBits_s))));
  return rows.filter(({ e_J }) => e_J > 0).sort((a, b) => b.e_J - a.e_J);
}
