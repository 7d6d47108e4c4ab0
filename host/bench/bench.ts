import type { Cell } from "../cli/terminal.ts";

/** What a file bench/<name>.ts exports as its default: one benchmark, called as the file is. */
export interface Bench<Result = unknown> {
  /** Runs it. The result is plain data, as it goes into bench/results/<name>.json; `onStep` hears of what takes seconds.
   * `isShort`: less effort will do, where there is a choice. */
  measure(onStep: (step: string) => void, isShort: boolean): Promise<Result>;
  /** The result for the eye; pure, so that a committed result is shown as a fresh one is. */
  tables(result: Result): readonly Table[];
  /** Pages of its own that are made of the result: text by file, relative to the repository. */
  pages?(result: Result): Readonly<Record<string, string>>;
  /** The figures that must not get worse, each under a name of its own: of every one less is better. */
  figures(result: Result): Figures;
}

export type Figures = Readonly<Record<string, number>>;

export interface Table {
  /** Names it within its bench: the README asks for it as `<bench>/<id>`. */
  readonly id: string;
  readonly title: string;
  /** Rows of the same keys, which are the columns' heads. */
  readonly rows: readonly Readonly<Record<string, Cell>>[];
  /** What a reader has to know to read it right. */
  readonly note?: string;
  /** Shown with --short too. */
  readonly headline?: boolean;
}
