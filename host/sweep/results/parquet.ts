/*
 * A table as Apache Parquet: units in the columns' names, hashes and the grid in the file's own metadata.
 */
import { type BasicType, type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import type { Datum } from "../columns.ts";
import type { Field, FieldType, Table } from "./table.ts";

/** 64 bits for whole numbers: a seed has 32 of them and no sign. */
const TYPES: Readonly<Record<FieldType, BasicType>> = {
  integer: "INT64",
  number: "DOUBLE",
  string: "STRING",
  boolean: "BOOLEAN",
};

export function parquetOf({ fields, about }: Table): Uint8Array {
  const kvMetadata = [
    ...Object.entries(about).map(([key, value]) => ({ key: `ampcore.${key}`, value })),
    { key: "ampcore.columns", value: JSON.stringify(fields.map(({ data: _, ...field }) => field)) },
  ];
  return new Uint8Array(
    parquetWriteBuffer({ columnData: fields.map(columnOf), kvMetadata, createdBy: `ampcore ${about.ampcore}` }),
  );
}

function columnOf({ name, type, data }: Field): ColumnSource {
  const isWhole = type === "integer";
  const told = data.map((datum: Datum) => (isWhole && typeof datum === "number" ? BigInt(datum) : datum));
  return { name, data: told, type: TYPES[type] };
}
