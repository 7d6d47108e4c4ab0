/*
 * A frame's explanation for the eye: its fields as a table, and what each side makes of it.
 */
import { STATUS } from "../../device/abi.ts";
import type { Explanation, Verdict } from "../../wire/explain/explain.ts";
import { TITLES } from "../../wire/explain/header.ts";
import { DIRECTIONS } from "../../wire/explain/json.ts";
import { octetCount, type Row } from "../../wire/explain/row.ts";
import { toHex } from "../../wire/octets.ts";
import { coloursOf, printTable } from "../terminal.ts";

/** Prints it; `which` goes before the heading, and `brief` is one line without fields. */
export function printExplanation(
  { octets, type, verdicts, rows, opening, payloadRows }: Explanation,
  which: string,
  brief: boolean,
): void {
  const { bold } = coloursOf(process.stdout);
  const title = type ? TITLES[type] : "no type of frame";
  const direction = verdicts.length === 1 ? `, ${DIRECTIONS[verdicts[0].by]}` : "";
  const heading = `${which}${title}${direction}, ${octetCount(octets.length)}`;
  if (brief) {
    print(`${heading}: ${verdicts.map(verdictText).join("; ")}\n`);
    return;
  }
  print(`${bold(heading)}\n\n`);
  printTable(rows.map(tableRow), false);
  print("\n");
  if (opening) {
    print(`nonce  ${toHex(opening.nonce)}  as sent by the ${opening.sender}\nAAD    ${toHex(opening.aad)}\n\n`);
  }
  if (payloadRows.length > 0) {
    print("payload:\n");
    printTable(payloadRows.map(tableRow), false);
    print("\n");
  }
  print(`${verdicts.map(verdictText).join("\n")}\n\n`);
}

function verdictText({ by, taken, status, check, why }: Verdict): string {
  const { green, red } = coloursOf(process.stdout);
  const side = by === "device" ? "a device" : "an AP";
  if (taken || status === undefined) return `${side} ${green("takes it")}: ${why}`;
  // The number is what amp_receive answers; an AP counts by the name.
  const number = by === "device" ? ` (${STATUS[status]})` : "";
  return `${side} ${red("refuses it")}: ${status}${number}, by the check of ${check}: ${why}`;
}

const OCTETS_A_LINE = 8;
/** As many lines of octets as the longest field of a good frame takes; --json has all of a longer one. */
const LINES_MAX = 8;

function tableRow({ offset, octets, of, bits, field, value, meaning }: Row) {
  return {
    offset: bits === undefined ? `${offset}`.padStart("offset".length) : "",
    octets: bits ?? wrapped(octets),
    field: of === undefined ? field : `  ${field}`,
    value,
    meaning,
  };
}

function wrapped(octets: Uint8Array): string {
  const starts = Array.from({ length: Math.ceil(octets.length / OCTETS_A_LINE) }, (_, i) => i * OCTETS_A_LINE);
  const lines = starts.slice(0, LINES_MAX).map((start) => toHex(octets.subarray(start, start + OCTETS_A_LINE)));
  return [...lines, ...(starts.length > LINES_MAX ? ["..."] : [])].join("\n");
}

function print(text: string): void {
  process.stdout.write(text);
}
