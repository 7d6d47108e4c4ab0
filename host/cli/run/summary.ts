/*
 * A result for a person who has ten seconds: what was taken, what it cost, where the stations died, what was refused, and
 * whether every rule held.
 */
import type { Profiles } from "../../sim/profiles.ts";
import type { Result } from "../../sim/result.ts";
import { chosen, count, si } from "../../text/units.ts";
import { coloursOf, renderTable, wrapped } from "../terminal.ts";
import { functionsText } from "./functions.ts";
import { invariantsText } from "./invariants.ts";
import { needsText } from "./needs.ts";
import { overviewOf } from "./overview.ts";
import { phaseTable } from "./phases.ts";

/** What is shown beside what everyone has to see. */
export interface Wishes {
  /** What an exchange takes on every MCU profile; shown anyway if no reading was confirmed. */
  readonly needs: boolean;
  /** Energy by function, every rule with its checks, and the source of the number that moves the energy most. */
  readonly verbose: boolean;
}

/** All of it, in parts with a line between them. */
export function summaryText(result: Result, { needs, verbose }: Wishes): string {
  const isUnconfirmed = result.exchanges.confirmed === 0;
  const parts = [
    headText(result),
    overviewText(result),
    phasesText(result, verbose),
    verbose ? functionsText(result) : "",
    refusalsText(result),
    needs || isUnconfirmed ? needsText(result) : "",
    invariantsText(result, verbose),
  ];
  const hint = "more: --verbose, --needs, --json, --csv lives.csv";
  const isPlain = !needs && !verbose && !isUnconfirmed;
  return `${parts.filter((part) => part !== "").join("\n")}${isPlain ? `${coloursOf(process.stdout).dim(hint)}\n` : ""}`;
}

function headText({ scenario, profiles, energy, warnings, violations }: Result): string {
  const { bold, dim, red, yellow } = coloursOf(process.stdout);
  const { stations, duration_s, seed, name, harvest } = scenario;
  const source = harvest.source === "trace" ? `trace ${harvest.trace.file}` : harvest.source;
  const power = `harvest: ${source}, ${si(energy.meanHarvest_W, "W")} a station`;
  const { mcu, nvm, radio } = stations;
  const { storage, converter, supervisor } = profiles as unknown as Profiles;
  const stage = [
    ...(converter ? [`behind ${converter.name}`] : []),
    ...(supervisor ? [`looked at each ${si(supervisor.check_s.value, "s")}`] : []),
  ];
  const lines = [
    `${bold(name)}: ${count(stations.count, "station")} for ${chosen(duration_s)} s, seed ${seed}`,
    dim(wrapped(`${[mcu, nvm, radio, storage.name, ...stage].join(", ")}; ${power}`)),
    ...warnings.map((warning) => yellow(wrapped(`note: ${warning}`, "      "))),
    ...(violations > 0 ? [bold(red(`${count(violations, "violation")}: see the end`))] : []),
  ];
  return `${lines.join("\n")}\n`;
}

const LABEL = 18;

function overviewText(result: Result): string {
  const { bold } = coloursOf(process.stdout);
  const [first, ...lines] = overviewOf(result).map(([label, text]) =>
    wrapped(`  ${label.padEnd(LABEL)}${text}`, " ".repeat(2 + LABEL)),
  );
  return `${[bold(first), ...lines].join("\n")}\n`;
}

function phasesText(result: Result, verbose: boolean): string {
  const { bold, dim } = coloursOf(process.stdout);
  const { energy, deaths } = result;
  if (energy.total.e_J === 0) return "";
  const instants = `${count(deaths.instants, "different instant")} within a call`;
  const where = deaths.total > 0 ? `, and where power failed (${instants})` : "; power never failed";
  const table = `${bold(`Energy by phase${where}`)}\n${phaseTable(result)}\n`;
  if (!energy.mover) return table;
  const { number, status, source, moves_J } = energy.mover;
  const sentence = `${number} (${status}) moves this most: ${si(moves_J, "J")} from its least to its most`;
  return `${table}${dim(wrapped(verbose ? `${sentence}; its source: ${source}` : sentence))}\n`;
}

function refusalsText({ refusals: { stations, accessPoints } }: Result): string {
  const reasons = [...new Set([...Object.keys(stations), ...Object.keys(accessPoints)])];
  if (reasons.length === 0) return "";
  const rows = reasons.map((reason) => ({
    reason,
    "by stations": stations[reason] ?? 0,
    "by the AP": accessPoints[reason] ?? 0,
  }));
  const times = (row: (typeof rows)[number]): number => row["by stations"] + row["by the AP"];
  const table = renderTable(rows.sort((a, b) => times(b) - times(a)));
  return `${coloursOf(process.stdout).bold("Refused and dropped")}\n${table}\n`;
}
