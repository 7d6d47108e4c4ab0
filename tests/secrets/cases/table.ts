/** All cases, and what the protocol page lets each export answer in each state: a test holds the two equal. */

import { statusName } from "../../../host/device/abi.ts";
import type { Made } from "../hand.ts";
import { CALLS } from "./calls.ts";
import type { AnswerKind, Case, ExportName, StateNumber } from "./case.ts";
import { COMMANDS } from "./command.ts";
import { NUMBERED } from "./numbered.ts";
import { REFUSED } from "./refused.ts";
import { TRIGGERS } from "./trigger.ts";

export const CASES: readonly Case[] = [...CALLS, ...REFUSED, ...TRIGGERS, ...NUMBERED, ...COMMANDS];

/** What came of a call, as the table tells it. */
export function kindOf(result: number): AnswerKind | undefined {
  if (result === 0) return "0";
  return result > 0 ? "> 0" : statusName(result);
}

/** "amp_send in state 3 answers > 0". */
export function answerOf(call: string, state: number, answer: AnswerKind | undefined): string {
  return `${call} in state ${state} answers ${answer}`;
}

export const answerOfCall = ({ name, state, result }: Pick<Made, "name" | "state" | "result">): string =>
  answerOf(name, state, kindOf(result));

/** The checks that come before the state is looked at (PROTOCOL.md 4a), and an Ack. */
const OF_OCTETS: readonly AnswerKind[] = [
  ...(["0", "too short", "too long", "not for me", "bad type", "bad FCS"] as const),
  ...(["reserved bits", "bad length", "bad profile"] as const),
];
/** M1, in any state but 0. */
const OF_M1: readonly AnswerKind[] = ["> 0", "payload too long", "NVM failed"];
/** Confirm in state 2 and Data in state 3. */
const OF_NUMBERED: readonly AnswerKind[] = ["bad profile", "no root of that generation", "replayed PN", "bad MIC"];

/** Section 4a, and the ABI's table of ARCHITECTURE.md: by export, the answers in states 0, 1, 2 and 3. */
const PAGE: Readonly<Record<ExportName, readonly (readonly AnswerKind[])[]>> = {
  amp_rx_buffer: [["> 0"], ["> 0"], ["> 0"], ["> 0"]],
  amp_tx_buffer: [["> 0"], ["> 0"], ["> 0"], ["> 0"]],
  amp_payload_buffer: [["> 0"], ["> 0"], ["> 0"], ["> 0"]],
  amp_boot: [
    ["0", "NVM failed"],
    ["0", "NVM failed"],
    ["0", "NVM failed"],
    ["0", "NVM failed"],
  ],
  amp_set_payload: [["not booted"], ["0", "bad argument"], ["0", "bad argument"], ["0", "bad argument"]],
  amp_receive: [
    ["not booted"],
    // Entropy is drawn before the first SNonce of a power cycle, so in no other state.
    [...OF_OCTETS, ...OF_M1, "entropy failed", "no session"],
    [...OF_OCTETS, ...OF_M1, "PN exhausted", ...OF_NUMBERED, "no session", "bad command"],
    [...OF_OCTETS, ...OF_M1, "PN exhausted", ...OF_NUMBERED],
  ],
  amp_send: [["not booted"], ["no session"], ["no session"], ["> 0", "payload too long", "PN exhausted"]],
  amp_received: [["0"], ["0"], ["0"], ["0", "> 0"]],
  amp_trigger_data: [["0"], ["0"], ["0"], ["0", "> 0"]],
  amp_state: [["0"], ["> 0"], ["> 0"], ["> 0"]],
};

/** Every answer of the page, in words. */
export function answersOfPage(): Set<string> {
  return new Set(
    Object.entries(PAGE).flatMap(([name, states]) =>
      states.flatMap((answers, state) => answers.map((answer) => answerOf(name, state as StateNumber, answer))),
    ),
  );
}
