/*
 * A table as CSV (RFC 4180), and its Table Schema (frictionless standard, version 1) to lie beside it. An empty cell is
 * one without a value.
 */
import { stringify } from "csv-stringify/sync";
import type { Table } from "./table.ts";

export function csvOf({ fields }: Table): string {
  const rows = (fields[0]?.data ?? []).map((_, row) => fields.map(({ data }) => data[row]));
  return stringify([fields.map(({ name }) => name), ...rows], {
    cast: { boolean: (value) => String(value), number: (value) => String(value) },
  });
}

export function tableSchemaOf({ fields, about }: Table): string {
  const schema = {
    fields: fields.map(({ name, type, unit, says }) => ({ name, type, ...(unit && { unit }), description: says })),
    missingValues: [""],
    primaryKey: ["job"],
    ampcore: about,
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
