/*
 * What is done to sessions of SeNAA, as steps (steps.ts).
 */
import type { Stream } from "../sim/streams.ts";
import { type Step as AnyStep, emitSteps, readSteps, stepOf } from "./steps.ts";

const OPERATIONS = [
  /** So many of what is on its way arrive. */
  "deliver",
  "lose",
  "delay",
  "double",
  /** What was sent once arrives again, or with a change, or the head of one with the tail of another. */
  "replay",
  "changed",
  "spliced",
  /** These octets; a message of some kind in the name of somebody. */
  "raw",
  "clear",
  /** So many strangers' SCRs. */
  "flood",
  /** Inside of the insider's TLS: any octets, or a right message around changed ones. */
  "inside",
  "time",
  /** What the ends themselves want. */
  "reauthenticate",
  "wish",
  "leave",
  "abort",
] as const;
type Operation = (typeof OPERATIONS)[number];

export type Step = AnyStep<Operation>;

const STEPS_MAX = 16;

export function stepsOf(octets: Uint8Array): Step[] {
  return readSteps(octets, OPERATIONS, STEPS_MAX);
}

/** A step more, less, elsewhere, or with another argument. */
export function changedSteps(octets: Uint8Array, random: Stream): Uint8Array {
  const steps = stepsOf(octets);
  const at = random.whole(steps.length + 1);
  const drawn = (): Step => ({
    operation: OPERATIONS[random.whole(OPERATIONS.length)],
    a: random.whole(256),
    b: random.whole(256),
    octets: random.fill(new Uint8Array(random.whole(2) * random.whole(40))),
  });
  switch (random.whole(4)) {
    case 0:
      steps.splice(at, 0, drawn());
      break;
    case 1:
      steps.splice(at, 1);
      break;
    case 2:
      if (steps[at]) steps.push(steps[at]);
      break;
    default:
      if (steps[at]) steps[at] = { ...steps[at], a: random.whole(256), b: random.whole(256) };
  }
  return emitSteps(steps.slice(0, STEPS_MAX), OPERATIONS);
}

/** Each operation alone, and pairs that belong together. */
export function seeds(): Uint8Array[] {
  const step = stepOf<Operation>;
  const plans: Step[][] = [
    ...["reauthenticate", "wish", "leave", "abort"].map((one) => [step(one as Operation), step("deliver", 7)]),
    [step("reauthenticate"), step("wish"), step("deliver", 1), step("lose"), step("double"), step("deliver", 7)],
    [step("reauthenticate"), step("deliver", 1), step("abort"), step("delay"), step("deliver", 7)],
    [step("leave"), step("abort"), step("deliver", 7)],
    [step("flood", 200), step("deliver", 7)],
    ...[0, 1, 2, 3, 4].map((kind) => [step("clear", 1, 0, [kind, 9, 23, 3, 3, 0, 1, 5])]),
    ...[0, 1, 2].map((kind) => [step("clear", 0, 1, [kind, 9]), step("clear", 0, 1, [0x20, 3])]),
    ...[0, 1, 2, 0x10, 0x11, 0x20, 0x21, 0x41, 0x42].map((a) => [
      step("inside", a, 0, [2, 1, 0, 5, 1]),
      step("inside", a),
    ]),
    ...Array.from({ length: 20 }, (_, i) => [step("replay", 0, i), step("changed", 0, i, [0xe0, 1])]),
    ...Array.from({ length: 8 }, (_, i) => [step("spliced", 0, i, [i + 3, 9]), step("raw", 1, 0, [1, 0, 0, 20])]),
    [step("reauthenticate"), step("time", 255), step("time", 255), step("deliver", 7)],
  ];
  return plans.map((steps) => emitSteps(steps, OPERATIONS));
}
