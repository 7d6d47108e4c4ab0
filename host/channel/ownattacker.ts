/*
 * An attacker that somebody else wrote, held to what a medium may be told: what it breaks is said in one sentence, and
 * nothing of the run is left in a state that looks like a result.
 */
import type { Plan } from "./attacker.ts";
import type { Air } from "./medium.ts";

/** The attacker did what an attacker cannot; the message is one sentence for its author. */
export class AttackerError extends Error {
  override readonly name = "AttackerError";
}

/** More than any frame has; what is longer is no frame of this air. */
const FRAME_MAX_OCTETS = 255;

/** The same plan, on one channel; its mistakes are AttackerErrors. */
export function checkedAttacker(plan: Plan, channel: number): Plan {
  checkPlan(plan);
  return {
    overhears: plan.overhears && ((air) => guarded("overhears", () => plan.overhears?.(copied(air)))),
    meddles:
      plan.meddles &&
      ((air, to, got) => {
        const left = guarded("meddles", () => plan.meddles?.(copied(air), to, got?.slice()));
        if (left !== undefined) checkOctets("meddles", left);
        return left;
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
function copied(air: Air): Air {
  return { ...air, octets: air.octets.slice() };
}

function guarded<Result>(name: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new AttackerError(`the attacker's ${name} threw: ${why}`);
  }
}

function checkedAirs(airs: readonly Air[], from_s: number, until_s: number, channel: number): readonly Air[] {
  if (!Array.isArray(airs)) throw new AttackerError("the attacker's sends answered no list of frames");
  let last_s = from_s;
  for (const air of airs) {
    const { from_s: at_s, end_s, direction, octets } = air ?? {};
    if (!(at_s >= last_s && at_s < until_s && end_s > at_s && Number.isFinite(end_s))) {
      throw new AttackerError(
        `the attacker's sends answered a frame from ${at_s} to ${end_s} s, where one that starts within ${last_s} .. ` +
          `${until_s} s, in ascending order, and ends later is expected`,
      );
    }
    if (direction !== "down" && direction !== "up") {
      throw new AttackerError(`the attacker sends ${JSON.stringify(direction)}, where "down" or "up" is expected`);
    }
    checkOctets("sends", octets);
    last_s = at_s;
  }
  // Copied, so that what he does to his octets afterwards is nothing that was on the air.
  return airs.map((air) => ({ ...copied(air), channel, from: undefined }));
}

function checkOctets(name: string, octets: unknown): void {
  if (octets instanceof Uint8Array && octets.length >= 1 && octets.length <= FRAME_MAX_OCTETS) return;
  throw new AttackerError(
    `the attacker's ${name} answered no frame: a Uint8Array of 1 to ${FRAME_MAX_OCTETS} octets is expected`,
  );
}
