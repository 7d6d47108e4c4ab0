/** What each process of tests took: its own time and that of what it started. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { renderTable } from "../terminal.ts";

export interface Time {
  /** Relative to the repository; a folder whose files share a process as `tests/wire/*`. */
  readonly file: string;
  readonly wall_s: number;
  /** User and system, of the process and of the children that it waited for. */
  readonly cpu_s: number;
}

/** Collects the times of one run; `options` and `environment` go to the runner of its processes. */
export class Times {
  readonly #folder = mkdtempSync(join(tmpdir(), "ampcore-times-"));
  readonly #file = join(this.#folder, "times");
  readonly options = ["--import", fileURLToPath(new URL("clock.mjs", import.meta.url))];
  readonly environment = { AMPCORE_TIMES: this.#file };

  /** The costliest first. The run is over: what it left is removed. */
  take(root: string): Time[] {
    const lines = existsSync(this.#file) ? readFileSync(this.#file, "utf8").trimEnd().split("\n") : [];
    rmSync(this.#folder, { recursive: true });
    return lines
      .map((line): Time => JSON.parse(line))
      .map((time) => ({ ...time, file: sourceOf(relative(root, time.file)) }))
      .sort((a, b) => b.cpu_s - a.cpu_s);
  }
}

/** As a table, with its sum in the last row. */
export function timesTable(times: readonly Time[]): string {
  const sum = (key: "cpu_s" | "wall_s") => times.reduce((total, time) => total + time[key], 0);
  const all = [...times, { file: `${times.length} processes`, cpu_s: sum("cpu_s"), wall_s: sum("wall_s") }];
  const rows = all.map(({ file, cpu_s, wall_s }) => ({
    tests: file,
    "CPU, s": cpu_s.toFixed(1),
    "wall, s": wall_s.toFixed(1),
  }));
  return renderTable(rows, ["CPU, s", "wall, s"]);
}

function sourceOf(file: string): string {
  const [, folder] = /^build\/tests\/(.+)\.test\.mjs$/.exec(file) ?? [];
  if (folder !== undefined) return `${folder.replaceAll("-", "/")}/*`;
  return file.replace(/^build\/js\/\w+\//, "").replace(/\.js$/, ".ts");
}
