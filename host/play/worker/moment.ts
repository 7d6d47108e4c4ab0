/*
 * A station at one instant: its RAM, its NVM, and what is known of its session. Between two calls of the module memory
 * stands still; within one it is looked at through the microscope.
 */
import type { Context } from "../../device/instance.ts";
import type { Sight } from "../../device/microscope.ts";
import type { Player } from "./player.ts";
import type { Strip } from "./strip.ts";
import type { Call, Made, Watched } from "./watched.ts";

export interface Moment extends Made {
  /** undefined: it is off. */
  readonly context: Context | undefined;
  readonly nvm: Uint8Array;
  /** In the midst of the call that makes the session, or behind its death in it: RAM until then. */
  readonly earlier?: readonly Uint8Array[];
}

export function momentOf(player: Player, watched: Watched): Moment {
  const { now_s, strip, at } = player;
  if (strip) return within(strip, strip.sight(at), at, watched);
  const life = watched.lifeAt(now_s);
  const { before, after } = watched.around(now_s);
  const nvm = after?.nvm ?? watched.nvm.octets;
  if (life === undefined) return { context: undefined, nvm, ...dead(player, watched, now_s) };
  if (before && before.life === life && before.to_s > now_s) {
    const inside = player.strips.of(before);
    const n = inside.instructionAt(now_s);
    return within(inside, inside.sight(n), n, watched);
  }
  const made = watched.madeBy(now_s, life);
  if (after?.life === life) return { context: after.context, nvm, ...made };
  if (after === undefined) return { context: watched.context(), nvm, ...made };
  // The last call of its life is behind it.
  if (before?.life !== life) return { context: undefined, nvm, ...made };
  const over = player.strips.of(before);
  return { context: over.sight(Number.MAX_SAFE_INTEGER).context, nvm, ...made };
}

/** What the last life had made. Of an M1 that it died in too, but for whoever hurries: that takes its time. */
function dead(player: Player, watched: Watched, now_s: number): Omit<Moment, "context" | "nvm"> {
  const life = watched.livesBy(now_s);
  const made = watched.madeBy(now_s, life);
  const call = watched.deathOf(life)?.call;
  if (!call || player.isHasty) return made;
  const strip = player.strips.of(call);
  if (!strip.m2) return made;
  const last = strip.count - 1;
  const earlier = [...strip.earlier(last), strip.sight(last).context.memory];
  return { ...made, m1: call.heard, m2: strip.m2, before: call.nvm, earlier };
}

/** In the midst of an M1 the session is the one that it will come to. */
function within(strip: Strip, sight: Sight, n: number, watched: Watched): Moment {
  const { call, m2 } = strip;
  const made = watched.madeBy(call.from_s, call.life);
  const own: Partial<Moment> = m2 ? { m1: call.heard, m2, before: call.nvm, earlier: strip.earlier(n) } : {};
  return { context: sight.context, nvm: sight.nvm, ...made, ...own, noise: call.noise[0] ?? made.noise };
}

/** The strips of the latest calls that were asked for. */
export class Strips {
  readonly #make: (call: Call) => Strip;
  readonly #known: Strip[] = [];

  constructor(make: (call: Call) => Strip) {
    this.#make = make;
  }

  of(call: Call): Strip {
    const known = this.#known.find((strip) => strip.call === call);
    if (known) return known;
    const made = this.#make(call);
    this.#known.push(made);
    if (this.#known.length > MOST) this.#known.shift();
    return made;
  }
}
const MOST = 3;
