/*
 * What a recording in a tree of named columns looks like to its reader, whoever opens the file: HDF5 is read by a library
 * that this folder does not know.
 */

/** Numbers as they are stored. */
export type Raw =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

/** One row of numbers, too long to be held. */
export interface Column {
  readonly length: number;
  /** So many numbers are stored in one piece: reading one of them costs as much as reading all. */
  readonly chunk: number;
  /** Numbers from .. to - 1. @throws EnergyError for a part of the file that cannot be read. */
  read(from: number, to: number): Raw;
}

/** Paths are like /data/time. */
export interface RecordedFile {
  /** @throws EnergyError for a path that holds no row of numbers. */
  column(path: string): Column;
  /** Of what is at the path; undefined: it has none of that name, or there is nothing. */
  attribute(path: string, name: string): number | string | undefined;
  has(path: string): boolean;
}
