/*
 * One exchange of one variant in one environment, explored: all its points, and for each distinct survivor every
 * continuation. A job is plain data and so is its result: it may run in another thread.
 */
import { classOf } from "../observer/nvmrules.ts";
import type { Violation, WitnessedRule } from "../observer/witness.ts";
import { CONTINUATIONS, type Continuation } from "./continuations.ts";
import { environmentNamed } from "./environments.ts";
import { DeadEnd, EXCHANGES } from "./exchanges.ts";
import { TrapError } from "./machine.ts";
import { freshNoise } from "./noise.ts";
import { NO_PAIRS, type PairCount, pairs } from "./pairs.ts";
import { type Point, type Survivor, type Sweep, sweep } from "./points.ts";
import { readFault, readFaultsOf } from "./reads.ts";
import { settle } from "./settle.ts";
import { after, begin, goOn, type Setting, type Stage, type Story, tokenOf } from "./story.ts";
import { variantNamed } from "./variant.ts";
import type { World } from "./world.ts";

export interface Job {
  readonly exchange: string;
  readonly variant: string;
  readonly environment: string;
  readonly seed: number;
  /** Every n-th amount of fuel; 1: all. */
  readonly fuelStride: number;
  /** One survivor of each class that section 7 can tell apart goes on, and every n-th; 1: all. */
  readonly survivorStride: number;
  /**
   * Behind one of many survivors every n-th continuation runs, behind the next one those beside these; 1 if left out: all.
   * Where every survivor goes on, the first of its class has all of them in any case.
   */
  readonly continuationStride?: number;
  /** Reads that fail are tried, and every n-th continuation behind each; not if left out. */
  readonly readStride?: number;
  /** Second deaths in NVM writes: pairs.ts atWrites; and so many pairs of instants anywhere. */
  readonly pairsAtWrites: number;
  readonly pairsAnywhere: number;
  /** Ends at the first violation of this rule. */
  readonly stopsAt?: WitnessedRule;
}

export interface Found extends Violation {
  /** Tells it again. */
  readonly token: string;
}

export interface JobResult {
  readonly job: Job;
  /** Of the call: fuel, octets written, octets of its answer. */
  readonly fuel: number;
  readonly written_octets: number;
  readonly answer_octets: number;
  readonly points: Readonly<Record<"fuel" | "nvm" | "air" | "boot" | "read", number>>;
  readonly restarts: number;
  readonly survivors: number;
  /** Survivors that went on, and runs of a continuation. */
  readonly continued: number;
  readonly runs: number;
  readonly pairs: PairCount;
  /** How often a rule that the environment is stated to break was broken. */
  readonly stated: Partial<Record<WitnessedRule, number>>;
  readonly violations: readonly Found[];
  readonly sweep_ms: number;
  readonly total_ms: number;
}

/** Told of each rule; and how many of all end a job, whose device is not worth more time. */
const TOLD_MAX = 3;
const VIOLATIONS_MAX = 200;

/** Fewer survivors have each continuation run behind them in any case. */
const FEW = 10;

/** Before anything of the call. */
const START: Point = { kind: "fuel", fuel: 0 };

/** Runs the job with that machine. @throws RangeError for a name that there is none of. */
export function runJob(stage: Stage, job: Job): JobResult {
  return new Explorer(stage, job).run();
}

class Explorer {
  readonly #stage: Stage;
  readonly #job: Job;
  readonly #setting: Setting;
  readonly #violations: Found[] = [];
  readonly #stated: Partial<Record<WitnessedRule, number>> = {};
  #broken = 0;
  #runs = 0;

  constructor(stage: Stage, job: Job) {
    const exchange = EXCHANGES.find(({ name }) => name === job.exchange);
    const variant = variantNamed(job.variant);
    const environment = environmentNamed(job.environment);
    if (!exchange || !variant || !environment) throw new RangeError(`no such job: ${JSON.stringify(job)}`);
    this.#stage = stage;
    this.#job = job;
    this.#setting = { exchange, variant, environment, seed: job.seed };
  }

  run(): JobResult {
    const { seed, fuelStride } = this.#job;
    const begun_ms = performance.now();
    const swept = this.#guarded("nothing", () => {
      const { world, call } = begin(this.#stage, this.#setting);
      this.#collect(world, "nothing");
      return sweep(world, call, { seed, fuelStride });
    });
    const woken = this.#guarded("nothing", () => this.#sweepBoot());
    const sweep_ms = performance.now() - begun_ms;
    for (const { point, ...violation } of swept?.violations ?? []) {
      this.#report(violation, { point, continuation: CONTINUATIONS[0] });
    }
    for (const { point, ...violation } of woken?.violations ?? []) {
      const fuel = point.kind === "fuel" ? point.fuel : 0;
      this.#report(violation, { point: { kind: "boot", fuel }, continuation: CONTINUATIONS[0] });
    }
    const survivors = swept?.survivors ?? [];
    let continued = 0;
    const chosen = this.#chosen(survivors);
    const { survivorStride, continuationStride = 1 } = this.#job;
    for (const { survivor, isFirst } of chosen) {
      if (this.#isOver) break;
      const from = (): World => after(this.#stage, this.#setting, survivor);
      const hasAll = chosen.length < FEW || (isFirst && survivorStride === 1);
      this.#continueAll(from, survivor.point, hasAll ? 1 : continuationStride, continued++);
    }
    const read = this.#reads();
    const second = (): PairCount => this.#pairs(survivors, swept?.fuel ?? 0);
    const pairCount = (swept && !this.#isOver && this.#guarded("nothing", second)) || NO_PAIRS;
    const { fuel = 0, written_octets = 0, answer_octets = 0, restarts = 0 } = swept ?? {};
    const points = { fuel: 0, nvm: 0, air: 0, ...swept?.points, boot: woken?.points.fuel ?? 0, read };
    return {
      job: this.#job,
      fuel,
      written_octets,
      answer_octets,
      points,
      restarts: restarts + (woken?.restarts ?? 0),
      survivors: survivors.length,
      continued,
      runs: this.#runs,
      pairs: pairCount,
      stated: this.#stated,
      violations: this.#violations,
      sweep_ms,
      total_ms: performance.now() - begun_ms,
    };
  }

  get #isOver(): boolean {
    const { stopsAt } = this.#job;
    return this.#broken >= VIOLATIONS_MAX || this.#violations.some(({ rule }) => rule === stopsAt);
  }

  /** The power cycle behind the whole call: amp_boot dies at every amount of fuel, too. */
  #sweepBoot(): Sweep {
    const { seed, fuelStride } = this.#job;
    const { world, call } = begin(this.#stage, this.#setting);
    if (call.kind !== "boot") world.device.call(call);
    return sweep(world, { kind: "boot" }, { seed, fuelStride });
  }

  /** Survivors that go on; `isFirst`: of those that section 7 cannot tell apart. */
  #chosen(survivors: readonly Survivor[]): { readonly survivor: Survivor; readonly isFirst: boolean }[] {
    const { survivorStride } = this.#job;
    const classes = new Set<string>();
    return survivors.flatMap((survivor, i) => {
      const kind = `${survivor.onAir > 0} ${classOf(survivor.image)}`;
      const isFirst = !classes.has(kind);
      classes.add(kind);
      return isFirst || i % survivorStride === 0 ? [{ survivor, isFirst }] : [];
    });
  }

  /** How many reads were made to fail. */
  #reads(): number {
    const { readStride } = this.#job;
    if (readStride === undefined || this.#isOver) return 0;
    const start = (): ReturnType<typeof begin> => begin(this.#stage, this.#setting);
    const faults = this.#guarded("nothing", () => {
      const { world, call } = start();
      return readFaultsOf(world, call);
    });
    for (const [i, fault] of (faults ?? []).entries()) {
      const from = (): World => {
        const { world, call } = start();
        readFault(world, call, fault);
        world.die();
        world.note("power fails");
        return world;
      };
      this.#continueAll(from, { kind: "read", ...fault }, readStride, i);
    }
    return faults?.length ?? 0;
  }

  /** Every n-th continuation, the `turn`-th choice of them. */
  #continueAll(from: () => World, point: Point, stride: number, turn: number): void {
    for (let i = turn % stride; i < CONTINUATIONS.length && !this.#isOver; i += stride) {
      this.#continue(from, point, CONTINUATIONS[i]);
    }
  }

  /** `from`: makes the world right after the death at that point. */
  #continue(from: () => World, point: Point, continuation: Continuation): void {
    this.#guarded(
      continuation.name,
      () => {
        const world = from();
        if (continuation.isFor && !continuation.isFor(world)) return;
        this.#runs++;
        goOn(world, continuation);
        this.#collect(world, continuation.name, point);
        if (!this.#setting.environment.isSilent) return;
        // What silenced it is over: nothing may be left of that.
        world.witness.violations.length = 0;
        world.device.noise = freshNoise("a source that was mended");
        settle(world);
        this.#collect(world, continuation.name, point, false);
      },
      point,
    );
  }

  #pairs(survivors: readonly Survivor[], fuel: number): PairCount {
    const { pairsAtWrites, pairsAnywhere } = this.#job;
    return pairs({
      stage: this.#stage,
      setting: this.#setting,
      survivors,
      fuel,
      atWrites: pairsAtWrites,
      anywhere: pairsAnywhere,
      isOver: () => this.#isOver,
      collect: (violations, story) => {
        for (const violation of violations) this.#report(violation, story);
      },
    });
  }

  /** What a story ends with that is no end: a dead end, or a trap of the module. */
  #guarded<Result>(continuation: string, work: () => Result, point: Point = START): Result | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof DeadEnd || error instanceof TrapError)) throw error;
      this.#report({ rule: "AMP-R7", what: error.message }, { point, continuation: named(continuation) });
      return undefined;
    }
  }

  #collect({ witness }: World, continuation: string, point: Point = START, mayBeStated = true): void {
    for (const violation of witness.violations) {
      this.#report(violation, { point, continuation: named(continuation) }, mayBeStated);
    }
  }

  #report(
    { rule, what }: Violation,
    story: Pick<Story, "point" | "second" | "continuation">,
    mayBeStated = true,
  ): void {
    if (mayBeStated && this.#setting.environment.breaks.some((statement) => statement.rule === rule)) {
      this.#stated[rule] = (this.#stated[rule] ?? 0) + 1;
      return;
    }
    this.#broken++;
    if (this.#violations.filter((found) => found.rule === rule).length >= TOLD_MAX) return;
    this.#violations.push({ rule, what, token: tokenOf({ ...this.#setting, ...story }) });
  }
}

function named(name: string): Continuation {
  return CONTINUATIONS.find((continuation) => continuation.name === name) ?? CONTINUATIONS[0];
}

/** A job's name for people. */
export function jobName({ exchange, variant, environment }: Job): string {
  return environment === "plain" ? `${exchange} ${variant}` : `${exchange} ${variant} ${environment}`;
}
