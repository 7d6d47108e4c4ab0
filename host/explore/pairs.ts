/*
 * Two deaths in a row. The second one comes in the honest exchange of the life behind the first: at every octet of every
 * NVM write of that life with anything in flight, for every survivor of a first death in a write; and, sampled, at any two
 * instants. Behind them every continuation runs once for each class of records that PROTOCOL.md section 7 can tell apart,
 * and one of them, each in its turn, behind every n-th survivor whatever its class.
 */
import { nodeCrypto } from "../crypto/node.ts";
import { classOf } from "../observer/nvmrules.ts";
import type { Violation } from "../observer/witness.ts";
import { streamsOf } from "../sim/streams.ts";
import { CONTINUATIONS, type Continuation } from "./continuations.ts";
import type { Call } from "./machine.ts";
import { type Point, type Survivor, sweep } from "./points.ts";
import { after, goOn, type Setting, type Stage, tell } from "./story.ts";
import type { World } from "./world.ts";

export interface PairCount {
  /** Pairs of deaths in NVM writes that were run. */
  readonly points: number;
  /** Distinct survivors of these, and classes of them that section 7 can tell apart. */
  readonly survivors: number;
  readonly classes: number;
  /** Survivors that went on: one of each class at least; and runs of a continuation behind them. */
  readonly continued: number;
  readonly runs: number;
  /** Pairs of instants anywhere, drawn at random; each went on with one continuation, drawn too. */
  readonly sampled: number;
}

export const NO_PAIRS: PairCount = { points: 0, survivors: 0, classes: 0, continued: 0, runs: 0, sampled: 0 };

interface PairOptions {
  readonly stage: Stage;
  readonly setting: Setting;
  readonly survivors: readonly Survivor[];
  /** Of the call of the first death. */
  readonly fuel: number;
  /** Every n-th distinct survivor goes on beside the classes; 1: all of them; 0: no such pairs at all. */
  readonly atWrites: number;
  readonly anywhere: number;
  readonly isOver: () => boolean;
  readonly collect: (
    violations: readonly Violation[],
    story: { readonly point: Point; readonly second: Point; readonly continuation: Continuation },
  ) => void;
}

const [NOTHING] = CONTINUATIONS;
/** More than an honest life takes: some samples die behind it. */
const SECOND_LIFE_FUEL = 200_000;

export function pairs(options: PairOptions): PairCount {
  const atWrites = options.atWrites > 0 ? pairsAtWrites(options) : NO_PAIRS;
  const sampled = pairsAnywhere(options);
  return { ...atWrites, sampled };
}

/** A call of a life that may write, and how to come there. */
interface Stop {
  readonly call: Call;
  /** Octets that the calls before it write. */
  readonly written: number;
}

function pairsAtWrites({ stage, setting, survivors, atWrites, collect, isOver }: PairOptions): PairCount {
  const known = new Set<string>();
  const classes = new Set<string>();
  let points = 0;
  let continued = 0;
  let runs = 0;
  const { seed } = setting;
  for (const first of survivors) {
    if (first.point.kind !== "nvm" || isOver()) continue;
    for (const stop of [0, 1]) {
      const world = after(stage, setting, first);
      const reached = comeTo(world, stop);
      if (!reached) break;
      const swept = sweep(world, reached.call, { seed, kinds: ["nvm"], withRams: false, isOrderly: false });
      points += swept.points.nvm;
      for (const violation of swept.violations) {
        collect([violation], { point: first.point, second: later(violation.point, reached), continuation: NOTHING });
      }
      for (const survivor of swept.survivors) {
        const key = `${stop}${String.fromCharCode(...nodeCrypto.sha256(survivor.image).subarray(0, 16))}`;
        if (known.has(key) || isOver()) continue;
        known.add(key);
        const kind = `${stop}${classOf(survivor.image)}`;
        const isNew = !classes.has(kind);
        if (!isNew && known.size % atWrites !== 0) continue;
        classes.add(kind);
        const those = isNew ? CONTINUATIONS : [CONTINUATIONS[continued % CONTINUATIONS.length]];
        continued++;
        const second = later(survivor.point, reached);
        for (const continuation of those) {
          if (isOver()) break;
          const again = after(stage, setting, first);
          comeTo(again, stop);
          again.die();
          again.device.nvm.octets.set(survivor.image);
          again.note("power fails again");
          goOn(again, continuation);
          runs++;
          collect(again.witness.violations, { point: first.point, second, continuation });
        }
      }
    }
  }
  return { points, survivors: known.size, classes: classes.size, continued, runs, sampled: 0 };
}

/** A new life up to its M1 (0) or its M3 (1); undefined: it does not come so far. */
export function comeTo(world: World, stop: number, ap = 0): Stop | undefined {
  const { device } = world;
  world.boot();
  world.read();
  const m1 = world.trigger(ap);
  if (stop === 0) return { call: { kind: "receive", frame: m1 }, written: 0 };
  const m2 = world.hears(m1)?.frame;
  const written = device.nvm.written;
  const m3 = m2 && world.sends(m2, m2.length, ap);
  return m3 && { call: { kind: "receive", frame: m3 }, written };
}

/** The point of a life, from that of one of its calls. */
function later(point: Point, { written }: Stop): Point {
  return point.kind === "nvm" ? { ...point, octet: point.octet + written } : point;
}

function pairsAnywhere({ stage, setting, fuel, anywhere, collect, isOver }: PairOptions): number {
  const random = streamsOf(nodeCrypto, setting.seed)(`pairs of ${setting.exchange.name}`);
  let sampled = 0;
  for (; sampled < anywhere && !isOver(); sampled++) {
    const point: Point = { kind: "fuel", fuel: random.whole(fuel + 1) };
    const second: Point = { kind: "fuel", fuel: random.whole(SECOND_LIFE_FUEL) };
    const continuation = CONTINUATIONS[random.whole(CONTINUATIONS.length)];
    const world = tell(stage, { ...setting, point, second, continuation });
    collect(world.witness.violations, { point, second, continuation });
  }
  return sampled;
}
