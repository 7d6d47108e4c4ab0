/*
 * What `ampcore trace info` tells of a recording.
 */
import { valuesOf } from "../../energy/profiles/profile.ts";
import { STORAGES } from "../../energy/profiles/storages.ts";
import { usableEnergy_J } from "../../energy/storage.ts";
import { chargeTime_s, type Statistics, statisticsOf } from "../../energy/traces/statistics.ts";
import type { Trace } from "../../energy/traces/trace.ts";
import { chosen, count, si } from "../../text/units.ts";
import { coloursOf } from "../terminal.ts";
import type { ReadTrace } from "./read.ts";

const DAY_s = 86_400;

const FORMATS: Readonly<Record<ReadTrace["format"], string>> = {
  csv: "CSV",
  ekho: "Ekho, an I-V surface",
  mementos: "Mementos, volts across a resistance",
  nrel: "NREL, daylight on a cell",
  react: "REACT, RF power",
  shepherd: "shepherd, HDF5",
};

const KINDS: Readonly<Record<ReadTrace["recording"]["kind"], string>> = {
  power: "power",
  points: "points (V, I); power is V I",
  curves: "I-V curves; power is the most of each",
};

export interface Info extends Statistics {
  readonly file: string;
  readonly format: ReadTrace["format"];
  readonly kind: ReadTrace["recording"]["kind"];
  readonly entries: number;
  /** Of the file; null where each is an entry. */
  readonly samples: number | null;
  readonly gaps: ReadTrace["gaps"];
  readonly energyPerDay_J: number;
  /** The scenario's default: how long the mean takes from V_off to V_on; null: it never gets there. */
  readonly storage: { readonly name: string; readonly charge_J: number; readonly charge_s: number | null };
}

/** `trace`: the power of what was read, or a part of it. */
export function infoOf(file: string, { format, recording, samples, gaps }: ReadTrace, trace: Trace): Info {
  const statistics = statisticsOf(trace);
  const storage = STORAGES["mlcc-10uF"];
  const values = valuesOf(storage);
  return {
    file,
    format,
    kind: recording.kind,
    entries: trace.times_s.length,
    samples: samples ?? null,
    gaps,
    ...statistics,
    energyPerDay_J: statistics.mean_W * DAY_s,
    storage: {
      name: storage.name,
      charge_J: usableEnergy_J(values),
      charge_s: chargeTime_s(values, statistics.mean_W) ?? null,
    },
  };
}

/** `gap`: what the gaps were filled with. */
export function infoText(info: Info, gap: string): string {
  const { bold } = coloursOf(process.stdout);
  const { samples, entries, gaps, storage } = info;
  const rows: [string, string][] = [
    ["format", FORMATS[info.format]],
    ["recorded", KINDS[info.kind]],
    [
      "entries",
      samples === null || samples === entries ? chosen(entries) : `${chosen(entries)} of ${count(samples, "sample")}`,
    ],
    ["duration", `${chosen(Number(info.duration_s.toPrecision(9)))} s`],
    ["median step", si(info.step_s, "s")],
    ["gaps", gaps.count === 0 ? "none" : `${chosen(gaps.count)}, ${si(gaps.length_s, "s")} together, filled by ${gap}`],
    ["mean power", si(info.mean_W, "W")],
    ["least, greatest", `${si(info.min_W, "W")}, ${si(info.max_W, "W")}`],
    ["10 %, half, 90 %", [info.p10_W, info.median_W, info.p90_W].map((p_W) => si(p_W, "W")).join(", ")],
    ["longest poor time", `${si(info.longestLow_s, "s")} below a tenth of the mean`],
    ["energy", `${si(info.energy_J, "J")}, ${si(info.energyPerDay_J, "J")} a day`],
    [
      "a charge",
      `${si(storage.charge_J, "J")} of ${storage.name} from V_off to V_on: ` +
        (storage.charge_s === null
          ? "never at the mean power, it leaks as much"
          : `${si(storage.charge_s, "s")} at the mean power`),
    ],
  ];
  if (info.format === "react") {
    rows.push(["note", "power as an antenna received it, unless --rectifier takes off what one loses"]);
  }
  const width = Math.max(...rows.map(([label]) => label.length)) + 2;
  return `${bold(info.file)}\n${rows.map(([label, text]) => `  ${label.padEnd(width)}${text}\n`).join("")}`;
}
