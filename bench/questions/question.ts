/*
 * A question of the task group's that a run can answer: what is measured, and the page that tells it. A page is made of
 * the data alone, so that a committed result gives the committed page.
 */
import type { Figures, Table } from "../../host/bench/bench.ts";
import type { Lab } from "./lab.ts";
import type { Swing } from "./swing.ts";

export interface Question<Data> {
  /** Of its page, its pictures and its part of the result. */
  readonly name: string;
  measured(lab: Lab): Data | Promise<Data>;
  page(data: Data): Page;
  /** What must not get worse: exact counts, of which less is better. */
  figures?(data: Data): Figures;
}

/** One of any data: whoever has it hands it its own. */
export interface AnyQuestion {
  readonly name: string;
  measured(lab: Lab): unknown;
  page(data: never): Page;
  figures?(data: never): Figures;
}

export interface Page {
  readonly question: string;
  /** One or two sentences, three at most. */
  readonly answer: string;
  /** What else the run has shown. */
  readonly also?: string;
  readonly parts: readonly (Plot | Table)[];
  /** What it rests on beside the numbers of `moved`: one point each. */
  readonly rests: readonly string[];
  readonly moved?: Moved;
}

export interface Plot {
  /** Tells the pictures of a page apart. */
  readonly picture: string;
  /** What it shows, in words. */
  readonly alt: string;
  readonly svg: string;
}

/** One number that stands for the answer, and what moves it. */
export interface Moved {
  readonly what: string;
  readonly value: number;
  readonly shown: (value: number) => string;
  readonly swings: readonly Swing[];
}

/** "a, b and c". */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}
