/*
 * All jobs and what they came to as one table of typed columns: what the files of results are written from.
 */
import type { Datum } from "../columns.ts";
import type { Value } from "../grid/schema.ts";
import type { JobList } from "../joblist.ts";
import type { Outcome } from "../live.ts";
import { unitOf } from "./units.ts";

export type FieldType = "integer" | "number" | "string" | "boolean";

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  /** An SI unit, or undefined for a number without one and for what is no number. */
  readonly unit?: string;
  readonly says: string;
  readonly data: readonly Datum[];
}

export interface Table {
  readonly fields: readonly Field[];
  /** A key and a text each: what a reader needs to know that these are the results of that sweep. */
  readonly about: Readonly<Record<string, string>>;
}

/** A row a job, in the order of the list, whoever ran it and when. */
export function tableOf(list: JobList, outcomes: readonly Outcome[]): Table {
  const { jobs, cells, parameters, columns, plan } = list;
  const field = (name: string, type: FieldType, says: string, data: readonly Datum[]): Field => {
    const unit = type === "number" || type === "integer" ? unitOf(name) : undefined;
    return { name, type, ...(unit && { unit }), says, data };
  };
  const byJob = (of: (job: (typeof jobs)[number]) => Datum): Datum[] => jobs.map(of);
  return {
    fields: [
      field(
        "job",
        "integer",
        "number of the run, from 0",
        byJob(({ job }) => job),
      ),
      field(
        "cell",
        "integer",
        "number of the point that it is a run of, from 0",
        byJob(({ cell }) => cell),
      ),
      field(
        "draw",
        "integer",
        "number of the Monte Carlo draw, from 0",
        byJob(({ cell }) => cells[cell].draw),
      ),
      field(
        "repetition",
        "integer",
        "number of the run among those of its cell, from 0",
        byJob(({ repetition }) => repetition),
      ),
      field(
        "seed",
        "integer",
        "the scenario's",
        byJob(({ seed }) => seed),
      ),
      field(
        "scenario_sha256",
        "string",
        "of the scenario that was run",
        byJob(({ hash }) => hash),
      ),
      ...parameters.map(({ path }, at) => {
        const data = byJob(({ cell }) => datumOf(cells[cell].values[at]));
        const type = typeOf(data);
        return field(path, type, "what varied", type === "string" ? data.map(asText) : data);
      }),
      ...columns.map(({ name, kind, says }, at) => {
        const data = outcomes.map((outcome) => ("values" in outcome ? outcome.values[at] : null));
        const type = kind === "whole" ? "integer" : kind === "number" ? "number" : typeOf(data);
        return field(name, type, says, type === "string" ? data.map(asText) : data);
      }),
      field(
        "refused",
        "string",
        "why this scenario cannot be run; empty: it was",
        outcomes.map((outcome) => ("refused" in outcome ? outcome.refused : null)),
      ),
    ],
    about: {
      ampcore: plan.version,
      sweep: plan.grid.name,
      sweep_sha256: list.hash,
      seed: String(plan.grid.seed),
      files_sha256: JSON.stringify(plan.files),
      grid: JSON.stringify(plan.grid),
    },
  };
}

/** The type that all of it has; of several, a text. */
function typeOf(data: readonly Datum[]): FieldType {
  const types = new Set(data.filter((datum) => datum !== null).map((datum) => typeof datum));
  if (types.size === 0) return "number";
  if (types.size > 1) return "string";
  const [type] = types;
  return type === "boolean" || type === "number" ? type : "string";
}

function datumOf(value: Value): Datum {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}

function asText(datum: Datum): Datum {
  return datum === null || typeof datum === "string" ? datum : String(datum);
}
