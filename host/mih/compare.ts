/** The schemes beside each other: what each attack comes to, and which requirement is met by which. */

import type { Result } from "./attacks/attack.ts";
import { ATTACKS } from "./attacks/index.ts";
import { REQUIREMENTS } from "./requirements.ts";
import { SCHEMES, type Scheme } from "./schemes/scheme.ts";

export interface AttackRow {
  readonly name: string;
  readonly wants: string;
  readonly tags: readonly string[];
  /** null: the scheme has nothing that could be attacked so. */
  readonly results: Readonly<Record<Scheme, Result | null>>;
}

export interface RequirementRow {
  readonly source: string;
  readonly asks: string;
  readonly met: Readonly<Record<Scheme, boolean>>;
}

export interface Comparison {
  readonly seed: number;
  readonly attacks: readonly AttackRow[];
  readonly requirements: readonly RequirementRow[];
}

/**
 * Makes every attack on every scheme, and then what else a requirement asks for. The schemes go at once, the attacks one after
 * the other: in a scene people wait for each other in real time. `onStep`: hears of each.
 */
export async function compare(seed: number, onStep: (name: string) => void = () => {}): Promise<Comparison> {
  const attacks: AttackRow[] = [];
  for (const { name, wants, tags, run } of ATTACKS) {
    onStep(name);
    attacks.push({ name, wants, tags, results: await byScheme(async (scheme) => (await run(scheme, seed)) ?? null) });
  }
  onStep("what RFC 5169 and RFC 5836 ask for");
  const requirements: RequirementRow[] = [];
  for (const { source, asks, withstands, trial } of REQUIREMENTS) {
    const met = await byScheme(async (scheme) => {
      const made = attacks.filter(({ name }) => withstands.includes(name));
      const isWithstood = made.every(({ results }) => results[scheme]?.succeeds !== true);
      return isWithstood && (trial === undefined || (await trial(scheme, seed)));
    });
    requirements.push({ source, asks, met });
  }
  return { seed, attacks, requirements };
}

async function byScheme<T>(of: (scheme: Scheme) => Promise<T>): Promise<Record<Scheme, T>> {
  const all = await Promise.all(SCHEMES.map(async (scheme) => [scheme, await of(scheme)] as const));
  return Object.fromEntries(all) as Record<Scheme, T>;
}
