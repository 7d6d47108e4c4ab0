/*
 * What is done to the roles of 802.21, in octets: the scheme, then steps (steps.ts).
 */
import type { Scheme } from "../mih/schemes/scheme.ts";
import { EXCHANGES } from "../mih/wire/messages.ts";
import type { Stream } from "../sim/streams.ts";
import { concat } from "../wire/octets.ts";
import { type Step as AnyStep, emitSteps, readSteps } from "./steps.ts";

const OPERATIONS = [
  /** So many of what is on its way arrive. */
  "deliver",
  "lose",
  /** The next comes behind all others. */
  "delay",
  "double",
  /** What was sent once arrives again: which, and where. */
  "replay",
  /** These octets, from whom, to whom. */
  "raw",
  /** A right PDU around these service octets: which message, from whom to whom, in clear. */
  "clear",
  /** The same inside the association that the sender has. */
  "sealed",
  /** What was sent once, with a change where the octets say. */
  "changed",
  /** A fragment of a message that never ends, or one that is far too long. */
  "fragment",
  "oversized",
  /** Requests of so many strangers. */
  "flood",
  "time",
] as const;
type Operation = (typeof OPERATIONS)[number];
export type Step = AnyStep<Operation>;

/** Of so many that are drawn one becomes a flood. */
const FLOOD_EVERY = 8;
const STEPS_MAX = 24;
export const MESSAGES = EXCHANGES.flat();
const SCHEMES: readonly Scheme[] = ["21a", "21d", "xor"];

export interface Plan {
  readonly scheme: Scheme;
  readonly steps: readonly Step[];
}

export function planOf(octets: Uint8Array): Plan {
  const scheme = SCHEMES[(octets[0] ?? 0) % SCHEMES.length];
  return { scheme, steps: readSteps(octets.subarray(1), OPERATIONS, STEPS_MAX) };
}

/** The inverse. */
export function octetsOf({ scheme, steps }: Plan): Uint8Array {
  return concat(Uint8Array.of(SCHEMES.indexOf(scheme)), emitSteps(steps, OPERATIONS));
}

/** A changed plan: a step more, less, elsewhere, twice, or with other arguments or octets. */
export function changedPlan(octets: Uint8Array, random: Stream): Uint8Array {
  const { scheme, steps } = planOf(octets);
  const next = [...steps];
  const at = random.whole(next.length + 1);
  const changes = 1 + random.whole(3);
  for (let i = 0; i < changes; i++) {
    switch (random.whole(6)) {
      case 0:
        next.splice(at, 0, drawn(random));
        break;
      case 1:
        next.splice(at, 1);
        break;
      case 2:
        if (next[at]) next.push(next[at]);
        break;
      case 3:
        if (next[at]) next[at] = { ...next[at], a: random.whole(256) };
        break;
      case 4:
        if (next[at]) next[at] = { ...next[at], b: random.whole(256) };
        break;
      default:
        if (next[at]) next[at] = { ...next[at], octets: changedOctets(next[at].octets, random) };
    }
  }
  const other = random.whole(8) === 0 ? SCHEMES[random.whole(SCHEMES.length)] : scheme;
  return octetsOf({ scheme: other, steps: next.slice(0, STEPS_MAX) });
}

function drawn(random: Stream): Step {
  const wish = OPERATIONS[random.whole(OPERATIONS.length)];
  const operation = wish === "flood" && random.whole(FLOOD_EVERY) > 0 ? "deliver" : wish;
  const octets = random.fill(new Uint8Array(random.whole(2) * random.whole(48)));
  return { operation, a: random.whole(256), b: random.whole(256), octets };
}

function changedOctets(octets: Uint8Array, random: Stream): Uint8Array {
  if (octets.length === 0) return random.fill(new Uint8Array(1 + random.whole(16)));
  const at = random.whole(octets.length);
  switch (random.whole(4)) {
    case 0:
      return octets.with(at, random.whole(256));
    case 1:
      return octets.slice(0, at);
    case 2:
      return concat(octets.slice(0, at), octets.slice(random.whole(octets.length)));
    default:
      return octets.with(at, octets[at] ^ (1 << random.whole(8)));
  }
}
