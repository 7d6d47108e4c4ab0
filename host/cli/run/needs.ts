/*
 * What one exchange takes on each MCU profile, beside what a charge of the storage gives.
 */
import type { Profiles } from "../../sim/profiles.ts";
import type { Result } from "../../sim/result.ts";
import { figures, si } from "../../text/units.ts";
import { coloursOf, renderTable, wrapped } from "../terminal.ts";

/** The table; nothing where no exchange could be measured. */
export function needsText({ needs, profiles }: Result): string {
  if (needs.length === 0) return "";
  const { bold, dim } = coloursOf(process.stdout);
  const { storage } = profiles as unknown as Profiles;
  const charge = `a charge of ${storage.name} gives ${si(needs[0].charge_J, "J")}`;
  const rows = needs.map((need) => ({
    mcu: need.mcu,
    "PMK derived": si(need.cold.e_J, "J"),
    "PMK cached": si(need.warm.e_J, "J"),
    time: si(need.time_s, "s"),
    charges: figures(need.charges),
    "on one charge": need.onOneCharge,
    "least capacitor": si(need.capacitance_F, "F"),
  }));
  const right = ["PMK derived", "PMK cached", "time", "charges", "least capacitor"];
  const note =
    "A life keeps nothing of an exchange it does not finish: what needs more than a charge ends only where harvest " +
    "adds the rest in the same life. Perhaps: at the least of its band, but not at its most.";
  return `${bold(`What one exchange takes, from power-up to its M3; ${charge}`)}
${renderTable(rows, right)}
${dim(wrapped(note))}
`;
}
