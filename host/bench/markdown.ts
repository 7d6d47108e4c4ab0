import type { Cell } from "../cli/terminal.ts";
import type { Table } from "./bench.ts";

/** A bench's tables as one Markdown page. */
export function markdownPage(bench: string, tables: readonly Table[]): string {
  const made = `Made by \`npm run bench -- ${bench} --save\`; do not edit.`;
  const parts = tables.map((table) => `## ${table.title}\n\n${markdownTable(table)}`);
  return `${[`# Bench: ${bench}`, made, ...parts].join("\n\n")}\n`;
}

/** Heads, rows, and the note below them. Numbers stand to the right. */
export function markdownTable({ rows, note }: Table): string {
  const heads = Object.keys(rows[0] ?? {});
  const isNumber = (head: string): boolean => rows.some((row) => typeof row[head] === "number");
  const lines = [heads, heads.map((head) => (isNumber(head) ? "--:" : "---")), ...rows.map(cellsOf)];
  const table = lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  return note === undefined ? table : `${table}\n\n${note}`;
}

function cellsOf(row: Readonly<Record<string, Cell>>): string[] {
  return Object.values(row).map(cellText);
}

function cellText(cell: Cell): string {
  if (cell === null) return "-";
  if (typeof cell === "boolean") return cell ? "yes" : "no";
  return typeof cell === "number" ? cell.toLocaleString("en") : cell.replaceAll("|", "\\|");
}

/** Stands around a table in a page that is written by hand: `<!-- bench core/goals -->` ... `<!-- end -->`. */
const REGION = /(<!-- bench (\S+)\/(\S+) -->\n)[\s\S]*?(<!-- end -->)/g;

/**
 * The page with every region of `bench` filled with that table; regions of other benches stay.
 * @throws Error when a region asks for a table that the bench does not have.
 */
export function filled(page: string, bench: string, tables: readonly Table[]): string {
  return page.replace(REGION, (region, start: string, of: string, id: string, end: string) => {
    if (of !== bench) return region;
    const table = tables.find((candidate) => candidate.id === id);
    if (!table) throw new Error(`the page asks for ${bench}/${id}; ${bench} has ${tables.map((t) => t.id).join(", ")}`);
    return `${start}\n${markdownTable(table)}\n\n${end}`;
  });
}
