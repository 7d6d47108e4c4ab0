/** A payload whose MIC was right, told: text, a command, the answer to one. Offsets are in the payload. */

import { ANSWER, ANSWER_OCTETS, readAnswer, readCommand, UPDATE, UPDATE_OCTETS } from "../command.ts";
import type { Protected } from "../frame.ts";
import { type Row, Rows, textOrHex } from "./row.ts";

/** The rows of the plaintext of `frame`. */
export function payloadRows(frame: Protected, payload: Uint8Array): Row[] {
  const rows = new Rows(payload);
  if (frame.type === "Confirm" && frame.command) tellCommand(rows, payload);
  else if (frame.type === "Data" && frame.encrypted && readAnswer(payload) !== undefined) tellAnswer(rows);
  else rows.take("payload", payload.length, (octets) => ({ meaning: textOrHex(octets) }));
  return rows.all;
}

function tellCommand(rows: Rows, payload: Uint8Array): void {
  const command = readCommand(payload);
  if (command === undefined) {
    rows.take("payload", payload.length, () => ({ meaning: "no command of this profile" }));
    return;
  }
  rows.take("command", 1, () => ({ value: command.command, meaning: COMMANDS[command.command] }));
  if (command.command === "PROVE") return;
  tellGeneration(rows, "the new root's");
  rows.take("Modifier'", UPDATE.T - UPDATE.modifierPrime, () => ({ meaning: "makes the new root out of the old" }));
  rows.take("T", UPDATE_OCTETS - UPDATE.T, () => ({
    meaning: "only the key service can make it, and the device check it",
  }));
}

const COMMANDS = { UPDATE: "make the next root, and prove it", PROVE: "prove the newest root" } as const;

function tellAnswer(rows: Rows): void {
  rows.take("answer", 1, () => ({
    value: "proof",
    meaning: "to UPDATE or PROVE, if it is no reading that looks alike",
  }));
  tellGeneration(rows, "the proven root's");
  rows.take("proof", ANSWER_OCTETS - ANSWER.proof, () => ({ meaning: "only the key service can check it" }));
}

function tellGeneration(rows: Rows, meaning: string): void {
  rows.take("generation", 1, ([generation]) => ({ value: `${generation}`, meaning }));
}
