/** What is explored: the tasks of the long form, of the short one, and of what a user picks out of either. */
import { DAMAGES } from "./damages.ts";
import { ENVIRONMENTS } from "./environments.ts";
import { EXCHANGES } from "./exchanges.ts";
import type { Job } from "./job.ts";
import { VARIANTS, type Variant, variantName } from "./variant.ts";

interface DamageJob {
  readonly name: string;
  readonly seed: number;
  /** Every n-th time of it. */
  readonly stride: number;
}

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
  readonly pairsAtWrites: number;
  readonly pairsAnywhere: number;
  readonly damageStride: number;
}

const LONG: Measure = { fuelStride: 1, survivorStride: 1, pairsAtWrites: 97, pairsAnywhere: 200, damageStride: 1 };
const SHORT: Measure = { fuelStride: 47, survivorStride: 31, pairsAtWrites: 0, pairsAnywhere: 3, damageStride: 61 };

/** The short form's: every profile, mode and keying once. */
const SHORT_VARIANTS: readonly string[] = ["compact-ccm-cold", "wide-mic-cached", "strong-ccm-direct"];

/** NVM writes of a call are the same in every profile and mode: two deaths in writes are gone through in one of them. */
const PAIRED = { profile: "compact", mode: "ccm" } as const;

/** Exchanges that bad environments are gone through with; where no SNonce is made there is but the first M1. */
const IN_ENVIRONMENTS: readonly string[] = ["m1-first", "m3", "m3-update"];
const [SILENT_EXCHANGE] = IN_ENVIRONMENTS;

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
  const paired = variants.filter(isPaired);
  for (const { name, isSilent = false } of ENVIRONMENTS.slice(1)) {
    const those = exchanges.filter((one) =>
      isSilent ? one.name === SILENT_EXCHANGE : IN_ENVIRONMENTS.includes(one.name),
    );
    for (const one of those) {
      // A device that never was awake has nothing cached.
      for (const variant of isSilent ? paired.filter(({ keying }) => keying !== "cached") : paired) {
        const job = jobOf(one.name, variant, name, seed, { ...measure, pairsAtWrites: 0, pairsAnywhere: 0 });
        tasks.push({ kind: "exchange", job });
      }
    }
  }
  if (exchange === undefined && profile === undefined) {
    const stride = measure.damageStride;
    for (const { name } of DAMAGES) tasks.push({ kind: "damage", job: { name, seed, stride } });
  }
  return tasks;
}

function isPaired({ profile, mode }: Variant): boolean {
  return profile.name === PAIRED.profile && mode === PAIRED.mode;
}

function jobOf(exchange: string, variant: Variant, environment: string, seed: number, measure: Measure): Job {
  const { fuelStride, survivorStride, pairsAnywhere } = measure;
  const pairsAtWrites = isPaired(variant) ? measure.pairsAtWrites : 0;
  return {
    exchange,
    variant: variantName(variant),
    environment,
    seed,
    fuelStride,
    survivorStride,
    pairsAtWrites,
    pairsAnywhere,
  };
}
