/* Sequences out of nothing, and changed ones. */
import type { Stream } from "../../sim/streams.ts";
import { changedFrame, moreTampers } from "./fields.ts";
import { anyStep, KINDS, PLAIN_KINDS, type Sequence, STEPS_MAX, type Step, step } from "./step.ts";

/** An exchange as it should be, from its boot on: most of what there is lies behind one. */
function exchange(random: Stream): Step[] {
  const trigger = { ...step("trigger"), a: random.whole(32) };
  return [step("boot"), trigger, step(random.whole(4) === 0 ? "forge" : "answer", { a: 3, b: 1 })];
}

/** A few steps; half of the time an exchange goes before them. */
export function anySequence(random: Stream): Sequence {
  const before = random.whole(2) === 0 ? exchange(random) : [step("boot")];
  return [...before, ...Array.from({ length: 1 + random.whole(5) }, () => anyStep(random))];
}

type Change = (steps: Step[], other: Sequence, random: Stream) => void;

const position = (steps: readonly Step[], random: Stream): number => random.whole(Math.max(steps.length, 1));

const CHANGES: readonly Change[] = [
  (steps, _, random) => steps.splice(random.whole(steps.length + 1), 0, anyStep(random)),
  (steps, _, random) => steps.push(anyStep(random)),
  (steps, _, random) => steps.splice(position(steps, random), 1),
  // the same step again, there and elsewhere: a replay
  (steps, _, random) =>
    steps.splice(random.whole(steps.length + 1), 0, ...steps.slice(-1 - random.whole(3)).slice(0, 1)),
  (steps, _, random) => {
    const at = position(steps, random);
    if (steps[at]) steps.splice(at, 0, steps[at]);
  },
  (steps, _, random) => {
    const [a, b] = [position(steps, random), position(steps, random)];
    if (steps[a]) [steps[a], steps[b]] = [steps[b], steps[a]];
  },
  // spliced: the beginning of one and the end of another
  (steps, other, random) =>
    steps.splice(random.whole(steps.length + 1), STEPS_MAX, ...other.slice(random.whole(other.length + 1))),
  (steps, other, random) => steps.push(...other.slice(random.whole(other.length + 1))),
  (steps, _, random) => changeOne(steps, random),
  (steps, _, random) => changeOne(steps, random),
  (steps, _, random) => changeOne(steps, random),
  (steps, _, random) => changeOne(steps, random),
];

/** One to three changes. */
export function changedSequence(sequence: Sequence, other: Sequence, random: Stream): Sequence {
  const steps = [...sequence];
  for (let n = 1 + random.whole(3); n > 0; n--) CHANGES[random.whole(CHANGES.length)](steps, other, random);
  return steps.slice(0, STEPS_MAX);
}

function changeOne(steps: Step[], random: Stream): void {
  const at = position(steps, random);
  if (steps[at]) steps[at] = changedStep(steps[at], random);
}

function changedStep(before: Step, random: Stream): Step {
  const isMade = KINDS.indexOf(before.kind) >= PLAIN_KINDS;
  if (isMade && random.whole(2) === 0)
    return { ...before, tampers: random.whole(4) === 0 ? [] : moreTampers(before.tampers, random) };
  if (before.kind === "receive") {
    const octets = changedFrame(before.octets, random);
    // Now and then the length announced is not that of the frame: amp_receive takes any number.
    return { ...before, octets, a: random.whole(16) === 0 ? random.whole(0x10000) : octets.length };
  }
  switch (random.whole(5)) {
    case 0:
      return { ...before, a: before.a ^ (1 << random.whole(6)) };
    case 1:
      return { ...before, a: random.whole(random.whole(4) === 0 ? 0x10000 : 80) };
    case 2:
      return { ...before, b: random.whole(2) === 0 ? before.b + 1 : random.whole(0x10000) };
    case 3:
      return { ...before, octets: random.fill(new Uint8Array(random.whole(57))) };
    default:
      return changedOctet(before, random);
  }
}

function changedOctet(before: Step, random: Stream): Step {
  if (before.octets.length === 0) return { ...before, octets: random.fill(new Uint8Array(1 + random.whole(8))) };
  const octets = before.octets.slice();
  octets[random.whole(octets.length)] = random.whole(256);
  return { ...before, octets };
}

/** Smaller ones: without some steps, then with less in one of them. */
export function* smallerSequences(sequence: Sequence): Generator<Sequence> {
  for (let size = sequence.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at < sequence.length; at += size) yield [...sequence.slice(0, at), ...sequence.slice(at + size)];
  }
  for (const [i, before] of sequence.entries()) {
    const withStep = (changed: Partial<Step>): Sequence => sequence.with(i, { ...before, ...changed });
    for (let t = 0; t < before.tampers.length; t++) yield withStep({ tampers: before.tampers.toSpliced(t, 1) });
    if (before.kind === "receive") yield* smallerFrames(before, withStep);
    else {
      if (before.octets.length > 0) {
        yield withStep({ octets: new Uint8Array(0) });
        yield withStep({ octets: before.octets.slice(0, before.octets.length >> 1) });
        yield withStep({ octets: before.octets.slice(0, -1) });
      }
      if (before.b !== 0) yield withStep({ b: 0 });
      if (before.a !== 0) yield withStep({ a: 0 });
    }
  }
}

/** A frame keeps its length as long as it can: shorter ones, then zeros where they make no difference. */
function* smallerFrames(before: Step, withStep: (changed: Partial<Step>) => Sequence): Generator<Sequence> {
  const { octets } = before;
  if (octets.length > 0) {
    const half = octets.slice(0, octets.length >> 1);
    const shorter = octets.slice(0, -1);
    for (const cut of [half, shorter]) yield withStep({ octets: cut, a: cut.length });
  }
  for (let at = 0; at < octets.length; at++) {
    if (octets[at] !== 0) yield withStep({ octets: octets.with(at, 0) });
  }
}
