/*
 * A damage of one variant, done and followed: to the honest end at once, where exactly the stated rules have to break; and
 * with power failing in the M1 and the M3 of the exchange that follows, where no other rule may. In a variant that is cold
 * that exchange is with another AP than the cache has the PMK of.
 */
import { classOf } from "../observer/nvmrules.ts";
import type { Violation, WitnessedRule } from "../observer/witness.ts";
import { DAMAGES, type Damage } from "./damages.ts";
import { TrapError } from "./machine.ts";
import { freshNoise } from "./noise.ts";
import { comeTo } from "./pairs.ts";
import { type Survivor, sweep } from "./points.ts";
import { settle } from "./settle.ts";
import { pointText, type Stage } from "./story.ts";
import { live } from "./tamper.ts";
import { type Variant, variantNamed } from "./variant.ts";
import { World } from "./world.ts";

export interface DamageJob {
  readonly name: string;
  readonly variant: string;
  readonly seed: number;
  /** Every n-th time of it; and every n-th of these with kills in the exchange that follows. */
  readonly stride: number;
  readonly killStride: number;
  /** Every n-th amount of fuel of these; NVM octets are all killed at. */
  readonly fuelStride: number;
}

export interface DamageResult {
  readonly job: DamageJob;
  readonly seen: readonly WitnessedRule[];
  /** Without a kill. */
  readonly runs: number;
  /** Of the kills behind: instants, distinct survivors, and those that went on, one of each class. */
  readonly points: { readonly fuel: number; readonly nvm: number };
  readonly survivors: number;
  readonly continued: number;
  /** Runs in which it was not exactly the stated rules that broke, or others behind a kill; and the first of them. */
  readonly wrong: number;
  readonly first?: string;
}

/** @throws RangeError for a name that there is none of. */
export function runDamage(stage: Stage, job: DamageJob): DamageResult {
  const damage = DAMAGES.find(({ name }) => name === job.name);
  const variant = variantNamed(job.variant);
  if (!damage || !variant) throw new RangeError(`no such damage: ${JSON.stringify(job)}`);
  return new Follower(stage, job, damage, variant).run();
}

class Follower {
  readonly #stage: Stage;
  readonly #job: DamageJob;
  readonly #damage: Damage;
  readonly #variant: Variant;
  readonly #ap: number;
  readonly #seen = new Set<WitnessedRule>();
  readonly #points = { fuel: 0, nvm: 0 };
  #survivors = 0;
  #continued = 0;
  #wrong = 0;
  #first: string | undefined;

  constructor(stage: Stage, job: DamageJob, damage: Damage, variant: Variant) {
    this.#stage = stage;
    this.#job = job;
    this.#damage = damage;
    this.#variant = variant;
    this.#ap = variant.keying === "cold" ? 1 : 0;
  }

  run(): DamageResult {
    const { stride, killStride } = this.#job;
    const { times = 1, breaks } = this.#damage;
    let runs = 0;
    for (let time = 0; time < times; time += stride) {
      const world = this.#damaged(time);
      settle(world, { ap: this.#ap });
      const { violations } = world.witness;
      for (const { rule } of violations) this.#seen.add(rule);
      const isExact = breaks.every((stated) => violations.some(({ rule }) => rule === stated));
      if (!isExact || this.#beyond(violations).length > 0) this.#blame(`time ${time}`, violations);
      if (runs++ % Math.ceil(killStride / stride) === 0) this.#kill(time);
    }
    return {
      job: this.#job,
      seen: [...this.#seen].sort(),
      runs,
      points: this.#points,
      survivors: this.#survivors,
      continued: this.#continued,
      wrong: this.#wrong,
      first: this.#first,
    };
  }

  /** The world right behind it; power is off. */
  #damaged(time: number): World {
    const { noise = freshNoise, lives, change } = this.#damage;
    const { seed } = this.#job;
    const world = new World({ ...this.#stage, variant: this.#variant, seed, noise: noise(`seed ${seed}`) });
    const images = lives.map((life) => live(world, life));
    change({ world, octets: world.device.nvm.octets, images, time });
    return world;
  }

  /** Power fails in the M1 and in the M3 that come next. */
  #kill(time: number): void {
    const { seed, fuelStride } = this.#job;
    for (const stop of [0, 1]) {
      const world = this.#damaged(time);
      const reached = comeTo(world, stop, this.#ap);
      if (!reached) return;
      const isOrderly = this.#damage.kind !== "flip";
      const swept = sweep(world, reached.call, {
        seed,
        fuelStride,
        kinds: ["fuel", "nvm"],
        withRams: false,
        isOrderly,
      });
      this.#points.fuel += swept.points.fuel;
      this.#points.nvm += swept.points.nvm;
      this.#survivors += swept.survivors.length;
      const where = `time ${time}, power fails in the next M${stop === 0 ? 1 : 3}`;
      if (swept.violations.length > 0) this.#blame(where, swept.violations);
      const classes = new Set<string>();
      for (const survivor of swept.survivors) {
        const kind = classOf(survivor.image);
        if (classes.has(kind)) continue;
        classes.add(kind);
        this.#continued++;
        const violations = this.#goOn(time, stop, survivor);
        if (this.#beyond(violations).length > 0) this.#blame(`${where} at ${pointText(survivor.point)}`, violations);
      }
    }
  }

  #goOn(time: number, stop: number, { image }: Survivor): readonly Violation[] {
    const world = this.#damaged(time);
    try {
      comeTo(world, stop, this.#ap);
      world.die();
      world.device.nvm.octets.set(image);
      settle(world, { ap: this.#ap });
    } catch (error) {
      if (!(error instanceof TrapError)) throw error;
      world.witness.accuse("AMP-R7", error.message);
    }
    return world.witness.violations;
  }

  #beyond(violations: readonly Violation[]): readonly Violation[] {
    return violations.filter(({ rule }) => !this.#damage.breaks.includes(rule));
  }

  #blame(where: string, violations: readonly Violation[]): void {
    this.#wrong++;
    const what = violations.map((violation) => `${violation.rule}: ${violation.what}`).join("; ") || "nothing broke";
    this.#first ??= `${this.#job.variant}, ${where}: ${what}`;
  }
}
