/*
 * One exchange of one variant in one environment, explored: all its points, and for each distinct survivor every
 * continuation. A job is plain data and so is its result: it may run in another thread.
 */
import type { Violation, WitnessedRule } from "../observer/witness.ts";
import { CONTINUATIONS, type Continuation } from "./continuations.ts";
import { environmentNamed } from "./environments.ts";
import { DeadEnd, EXCHANGES } from "./exchanges.ts";
import { TrapError } from "./machine.ts";
import { freshNoise } from "./noise.ts";
import { NO_PAIRS, type PairCount, pairs } from "./pairs.ts";
import { type Survivor, type Sweep, sweep } from "./points.ts";
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
  /** Every n-th survivor goes on; 1: all. */
  readonly survivorStride: number;
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
  readonly points: { readonly fuel: number; readonly nvm: number; readonly air: number; readonly boot: number };
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
    const { seed, fuelStride, survivorStride } = this.#job;
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
    for (let i = 0; i < survivors.length && !this.#isOver; i += survivorStride) {
      continued++;
      for (const continuation of CONTINUATIONS) if (!this.#isOver) this.#continue(survivors[i], continuation);
    }
    const second = (): PairCount => this.#pairs(survivors, swept?.fuel ?? 0);
    const pairCount = (swept && !this.#isOver && this.#guarded("nothing", second)) || NO_PAIRS;
    const { fuel = 0, written_octets = 0, answer_octets = 0, restarts = 0 } = swept ?? {};
    const points = { fuel: 0, nvm: 0, air: 0, ...swept?.points, boot: woken?.points.fuel ?? 0 };
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

  #continue(survivor: Survivor, continuation: Continuation): void {
    this.#guarded(
      continuation.name,
      () => {
        const world = after(this.#stage, this.#setting, survivor);
        if (continuation.isFor && !continuation.isFor(world)) return;
        this.#runs++;
        goOn(world, continuation);
        this.#collect(world, continuation.name, survivor);
        if (!this.#setting.environment.isSilent) return;
        // What silenced it is over: nothing may be left of that.
        world.witness.violations.length = 0;
        world.device.noise = freshNoise("a source that was mended");
        settle(world);
        this.#collect(world, continuation.name, survivor, false);
      },
      survivor,
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
  #guarded<Result>(continuation: string, work: () => Result, survivor?: Survivor): Result | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof DeadEnd || error instanceof TrapError)) throw error;
      this.#report(
        { rule: "AMP-R7", what: error.message },
        { point: survivor?.point ?? { kind: "fuel", fuel: 0 }, continuation: named(continuation) },
      );
      return undefined;
    }
  }

  #collect({ witness }: World, continuation: string, survivor?: Survivor, mayBeStated = true): void {
    for (const violation of witness.violations) {
      const point = survivor?.point ?? ({ kind: "fuel", fuel: 0 } as const);
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
