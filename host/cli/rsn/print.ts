/** An RSN session as a ladder: the station on the left, the AP on the right, phase by phase. */
import { FIGURES, type Phase, type Session } from "../../rsn/ladder.ts";
import { rsnStatusName } from "../../rsn/station/statuses.ts";
import { coloursOf } from "../terminal.ts";

const WIDTH = 46;
const ORDER: readonly Phase[] = FIGURES;
const FCS_octets = 4;

export function printLadders(
  sessions: readonly Session[],
  { akm, mode }: { readonly akm: number; readonly mode: string },
): void {
  const { bold } = coloursOf(process.stdout);
  print(bold(`RSN, AKM 00-0F-AC:${akm}, mode ${mode}`));
  for (const [i, one] of sessions.entries()) {
    if (i > 0) print("\nthe station loses power, and comes back");
    printLadder(one);
  }
}

function printLadder({ rungs, isAuthorized, stationRefused, apRefused, delivered }: Session): void {
  const { bold, dim, red, green } = coloursOf(process.stdout);
  print(`${"station".padEnd(WIDTH)}AP`);
  let phase: string | undefined;
  for (const rung of rungs) {
    if (rung.phase !== phase) {
      const figure = ORDER.indexOf(rung.phase) + 1;
      print(bold(figure > 0 ? `figure ${figure}: ${rung.phase}` : rung.phase));
      phase = rung.phase;
    }
    const label = ` ${rung.name}${rung.isProtected ? ", protected" : ""}, ${rung.octets.length + FCS_octets} octets `;
    const line = label.padStart(Math.floor((WIDTH - 2 + label.length) / 2), "-").padEnd(WIDTH - 2, "-");
    print(rung.isUp ? `|${line}>|` : `|<${line}|`);
  }
  const octets = (isUp: boolean): number =>
    rungs.reduce((sum, rung) => sum + (rung.isUp === isUp ? rung.octets.length + FCS_octets : 0), 0);
  print(dim(`\n${rungs.length} frames, ${octets(false)} octets down, ${octets(true)} up, FCS included`));
  for (const { name, status } of stationRefused)
    print(dim(`the station refused ${name}: ${rsnStatusName(status) ?? status}`));
  for (const [reason, count] of Object.entries(apRefused))
    if (count > 0) print(dim(`the AP refused ${count}: ${reason}`));
  if (delivered.length > 0) print(dim(`delivered: ${delivered.join(", ")}`));
  print(isAuthorized ? green("the port is open") : red("the port stayed closed"));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
