/** What is explored: the tasks of the long form, of the short one, and of what a user picks out of either. */
import type { DamageJob } from "./damage.ts";
import { DAMAGES } from "./damages.ts";
import { ENVIRONMENTS } from "./environments.ts";
import { EXCHANGES } from "./exchanges.ts";
import type { Job } from "./job.ts";
import { VARIANTS, type Variant, variantName } from "./variant.ts";

export type Task =
  | { readonly kind: "exchange"; readonly job: Job }
  | { readonly kind: "damage"; readonly job: DamageJob };

interface Wish {
  readonly isShort: boolean;
  readonly seed: number;
  /** Only this exchange, only variants of this profile; undefined: all. */
  readonly exchange?: string;
  readonly profile?: string;
  /** Behind two deaths in writes every distinct survivor goes on, not only one of each class and every 97th. */
  readonly everyPair?: boolean;
}

/** What of the whole is left out: strides are primes, so that no period of the code can hide between them. */
interface Measure {
  readonly fuelStride: number;
  readonly survivorStride: number;
  readonly continuationStride: number;
  readonly readStride: number;
  readonly pairsAtWrites: number;
  readonly pairsAnywhere: number;
}

const LONG: Measure = {
  fuelStride: 1,
  survivorStride: 1,
  continuationStride: 1,
  readStride: 1,
  pairsAtWrites: 97,
  pairsAnywhere: 200,
};
const SHORT: Measure = {
  fuelStride: 193,
  survivorStride: 61,
  continuationStride: 3,
  readStride: 11,
  pairsAtWrites: 0,
  pairsAnywhere: 3,
};

const NO_PAIRS = { pairsAtWrites: 0, pairsAnywhere: 0 } as const;

/**
 * Of a bad environment, in the profile and mode that pairs are done in too, in all others, and in the short form: the sum
 * of the three is what half an hour holds. NVM octets and octets of frames are all gone through, everywhere.
 */
const BAD: Measure = { ...LONG, ...NO_PAIRS, continuationStride: 3 };
const BAD_ELSEWHERE: Measure = { ...BAD, fuelStride: 7, survivorStride: 31 };
const BAD_SHORT: Measure = { ...SHORT, ...NO_PAIRS, continuationStride: 7 };

/** The short form's: every profile, mode and keying once. */
const SHORT_VARIANTS: readonly string[] = ["compact-ccm-cold", "wide-mic-cached", "strong-ccm-direct"];

/** NVM writes of a call are the same in every profile and mode: what hangs on them is gone through whole in one of them. */
const PAIRED = { profile: "compact", mode: "ccm" } as const;

/** Where no SNonce is made there is but the first M1. */
const SILENT_EXCHANGE = "m1-first";

/** Environments in which reads fail: with constant noise an SNonce repeats as soon as the counter does. */
const WITH_READS: readonly string[] = ["plain", "entropy-constant"];

export function tasksOf({ isShort, seed, exchange, profile, everyPair = false }: Wish): Task[] {
  const measure = isShort ? SHORT : everyPair ? { ...LONG, pairsAtWrites: 1 } : LONG;
  const variants = VARIANTS.filter((variant) => {
    const isWanted = profile === undefined || variant.profile.name === profile;
    return isWanted && (!isShort || profile !== undefined || SHORT_VARIANTS.includes(variantName(variant)));
  });
  const exchanges = EXCHANGES.filter(({ name }) => exchange === undefined || name === exchange);
  const tasks: Task[] = exchanges.flatMap(({ name }) =>
    variants.map((variant) => ({ kind: "exchange", job: jobOf(name, variant, "plain", seed, measure) })),
  );
  const badVariants = isShort ? VARIANTS.filter((one) => isShortBad(one, profile)) : variants;
  for (const { name, isSilent = false } of ENVIRONMENTS.slice(1)) {
    const those = exchanges.filter((one) => !isSilent || one.name === SILENT_EXCHANGE);
    for (const one of those) {
      for (const variant of badVariants) {
        const ofIt = isPaired(variant) ? BAD : BAD_ELSEWHERE;
        const job = jobOf(one.name, variant, name, seed, isShort ? BAD_SHORT : ofIt);
        tasks.push({ kind: "exchange", job });
      }
    }
  }
  if (exchange === undefined) {
    for (const damage of DAMAGES) {
      for (const variant of badVariants) {
        if (damage.isFor && !damage.isFor(variant)) continue;
        tasks.push({ kind: "damage", job: damageJobOf(damage.name, variant, seed, isShort) });
      }
    }
  }
  return tasks;
}

/** A damage that is done in many places takes every n-th of them; behind every n-th of these power fails, too. */
function damageJobOf(name: string, variant: Variant, seed: number, isShort: boolean): DamageJob {
  const job = { name, variant: variantName(variant), seed };
  if (isShort) return { ...job, stride: 127, killStride: 127 * 5, fuelStride: 9973 };
  return isPaired(variant)
    ? { ...job, stride: 1, killStride: 1, fuelStride: 997 }
    : { ...job, stride: 1, killStride: 31, fuelStride: 997 };
}

/** With a life before the exchange, so that a counter that stands has stood. */
function isShortBad({ profile, mode, keying }: Variant, wanted = "compact"): boolean {
  return profile.name === wanted && mode === "ccm" && keying === "cached";
}

function isPaired({ profile, mode }: Variant): boolean {
  return profile.name === PAIRED.profile && mode === PAIRED.mode;
}

function jobOf(exchange: string, variant: Variant, environment: string, seed: number, measure: Measure): Job {
  const { fuelStride, survivorStride, continuationStride, readStride, pairsAnywhere } = measure;
  const pairsAtWrites = isPaired(variant) ? measure.pairsAtWrites : 0;
  return {
    exchange,
    variant: variantName(variant),
    environment,
    seed,
    fuelStride,
    survivorStride,
    continuationStride,
    readStride: WITH_READS.includes(environment) ? readStride : undefined,
    pairsAtWrites,
    pairsAnywhere,
  };
}
