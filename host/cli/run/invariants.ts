/*
 * Did every rule hold? One line if so; each rule that is broken, or with `verbose` all of them, on a line of its own.
 */
import type { Result } from "../../sim/result.ts";
import { count } from "../../text/units.ts";
import { coloursOf, wrapped } from "../terminal.ts";

export function invariantsText({ invariants, violations }: Result, verbose: boolean): string {
  const { bold, red, green, dim } = coloursOf(process.stdout);
  const width = Math.max(...invariants.map(({ rule }) => rule.length));
  const told = invariants.filter((one) => verbose || one.violations > 0);
  const lines = told.length > 0 ? [bold("Rules")] : [];
  for (const { rule, says, checked, violations: broken, first } of told) {
    const held = checked > 0 ? `held ${times(checked)}` : dim("not seen");
    const state = broken > 0 ? red(`broken ${times(broken)} of ${checked.toLocaleString("en")}`) : held;
    lines.push(`  ${rule.padEnd(width)}  ${state}`, dim(wrapped(`    ${says}`, "    ")));
    if (first) lines.push(red(wrapped(`    first: ${first}`, "    ")));
  }
  if (told.length > 0) lines.push("");
  const seen = invariants.filter(({ checked }) => checked > 0);
  const unseen = invariants.filter(({ checked }) => checked === 0).map(({ rule }) => rule);
  const checks = seen.reduce((sum, { checked }) => sum + checked, 0);
  const verdict = violations === 0 ? green("0 violations") : red(count(violations, "violation"));
  const of = seen.length > 0 ? ` of ${list(seen.map(({ rule }) => rule))}` : "";
  lines.push(`${bold(verdict)} in ${count(checks, "check")}${of}`);
  if (unseen.length > 0) lines.push(dim(wrapped(`nothing in this run could show ${list(unseen)}`)));
  return `${lines.join("\n")}\n`;
}

function times(n: number): string {
  return n === 1 ? "once" : `${n.toLocaleString("en")} times`;
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
