/** What an exploration found, added up: plain data for the CLI, tests and programs. */
import type { DamageResult } from "./damages.ts";
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

export interface Exploration {
  readonly exchanges: readonly ExchangeRow[];
  readonly environments: readonly EnvironmentRow[];
  readonly damages: readonly DamageResult[];
  readonly totals: {
    readonly points: number;
    /** Of them: by fuel, in NVM writes, in frames, in the amp_boot behind, second deaths in writes. */
    readonly fuel: number;
    readonly nvm: number;
    readonly air: number;
    readonly boot: number;
    readonly pairs: number;
    readonly restarts: number;
    readonly survivors: number;
    readonly continued: number;
    readonly pairSurvivors: number;
    readonly pairClasses: number;
    readonly pairsContinued: number;
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
  const damages = results.flatMap((one) => (one.kind === "damage" ? [one.result] : []));
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
      points: sum(jobs, (one) => pointsOf(one) + one.pairs.points),
      fuel: sum(jobs, ({ points }) => points.fuel),
      nvm: sum(jobs, ({ points }) => points.nvm),
      air: sum(jobs, ({ points }) => points.air),
      boot: sum(jobs, ({ points }) => points.boot),
      pairs: sum(jobs, ({ pairs }) => pairs.points),
      restarts: sum(jobs, ({ restarts }) => restarts),
      survivors: sum(jobs, ({ survivors }) => survivors),
      continued: sum(jobs, ({ continued }) => continued),
      pairSurvivors: sum(jobs, ({ pairs }) => pairs.survivors),
      pairClasses: sum(jobs, ({ pairs }) => pairs.classes),
      pairsContinued: sum(jobs, ({ pairs }) => pairs.continued),
      sampledPairs: sum(jobs, ({ pairs }) => pairs.sampled),
      runs: sum(jobs, runsOf) + damages.reduce((all, { runs }) => all + runs, 0),
      unseen: !isWhole ? 0 : wasThere.flatMap(({ stated }) => stated).filter(({ seen }) => seen === 0).length,
    },
    violations: jobs.flatMap(({ violations }) => violations),
  };
}

/** Did everything hold that is claimed, and break that is stated to break? */
export function isGood({ violations, damages, totals }: Exploration): boolean {
  return violations.length === 0 && totals.unseen === 0 && damages.every(({ wrong }) => wrong === 0);
}

function pointsOf({ points }: JobResult): number {
  return points.fuel + points.nvm + points.air + points.boot;
}

/** Runs of a continuation, and honest ends behind two deaths. */
function runsOf({ runs, pairs }: JobResult): number {
  return runs + pairs.continued + pairs.sampled;
}

function sum(results: readonly JobResult[], of: (result: JobResult) => number): number {
  return results.reduce((all, result) => all + of(result), 0);
}
