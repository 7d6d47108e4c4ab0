/*
 * An attacker that somebody else wrote, held to what a medium may be told: what it breaks is said in one sentence, and
 * nothing of the run is left in a state that looks like a result.
 */
import { kindOf, whyOf } from "../text/kind.ts";
import { copied, equalOctets, isOctets } from "../wire/octets.ts";
import type { Plan } from "./attacker.ts";
import type { Air } from "./medium.ts";

/** The attacker did what an attacker cannot; the message is one sentence for its author. */
export class AttackerError extends Error {
  override readonly name = "AttackerError";
}

/** More than any frame has; what is longer is no frame of this air. */
const FRAME_MAX_OCTETS = 255;

/**
 * What `make` makes of the facts of one channel; its mistakes are AttackerErrors. The facts are a copy: what he writes
 * into them changes nothing.
 */
export function ownAttacker<Facts extends { readonly channel: number }>(
  make: (facts: Facts) => Plan,
  facts: Facts,
): Plan {
  const { channel } = facts;
  const plan = guarded("default", () => make(structuredClone(facts)));
  checkPlan(plan);
  return {
    overhears: plan.overhears && ((air) => void guarded("overhears", () => plan.overhears?.(heard(air)))),
    meddles:
      plan.meddles &&
      ((air, to, got) => {
        const left = guarded("meddles", () => plan.meddles?.(heard(air), to, got && copied(got)));
        if (left === undefined) return undefined;
        checkOctets("meddles", left);
        // Who passes on what he was given has changed nothing, and is not counted as if he had.
        return got !== undefined && equalOctets(left, got) ? got : copied(left);
      }),
    sends:
      plan.sends &&
      ((from_s, until_s) => {
        const airs = guarded("sends", () => plan.sends?.(from_s, until_s)) ?? [];
        return checkedAirs(airs, from_s, until_s, channel);
      }),
  };
}

function checkPlan(plan: unknown): void {
  const names = ["overhears", "meddles", "sends"] as const;
  const part = plan as Record<string, unknown> | null;
  const isPlan = typeof part === "object" && part !== null && names.some((name) => typeof part[name] === "function");
  const wrong = isPlan ? names.find((name) => part[name] !== undefined && typeof part[name] !== "function") : undefined;
  if (!isPlan || wrong) {
    throw new AttackerError(`an attacker is an object with some of the functions ${names.join(", ")}`);
  }
}

/** Nobody's frame is changed under him. */
function heard(air: Air): Air {
  return { ...air, octets: copied(air.octets) };
}

/** What one of his functions answers, at once: virtual time waits for no promise. */
function guarded<Result>(name: string, work: () => Result): Result {
  let result: Result;
  try {
    result = work();
  } catch (error) {
    throw new AttackerError(`the attacker's ${name} threw: ${whyOf(error)}`);
  }
  if (result instanceof Promise) {
    // What becomes of it is nobody's business any more.
    result.catch(() => undefined);
    throw new AttackerError(
      `the attacker's ${name} answered a promise, where the air waits for nobody: it may not be async`,
    );
  }
  return result;
}

function checkedAirs(airs: unknown, from_s: number, until_s: number, channel: number): readonly Air[] {
  if (!Array.isArray(airs)) throw new AttackerError("the attacker's sends answered no list of frames");
  let last_s = from_s;
  // Copied, so that what he does to his frames afterwards is nothing that was on the air.
  return Array.from(airs as readonly unknown[], (air) => {
    const { from_s: at_s, end_s, direction, octets } = (air ?? {}) as Partial<Air>;
    if (!isNumber(at_s) || !isNumber(end_s) || at_s < last_s || at_s >= until_s || end_s <= at_s) {
      throw new AttackerError(
        `the attacker's sends answered a frame from ${told(at_s)} to ${told(end_s)} s, where one that starts within ` +
          `${last_s} .. ${until_s} s, in ascending order, and ends later is expected`,
      );
    }
    if (direction !== "down" && direction !== "up") {
      throw new AttackerError(`the attacker sends ${told(direction)}, where "down" or "up" is expected`);
    }
    checkOctets("sends", octets);
    last_s = at_s;
    return { direction, channel, from: undefined, from_s: at_s, end_s, octets: copied(octets) };
  });
}

/** Of a number alone: a text that looks like one would be added to the next instant as a text. */
function isNumber(value: unknown): value is number {
  return Number.isFinite(value);
}

function told(value: unknown): string {
  if (typeof value === "number") return String(value);
  return typeof value === "string" ? JSON.stringify(value) : kindOf(value);
}

function checkOctets(name: string, octets: unknown): asserts octets is Uint8Array {
  if (isOctets(octets) && octets.length >= 1 && octets.length <= FRAME_MAX_OCTETS) return;
  throw new AttackerError(
    `the attacker's ${name} answered no frame: a Uint8Array of 1 to ${FRAME_MAX_OCTETS} octets is expected`,
  );
}
