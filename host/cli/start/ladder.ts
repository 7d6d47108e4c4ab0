import { coloursOf, printTable } from "../terminal.ts";
import type { Death, Sweep } from "./deaths.ts";
import type { Exchange, Shown, Step } from "./exchange.ts";

const WIDTH = 72;

/** The exchange as a ladder: the AP to the left, the station to the right, each frame field by field. */
export function printExchange({ provisionedAsCommitted, steps }: Exchange): void {
  const { bold, dim } = coloursOf(process.stdout);
  const line = (text: string): boolean => process.stdout.write(`${text}\n`);
  line(dim(`provisioned in memory: 268 octets of NVM, ${verdict(provisionedAsCommitted)}`));
  line(bold(`AP${"station".padStart(WIDTH - 2)}`));
  for (const step of steps) {
    if (step.received) printFrame(step.received, "down", line);
    line(`${stepText(step)}  ${dim(costText(step))}`);
    if (step.sent) printFrame(step.sent, "up", line);
  }
}

function printFrame({ name, octets, fields }: Shown, way: "down" | "up", line: (text: string) => void): void {
  const { cyan, dim } = coloursOf(process.stdout);
  const label = ` ${name}, ${octets} octets `;
  const rule = "─".repeat(WIDTH - label.length - 4);
  line(cyan(way === "down" ? `├──${label}${rule}▶` : `◀──${label}${rule}┤`));
  const [names, values] = (["name", "octets"] as const).map((key) =>
    Math.max(...fields.map((field) => field[key].length)),
  );
  for (const { name, octets, meaning } of fields) {
    line(`     ${name.padEnd(names)}  ${octets.padEnd(values)}  ${dim(meaning)}`);
  }
}

/** Stands to the right, under the station. */
function stepText({ call, answer, state, asCommitted }: Step): string {
  const text = `${call} -> ${answer}, ${state}; `;
  // Padded by what is seen: a colour has no width.
  return `${" ".repeat(Math.max(0, WIDTH - text.length - AS_COMMITTED.length))}${text}${verdict(asCommitted)}`;
}

function costText({ instructions, nvmWritten }: Step): string {
  const written = nvmWritten > 0 ? `, ${nvmWritten} octets of NVM` : "";
  return `${instructions.toLocaleString("en")} instructions${written}`;
}

const AS_COMMITTED = "as committed";

function verdict(asCommitted: boolean): string {
  const { green, red } = coloursOf(process.stdout);
  return asCommitted ? green(AS_COMMITTED) : red(`NOT ${AS_COMMITTED}`);
}

/** A row for each chosen death, and the sweep in one sentence. */
export function printDeaths(deaths: readonly Death[], sweep: Sweep): void {
  const { dim } = coloursOf(process.stdout);
  printTable(
    deaths.map(({ instant, instruction, nvm, boots, sNonce, sNonceIsFresh, m3, ends }) => ({
      "power fails": instant,
      "at instruction": instruction,
      "NVM then": nvm,
      boots,
      "next SNonce": `${sNonce.slice(0, 8)}.. ${sNonceIsFresh ? "fresh" : "USED BEFORE"}`,
      "the same M3": m3,
      "ends as": ends,
    })),
    false,
  );
  process.stdout.write(
    `${dim("An M3 fits the one session it was made for: the committed M2's, if that never left in an earlier life.")}\nAnd after every ${sweep.every}th instruction of that life: ${sweep.deaths} deaths, ${sweep.boots} boots, ${sweep.freshSNonces} fresh SNonces\n`,
  );
}
