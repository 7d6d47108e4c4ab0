/*
 * Inputs of the station: sequences of steps, each a call of the ABI, something that happens to the device, or something
 * that an AP does. Every step has the same few fields, and any octets are a sequence: no mutation can make a bad one.
 *
 *     step = kind(1) ‖ a(2, LE) ‖ b(2, LE) ‖ count(1) ‖ octets(count) ‖ tampers(1) ‖ tampers x { how(1) ‖ at(1) ‖ value(1) }
 *
 * Steps from "trigger" on are made by an AP from what the device has said; played, each becomes a plain "receive" of the
 * octets that came out, which is how a sequence is written for the native harness (native/harness.c).
 */
import type { Stream } from "../../sim/streams.ts";

export const KINDS = [
  "boot", //        amp_boot
  "payload", //     a: the length announced (signed), b: encrypt; octets: put into the payload buffer
  "receive", //     a: the length announced (signed); octets: the frame, put into the rx buffer
  "send", //        amp_send
  "received", //    amp_received
  "triggerData", // amp_trigger_data
  "power", //       power fails and comes back; a: RAM is lost 0, kept 1 or random 2. Not booted
  "nvm", //         octets are put into the NVM record at a; b odd: the check fields are made right again
  "fault", //       an import fails or misbehaves until the next power-up; a: FAULTS, b: accesses until then
  "trigger", //     the AP's M1; a: TRIGGER_BITS; octets: DL data
  "answer", //      what the AP answers the device's last frame with, an M3 above all; octets: DL data
  "data", //        the AP's Data; octets: payload
  "repeat", //      the AP's M1 once more
  "update", //      the key service starts a root update; nothing is sent
  "restart", //     the AP restarts; nothing is sent
  "forge", //       a Confirm or Data under the session's own keys; a: FORGE_BITS, b: PN; octets: payload
] as const;
export type Kind = (typeof KINDS)[number];

/** Kinds up to this one need no AP. */
export const PLAIN_KINDS = KINDS.indexOf("trigger");

export const FAULTS = ["none", "entropy fails", "entropy stuck", "read fails", "write fails"] as const;

/** Of a trigger: profile in bits 0-1, and these. */
export const TRIGGER_BITS = { profile: 3, broadcast: 4, alone: 8, direct: 16 } as const;

/** Of a forged frame; the command in bits 4-5: what stands in octets, PROVE, the next UPDATE, the newest UPDATE again. */
export const FORGE_BITS = { confirm: 1, encrypted: 2, command: 4, badMic: 8, makes: 0x30 } as const;
export const FORGE_MAKES = ["octets", "PROVE", "UPDATE", "UPDATE again"] as const;

/** What is done to a frame that an AP made, on its way. */
export const TAMPERS = ["set", "xor", "truncate", "append", "repair FCS"] as const;

export interface Tamper {
  readonly how: (typeof TAMPERS)[number];
  readonly at: number;
  readonly value: number;
}

export interface Step {
  readonly kind: Kind;
  readonly a: number;
  readonly b: number;
  readonly octets: Uint8Array;
  readonly tampers: readonly Tamper[];
}

export type Sequence = readonly Step[];

/** A frame is 71 octets at most, and the buffer 72. */
export const STEP_OCTETS_MAX = 72;
export const TAMPERS_MAX = 4;
export const STEPS_MAX = 24;

const NOTHING = new Uint8Array(0);

/** A step with what it does not need left at nothing. */
export function step(kind: Kind, fields: Partial<Omit<Step, "kind">> = {}): Step {
  return { kind, a: 0, b: 0, octets: NOTHING, tampers: [], ...fields };
}

/** A "receive" of these octets, announced as long as they are. */
export function receiveStep(octets: Uint8Array): Step {
  return step("receive", { a: octets.length, octets });
}

export function encodeSequence(sequence: Sequence): Uint8Array {
  const octets: number[] = [];
  for (const { kind, a, b, octets: own, tampers } of sequence) {
    octets.push(KINDS.indexOf(kind), a & 0xff, (a >> 8) & 0xff, b & 0xff, (b >> 8) & 0xff, own.length, ...own);
    octets.push(tampers.length);
    for (const { how, at, value } of tampers) octets.push(TAMPERS.indexOf(how), at, value);
  }
  return Uint8Array.from(octets);
}

/** Any octets: numbers wrap around what there is, and what is missing at the end is 0. */
export function decodeSequence(octets: Uint8Array): Sequence {
  let at = 0;
  const next = (): number => octets[at++] ?? 0;
  const sequence: Step[] = [];
  while (at < octets.length && sequence.length < STEPS_MAX) {
    const kind = KINDS[next() % KINDS.length];
    const a = next() | (next() << 8);
    const b = next() | (next() << 8);
    const own = Uint8Array.from({ length: next() % (STEP_OCTETS_MAX + 1) }, next);
    const tampers = Array.from({ length: next() % (TAMPERS_MAX + 1) }, (): Tamper => {
      return { how: TAMPERS[next() % TAMPERS.length], at: next(), value: next() };
    });
    sequence.push({ kind, a, b, octets: own, tampers });
  }
  return sequence;
}

/** A length as the ABI takes it: 0xFFFF is -1. */
export function signed(a: number): number {
  return (a << 16) >> 16;
}

/** A step drawn from all there are, with fields that mean something. */
export function anyStep(random: Stream): Step {
  const kind = KINDS[random.whole(KINDS.length)];
  const fill = (length: number): Uint8Array => random.fill(new Uint8Array(length));
  switch (kind) {
    case "payload": {
      const octets = fill(random.whole(57));
      return step(kind, { a: octets.length, b: random.whole(2), octets });
    }
    case "receive":
      return receiveStep(fill(random.whole(STEP_OCTETS_MAX + 1)));
    case "power":
      return step(kind, { a: random.whole(3) });
    case "nvm":
      return step(kind, { a: random.whole(268), b: random.whole(2), octets: fill(1 + random.whole(4)) });
    case "fault":
      return step(kind, { a: random.whole(FAULTS.length), b: random.whole(8) });
    case "trigger":
      return step(kind, { a: random.whole(32), octets: fill(random.whole(4) === 0 ? random.whole(31) : 0) });
    case "answer":
    case "data":
      return step(kind, { octets: fill(random.whole(47)) });
    case "forge":
      return step(kind, { a: random.whole(64), b: random.whole(4), octets: fill(random.whole(47)) });
    default:
      return step(kind);
  }
}
