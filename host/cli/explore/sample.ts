/** What of an exploration was left out, in sentences: made from the jobs that ran. */
import type { DamageJob } from "../../explore/damage.ts";
import type { Job } from "../../explore/job.ts";
import type { TaskResult } from "../../explore/task.ts";
import { VARIANTS } from "../../explore/variant.ts";

/** Nothing for what was gone through whole. NVM octets and octets of frames are never left out. */
export function samplesOf(results: readonly TaskResult[]): string[] {
  const exchanges = results.flatMap((one) => (one.kind === "exchange" ? [one.result.job] : []));
  const damages = results.flatMap((one) => (one.kind === "damage" ? [one.result.job] : []));
  return [
    ...sentences(exchanges, ofJob, ({ environment }) => (environment === "plain" ? "good noise and NVM" : "bad ones")),
    ...sentences(damages, ofDamage, () => "damaged records"),
  ];
}

function ofJob({ fuelStride, survivorStride, continuationStride = 1, readStride = 1 }: Job): string {
  return list([
    [fuelStride, "amounts of fuel"],
    [survivorStride, "survivors, and one of each class"],
    [continuationStride, "continuations behind one of many survivors"],
    [readStride, "continuations behind a read that fails"],
  ]);
}

function ofDamage({ stride, killStride, fuelStride }: DamageJob): string {
  return list([
    [stride, "bits"],
    [killStride, "bits killed behind"],
    [fuelStride, "amounts of fuel there, and one survivor of each class"],
  ]);
}

function list(strides: readonly [stride: number, of: string][]): string {
  const sampled = strides.filter(([stride]) => stride > 1);
  return sampled.map(([stride, of]) => `1 in ${stride} ${of}`).join("; ");
}

/** One for each kind of work that is sampled alike, with the variants that it is for. */
function sentences<Work extends { readonly variant: string }>(
  works: readonly Work[],
  sampleOf: (work: Work) => string,
  nameOf: (work: Work) => string,
): string[] {
  const variants = new Map<string, Set<string>>();
  for (const work of works) {
    const sample = sampleOf(work);
    if (sample === "") continue;
    const key = `${nameOf(work)}: ${sample}`;
    variants.set(key, (variants.get(key) ?? new Set()).add(work.variant));
  }
  return [...variants].map(([text, { size }]) => `a sample in ${size} of ${VARIANTS.length} variants, ${text}`);
}
