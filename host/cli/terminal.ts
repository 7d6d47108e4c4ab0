import type { WriteStream } from "node:tty";
import Table from "cli-table3";
import pc from "picocolors";

/** Colours for a stream that is a terminal, and none for a pipe or a file, whatever else the environment holds. */
export function coloursOf(stream: Pick<WriteStream, "isTTY">): ReturnType<typeof pc.createColors> {
  return pc.createColors(Boolean(stream.isTTY) && !process.env.NO_COLOR && process.env.TERM !== "dumb");
}

/** May characters beyond ASCII be drawn on it? On a terminal whose locale is of UTF-8; in a pipe or a file never. */
export function drawsUnicode(stream: Pick<WriteStream, "isTTY">): boolean {
  const { LC_ALL, LC_CTYPE, LANG } = process.env;
  return Boolean(stream.isTTY) && /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || "");
}

/** Lines longer than this are hard to read, however wide a terminal is. */
const COLUMNS_MAX = 100;

/** Columns that a line on stdout may take. */
export function columns(): number {
  return Math.min(process.stdout.columns ?? COLUMNS_MAX, COLUMNS_MAX);
}

/** Words in lines of at most `width`; every line but the first is indented by `indent`. */
export function wrapped(text: string, indent = "", width = columns()): string {
  const [first = "", ...words] = text.match(/ *\S+/g) ?? [];
  const lines = [first];
  for (const word of words) {
    const longer = lines[lines.length - 1] + word;
    if (longer.length > width) lines.push(indent + word.trimStart());
    else lines[lines.length - 1] = longer;
  }
  return lines.join("\n");
}

/** One line on stderr about what is being done; for whatever may take longer than two seconds. */
export function progress(step: string): void {
  process.stderr.write(`${coloursOf(process.stderr).dim(`${step} ...`)}\n`);
}

/** One cell of a table: null is "not known" or "does not apply". */
export type Cell = string | number | boolean | null;

/**
 * Prints rows of the same keys, which are the columns' heads, to stdout: as a table for the eye, or with `json` as the
 * value `data` (the rows themselves unless given) for a program.
 */
export function printTable(rows: readonly Record<string, Cell>[], json: boolean, data: unknown = rows): void {
  process.stdout.write(json ? `${JSON.stringify(data, null, 2)}\n` : `${renderTable(rows)}\n`);
}

/** Rows as a table for the eye. Numbers stand to the right, and so do the columns whose heads `right` has. */
export function renderTable(rows: readonly Record<string, Cell>[], right: readonly string[] = []): string {
  const heads = Object.keys(rows[0] ?? {});
  const { bold } = coloursOf(process.stdout);
  const isRight = (head: string): boolean => right.includes(head) || rows.some((row) => typeof row[head] === "number");
  if (rows.length > MANY_ROWS) return padded(heads, rows, isRight);
  const table = new Table({
    head: heads.map((head) => bold(head)),
    colAligns: heads.map((head) => (isRight(head) ? "right" : "left")),
    // cli-table3 would colour by itself, on pipes too
    style: { head: [], border: [], "padding-left": 0, "padding-right": 2 },
    chars: PLAIN,
  });
  for (const row of rows) table.push(heads.map((head) => cellText(row[head])));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/** cli-table3 takes time in proportion to the square of the rows. */
const MANY_ROWS = 500;

/** The same look. */
function padded(
  heads: readonly string[],
  rows: readonly Record<string, Cell>[],
  isRight: (head: string) => boolean,
): string {
  const lines = [heads, ...rows.map((row) => heads.map((head) => cellText(row[head])))];
  const widths = heads.map((_, i) => lines.reduce((most, line) => Math.max(most, line[i].length), 0));
  const right = heads.map(isRight);
  const text = (cell: string, i: number): string => (right[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i]));
  return lines.map((line) => line.map(text).join("  ").trimEnd()).join("\n");
}

/** No frame and no rules: columns are enough, and can be cut and pasted. */
const PLAIN = Object.fromEntries(
  ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"]
    .concat(["left", "left-mid", "mid", "mid-mid", "right", "right-mid", "middle"])
    .map((part) => [part, ""]),
);

function cellText(cell: Cell): string {
  if (cell === null) return "-";
  if (typeof cell === "boolean") return cell ? "yes" : "no";
  return typeof cell === "number" ? cell.toLocaleString("en") : cell;
}
