/** What an exploration found, added up: plain data for the CLI, tests and programs. */

import type { WitnessedRule } from "../observer/witness.ts";
import type { DamageResult } from "./damage.ts";
import { DAMAGES } from "./damages.ts";
import { ENVIRONMENTS } from "./environments.ts";
import { EXCHANGES } from "./exchanges.ts";
import type { Found, JobResult } from "./job.ts";
import type { TaskResult } from "./task.ts";

/** All variants of an exchange together. */
interface ExchangeRow {
  readonly exchange: string;
  readonly says: string;
  readonly variants: number;
  /** Of the dearest call, unit cost: instructions. */
  readonly fuelMax: number;
  readonly points: number;
  readonly survivors: number;
  readonly runs: number;
  /** Pairs of deaths in NVM writes, and sampled anywhere. */
  readonly pairs: number;
  readonly sampledPairs: number;
  readonly violations: number;
}

interface EnvironmentRow {
  readonly environment: string;
  readonly says: string;
  readonly points: number;
  readonly runs: number;
  /** Rules that are stated to break there, with the reason, and how often each did. */
  readonly stated: readonly { readonly rule: string; readonly because: string; readonly seen: number }[];
  readonly violations: number;
}

/** All variants of a damage together. */
interface DamageRow {
  readonly name: string;
  readonly says: string;
  readonly because: string;
  readonly stated: readonly WitnessedRule[];
  /** In any variant. */
  readonly seen: readonly WitnessedRule[];
  readonly variants: number;
  /** Times that it was done; instants at which power failed in the exchange behind, and survivors that went on. */
  readonly runs: number;
  readonly points: number;
  readonly continued: number;
  /** Runs in which it was not the stated rules that broke, and the first of them in words. */
  readonly wrong: number;
  readonly first?: string;
}

export interface Exploration {
  readonly exchanges: readonly ExchangeRow[];
  readonly environments: readonly EnvironmentRow[];
  readonly damages: readonly DamageRow[];
  readonly totals: {
    readonly points: number;
    /** Of them: by fuel, in NVM writes, in frames, in the amp_boot behind, second deaths in writes. */
    readonly fuel: number;
    readonly nvm: number;
    readonly air: number;
    readonly boot: number;
    /** Reads that failed, one or with all that followed. */
    readonly read: number;
    readonly pairs: number;
    /** And behind a damage. */
    readonly damaged: number;
    readonly restarts: number;
    readonly survivors: number;
    readonly continued: number;
    readonly pairSurvivors: number;
    readonly pairClasses: number;
    readonly pairsContinued: number;
    readonly pairRuns: number;
    readonly sampledPairs: number;
    readonly runs: number;
    /** A statement that nothing showed: the table says more than is so. */
    readonly unseen: number;
  };
  readonly violations: readonly Found[];
}

/** `isWhole`: nothing was picked out, so each statement of what breaks has to have been seen. */
export function explorationOf(results: readonly TaskResult[], isWhole: boolean): Exploration {
  const jobs = results.flatMap((one) => (one.kind === "exchange" ? [one.result] : []));
  const damages = damageRowsOf(results.flatMap((one) => (one.kind === "damage" ? [one.result] : [])));
  const damaged = damages.reduce((all, { points }) => all + points, 0);
  const plain = jobs.filter(({ job }) => job.environment === "plain");
  const exchanges = EXCHANGES.map(({ name, says }) => {
    const own = plain.filter(({ job }) => job.exchange === name);
    return {
      exchange: name,
      says,
      variants: own.length,
      fuelMax: Math.max(0, ...own.map(({ fuel }) => fuel)),
      points: sum(own, pointsOf),
      survivors: sum(own, ({ survivors }) => survivors),
      runs: sum(own, runsOf),
      pairs: sum(own, ({ pairs }) => pairs.points),
      sampledPairs: sum(own, ({ pairs }) => pairs.sampled),
      violations: sum(own, ({ violations }) => violations.length),
    };
  });
  const environments = ENVIRONMENTS.map(({ name, says, breaks }) => {
    const own = jobs.filter(({ job }) => job.environment === name);
    return {
      environment: name,
      says,
      points: sum(own, pointsOf),
      runs: sum(own, runsOf),
      stated: breaks.map(({ rule, because }) => ({ rule, because, seen: sum(own, ({ stated }) => stated[rule] ?? 0) })),
      violations: sum(own, ({ violations }) => violations.length),
    };
  });
  const wasThere = environments.filter(({ runs }) => runs > 0);
  return {
    exchanges: exchanges.filter(({ variants }) => variants > 0),
    environments: wasThere,
    damages,
    totals: {
      points: sum(jobs, (one) => pointsOf(one) + one.pairs.points) + damaged,
      fuel: sum(jobs, ({ points }) => points.fuel),
      nvm: sum(jobs, ({ points }) => points.nvm),
      air: sum(jobs, ({ points }) => points.air),
      boot: sum(jobs, ({ points }) => points.boot),
      read: sum(jobs, ({ points }) => points.read),
      pairs: sum(jobs, ({ pairs }) => pairs.points),
      damaged,
      restarts: sum(jobs, ({ restarts }) => restarts),
      survivors: sum(jobs, ({ survivors }) => survivors),
      continued: sum(jobs, ({ continued }) => continued),
      pairSurvivors: sum(jobs, ({ pairs }) => pairs.survivors),
      pairClasses: sum(jobs, ({ pairs }) => pairs.classes),
      pairsContinued: sum(jobs, ({ pairs }) => pairs.continued),
      pairRuns: sum(jobs, ({ pairs }) => pairs.runs),
      sampledPairs: sum(jobs, ({ pairs }) => pairs.sampled),
      runs: sum(jobs, runsOf) + damages.reduce((all, { runs, continued }) => all + runs + continued, 0),
      unseen: !isWhole ? 0 : wasThere.flatMap(({ stated }) => stated).filter(({ seen }) => seen === 0).length,
    },
    violations: jobs.flatMap(({ violations }) => violations),
  };
}

function damageRowsOf(results: readonly DamageResult[]): DamageRow[] {
  return DAMAGES.flatMap(({ name, says, because, breaks }) => {
    const own = results.filter(({ job }) => job.name === name);
    const all = (of: (result: DamageResult) => number): number => own.reduce((total, one) => total + of(one), 0);
    const row = {
      ...{ name, says, because, stated: breaks, variants: own.length },
      seen: [...new Set(own.flatMap(({ seen }) => seen))].sort(),
      runs: all(({ runs }) => runs),
      points: all(({ points }) => points.fuel + points.nvm),
      continued: all(({ continued }) => continued),
      wrong: all(({ wrong }) => wrong),
      first: own.find(({ first }) => first !== undefined)?.first,
    };
    return own.length > 0 ? [row] : [];
  });
}

/** Did everything hold that is claimed, and break that is stated to break? */
export function isGood({ violations, damages, totals }: Exploration): boolean {
  return violations.length === 0 && totals.unseen === 0 && damages.every(({ wrong }) => wrong === 0);
}

function pointsOf({ points }: JobResult): number {
  return points.fuel + points.nvm + points.air + points.boot + points.read;
}

/** Runs of a continuation, those behind two deaths too. */
function runsOf({ runs, pairs }: JobResult): number {
  return runs + pairs.runs + pairs.sampled;
}

function sum(results: readonly JobResult[], of: (result: JobResult) => number): number {
  return results.reduce((all, result) => all + of(result), 0);
}
