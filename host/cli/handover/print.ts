/** A handover, and the comparison of its schemes, for the eye. */

import type { Comparison } from "../../mih/compare.ts";
import { PHASES, type Rung, type Story } from "../../mih/ladder.ts";
import { ID, LINK, type Name } from "../../mih/scene.ts";
import { SCHEME_NAME, SCHEMES, type Scheme } from "../../mih/schemes/scheme.ts";
import { coloursOf, columns, renderTable, wrapped } from "../terminal.ts";

const ROLE: Readonly<Record<Name, string>> = { mn: "MN", sp: "SPoS", tp: "TPoS", umts: "UMTS PoS", gm: "GM" };
const ROLE_COLUMNS = 9;

export function printStory(story: Story, scheme: Scheme): void {
  const { bold, dim } = coloursOf(process.stdout);
  const lines = [bold(`A handover by IEEE 802.21, ${SCHEME_NAME[scheme]}`), ""];
  for (const [role, id] of Object.entries(ID)) lines.push(dim(`${ROLE[role as Name].padEnd(ROLE_COLUMNS)} ${id}`));
  for (const phase of PHASES) {
    const rungs = story.rungs.filter((rung) => rung.phase === phase);
    if (rungs.length === 0) continue;
    lines.push("", bold(phase), ...told(rungs).map((rung) => line(rung, dim)), dim(`  ${sumOf(rungs)}`));
  }
  lines.push("", bold("what the roles say"));
  const indent = " ".repeat(ROLE_COLUMNS + 3);
  for (const { who, event } of story.events) {
    lines.push(wrapped(`  ${ROLE[who].padEnd(ROLE_COLUMNS)} ${event}`, indent));
  }
  lines.push("", ...outcome(story));
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** Bare acknowledgements are counted, not told. */
function told(rungs: readonly Rung[]): Rung[] {
  return rungs.filter(({ message }) => message !== "acknowledgement");
}

function line({ from, to, message, isProtected, octets }: Rung, dim: (text: string) => string): string {
  const ends = `${ROLE[from].padEnd(ROLE_COLUMNS)}-> ${ROLE[to].padEnd(ROLE_COLUMNS)}`;
  return `  ${ends}${message.padEnd(34)} ${isProtected ? "protected" : dim("in clear ")} ${String(octets.length).padStart(5)}`;
}

function sumOf(rungs: readonly Rung[]): string {
  const octets = rungs.reduce((sum, rung) => sum + rung.octets.length, 0);
  return `${rungs.length} datagrams, ${rungs.length - told(rungs).length} of them acknowledgements alone, ${octets} octets`;
}

function outcome({ prepared, reason, isShared, isCompleted }: Story): string[] {
  if (!prepared) return [`The handover was not prepared: ${reason}.`];
  const { tpos, lifetime_s, isTainted } = prepared;
  const where = prepared.link.type === LINK.umts.type ? "a UMTS cell" : "an AP of 802.11";
  const key = isShared ? "have one PMK for that link" : "have no PMK in common";
  const end = isCompleted
    ? "The MN talked to its target directly, and is served there."
    : "The target never served it.";
  const taint = isTainted
    ? "The SPoS has had the key in its hands: whoever breaks into it reads along, so authenticate anew at the target."
    : "Nobody else has had the key in his hands but the group manager.";
  return [wrapped(`${tpos.id}, ${where}, and the MN ${key}, for ${lifetime_s} s. ${end} ${taint}`)];
}

export function printComparison({ attacks, requirements }: Comparison): void {
  const { bold } = coloursOf(process.stdout);
  const heads = SCHEMES.map((scheme) => [scheme, scheme] as const);
  const attackRows = attacks.map(({ name, results }) => ({
    attack: name,
    ...Object.fromEntries(heads.map(([head, scheme]) => [head, verdict(results[scheme]?.succeeds)])),
  }));
  const requirementRows = requirements.map(({ source, asks, met }) => ({
    source: wrapped(source, "", 20),
    "asks that": wrapped(asks, "", Math.max(24, columns() - 62)),
    ...Object.fromEntries(heads.map(([head, scheme]) => [head, met[scheme] ? "met" : "NOT met"])),
  }));
  const seen = attacks.flatMap(({ name, results }) => [
    name,
    ...SCHEMES.flatMap((scheme) =>
      results[scheme] ? [wrapped(`  ${scheme}: ${results[scheme].seen}`, "       ")] : [],
    ),
  ]);
  const lines = [
    ...SCHEMES.map((scheme) => `${scheme}: ${SCHEME_NAME[scheme]}`),
    "",
    bold("attacks: does the attacker get what he wants?"),
    renderTable(attackRows),
    "",
    bold("by what that was seen"),
    ...seen,
    "",
    bold("what the IETF asks of keys for handovers"),
    renderTable(requirementRows),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

function verdict(succeeds: boolean | undefined): string {
  if (succeeds === undefined) return "-";
  return succeeds ? "YES" : "no";
}
