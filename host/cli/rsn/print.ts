/** An RSN session as a ladder: the station on the left, the AP on the right, phase by phase. */
import { FCS_OCTETS } from "../../rsn/frames/mpdu.ts";
import type { Session } from "../../rsn/ladder.ts";
import type { AmpExchange } from "../../rsn/rootscene.ts";
import { FIGURES, type Phase } from "../../rsn/rungs.ts";
import { rsnStatusName } from "../../rsn/station/statuses.ts";
import { coloursOf } from "../terminal.ts";

const WIDTH = 46;
const ORDER: readonly Phase[] = FIGURES;

export function printLadders(
  sessions: readonly Session[],
  { akm, mode, amp }: { readonly akm: number; readonly mode: string; readonly amp?: AmpExchange },
): void {
  const { bold } = coloursOf(process.stdout);
  print(bold(`RSN, AKM 00-0F-AC:${akm}, mode ${mode}`));
  for (const [i, one] of sessions.entries()) {
    if (i > 0) print("\nthe station loses power, and comes back");
    printLadder(one);
  }
  if (amp) printAmp(amp);
}

function printAmp({ frames, outcome }: AmpExchange): void {
  const { bold, green, red } = coloursOf(process.stdout);
  print(`\n${bold("the device wakes as an AMP station")}`);
  for (const { name, octets } of frames)
    arrow(name.startsWith("M2") || name === "Data", `${name}, ${octets.length} octets`);
  print(outcome === "confirmed" ? green("the reading is confirmed") : red(outcome));
}

function arrow(isUp: boolean, text: string): void {
  const label = ` ${text} `;
  const line = label.padStart(Math.floor((WIDTH - 2 + label.length) / 2), "-").padEnd(WIDTH - 2, "-");
  print(isUp ? `|${line}>|` : `|<${line}|`);
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
    arrow(rung.isUp, `${rung.name}${rung.isProtected ? ", protected" : ""}, ${rung.octets.length + FCS_OCTETS} octets`);
  }
  const octets = (isUp: boolean): number =>
    rungs.reduce((sum, rung) => sum + (rung.isUp === isUp ? rung.octets.length + FCS_OCTETS : 0), 0);
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
