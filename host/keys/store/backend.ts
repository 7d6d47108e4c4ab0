/** Where a durable store keeps its rows: LMDB or PostgreSQL. Names and values are octets, what they say is not its concern. */

export const TABLES = ["meta", "device", "AP"] as const;
export type Table = (typeof TABLES)[number];

export interface Row {
  readonly table: Table;
  /** A word in ASCII, or an address. */
  readonly name: Uint8Array;
  /** undefined: none any more. */
  readonly value: Uint8Array | undefined;
}

export interface NumberedEntry {
  readonly number: number;
  readonly octets: Uint8Array;
}

/** One transaction. */
export interface Batch {
  readonly rows: readonly Row[];
  readonly entries: readonly NumberedEntry[];
}

export interface Backend {
  /** For messages: "the key store in ./ampcore-keys". */
  readonly where: string;
  readonly isReadOnly: boolean;
  /** Every row; asked for once, when the store is opened. */
  rows(): Promise<readonly Row[]>;
  /** Every entry of the log, by number. */
  entries(): AsyncIterable<NumberedEntry>;
  /** All of it or nothing. When it resolves, all of it is on the medium. @throws StoreError */
  write(batch: Batch): Promise<void>;
  /** Lets go of what it holds; nothing is written after that. */
  close(): Promise<void>;
}
