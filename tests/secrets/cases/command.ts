/** Commands in M3: done, refused, and failed by NVM at each access that can keep them from being done. */
import { proveCommand } from "../../twin/update.ts";
import type { Bed, Part } from "../bed.ts";
import { COMMAND } from "../hand.ts";
import type { Case } from "./case.ts";
import { SLOT_A, SLOT_B } from "./trigger.ts";

type Reach = (bed: Bed) => void;
const reachFirst: Reach = (bed) => bed.reach(2);
const reachUpdated: Reach = (bed) => bed.reachUpdated();

/** An M3 with this command in a session under the root of generation 0 or 1. */
function command(
  reach: Reach,
  answer: Case["answer"],
  path: string,
  payload: (bed: Bed) => Uint8Array,
  fault: (bed: Bed) => void = () => undefined,
): Case {
  const play: Case["play"] = (bed) => {
    reach(bed);
    const frame = bed.m3(payload(bed), COMMAND);
    fault(bed);
    bed.receive(frame);
  };
  return { call: "amp_receive", state: 2, answer, path, play };
}

const update = (bed: Bed): Uint8Array => bed.update();
const prove = (): Uint8Array => proveCommand();
/** UPDATE to another generation than the next one. */
const ahead =
  (generations: number) =>
  (bed: Bed): Uint8Array =>
    bed.update().map((octet, i) => (i === 1 ? octet + generations - 1 : octet));

/** An access that fails, which is the n-th of its kind to that part. */
type Failure = readonly [words: string, kind: "read" | "write", n: number, part: Part];

const failing = (
  reach: Reach,
  words: string,
  payload: (bed: Bed) => Uint8Array,
  answer: Case["answer"],
  failures: readonly Failure[],
): Case[] =>
  failures.map(([what, kind, n, part]) =>
    command(reach, answer, `${words}, ${what} fails`, payload, (bed) => bed.fail(kind, n, part)),
  );

/** The newest slot is the other one of the two in a session under generation 1. */
const UPDATE_FAILURES = (newest: Part, other: Part, isUsed: boolean): Failure[] => [
  ["the read of the root", "read", 0, newest],
  ...(isUsed ? [["the write of the old check field", "write", 0, other] as const] : []),
  ["the write of the octets", "write", isUsed ? 1 : 0, other],
  ["the write of the check field", "write", isUsed ? 2 : 1, other],
  ["the read of what was written", "read", 1, other],
];

const UPDATES: readonly Case[] = [
  command(reachFirst, "> 0", "UPDATE", update),
  command(reachUpdated, "> 0", "UPDATE under generation 1, over the slot of generation 0", update),
  ...failing(reachFirst, "UPDATE", update, "NVM failed", UPDATE_FAILURES(SLOT_A, SLOT_B, false)),
  ...failing(reachUpdated, "UPDATE under generation 1", update, "NVM failed", UPDATE_FAILURES(SLOT_B, SLOT_A, true)),
  ...failing(reachFirst, "UPDATE", update, "> 0", [["the read of the old check field", "read", 0, SLOT_B]]),
  command(reachFirst, "bad command", "UPDATE, T wrong", (bed) => bed.wrongUpdate()),
  command(reachUpdated, "bad command", "UPDATE under generation 1, T wrong", (bed) => bed.wrongUpdate()),
  command(reachFirst, "bad command", "UPDATE, two generations ahead", ahead(2)),
  command(reachFirst, "bad command", "UPDATE, an octet too short", (bed) => update(bed).slice(0, 25)),
  command(reachFirst, "bad command", "UPDATE, an octet too long", (bed) => Uint8Array.of(...update(bed), 0)),
];

const PROVES: readonly Case[] = [
  command(reachFirst, "> 0", "PROVE", prove),
  command(reachUpdated, "> 0", "PROVE under generation 1", prove),
  command(reachFirst, "> 0", "UPDATE to the generation that it is", ahead(0)),
  command(reachUpdated, "> 0", "UPDATE to the generation that it is, 1", ahead(0)),
  ...failing(reachFirst, "PROVE", prove, "NVM failed", [["the read of the root", "read", 0, SLOT_A]]),
  ...failing(reachUpdated, "PROVE under generation 1", prove, "NVM failed", [
    ["the read of the root", "read", 0, SLOT_B],
  ]),
  ...failing(reachUpdated, "PROVE under generation 1", prove, "> 0", [
    ["the wipe of the other slot", "write", 0, SLOT_A],
    ["the wipe of the octets of the other slot", "write", 1, SLOT_A],
  ]),
  command(reachFirst, "bad command", "PROVE, an octet too long", () => Uint8Array.of(...proveCommand(), 0)),
];

const OTHERS: readonly Case[] = [
  command(reachFirst, "bad command", "none that there is", () => Uint8Array.of(0x7f)),
  command(reachFirst, "bad command", "empty", () => new Uint8Array(0)),
];

/** Behind an UPDATE that NVM failed, an M1 in state 3 looks for the newest slot again. */
const AFTER_FAILURE: readonly Case[] = [
  ["> 0", "the root before is the newest", -1],
  ["NVM failed", "neither slot can be read", 0],
].map(([answer, path, read]): Case => {
  const play: Case["play"] = (bed) => {
    bed.reach(2);
    bed.fail("write", 1, SLOT_B);
    bed.receive(bed.m3(bed.update(), COMMAND));
    if (read === 0) bed.fail("read", 0, SLOT_A);
    if (read === 0) bed.receive(bed.trigger());
    else bed.newM1();
  };
  const words = `M1 behind an UPDATE that failed: ${path}`;
  return { call: "amp_receive", state: 3, answer: answer as Case["answer"], path: words, play };
});

export const COMMANDS: readonly Case[] = [...UPDATES, ...PROVES, ...OTHERS, ...AFTER_FAILURE];
