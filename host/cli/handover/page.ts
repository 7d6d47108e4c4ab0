/** The comparison as Markdown, for docs/HANDOVER.md. */

import type { Comparison } from "../../mih/compare.ts";
import { SCHEMES } from "../../mih/schemes/scheme.ts";

/** Both tables, one below the other. */
export function comparisonTables({ attacks, requirements }: Comparison): string {
  const heads = SCHEMES.map((scheme) => `\`${scheme}\``);
  const attackRows = attacks.map(({ name, tags, results }) => [
    name,
    tags.join(", "),
    ...SCHEMES.map((scheme) => verdict(results[scheme]?.succeeds)),
  ]);
  const requirementRows = requirements.map(({ source, asks, met }) => [
    source,
    asks,
    ...SCHEMES.map((scheme) => (met[scheme] ? "met" : "**not met**")),
  ]);
  return [
    ...table(["attack", "seed", ...heads], attackRows),
    "",
    ...table(["source", "asks that", ...heads], requirementRows),
  ].join("\n");
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

function verdict(succeeds: boolean | undefined): string {
  if (succeeds === undefined) return "-";
  return succeeds ? "**succeeds**" : "no";
}
