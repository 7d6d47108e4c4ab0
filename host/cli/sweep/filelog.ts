/*
 * A sweep's log in a file: a line is appended as soon as a job is done, so that whatever ends the process costs the jobs it
 * was at and no other. A line that was cut off in the midst is cut off whole.
 */
import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import type { JobList } from "../../sweep/joblist.ts";
import { checkHead, headOf, type Outcomes } from "../../sweep/log.ts";
import { unreadable, written } from "../run/userfile.ts";
import { UsageError } from "../verb.ts";

export class FileLog {
  readonly #file: number;
  #synced_ms = Date.now();

  /** Takes what is there into `outcomes`. @throws UsageError, LogError */
  constructor(path: string, list: JobList, outcomes: Outcomes, resume: boolean) {
    const { lines, octets } = linesOf(path);
    const [head, ...known] = lines;
    if (head !== undefined) {
      checkHead(head, list, path);
      for (const line of known) outcomes.add(line);
      if (!resume) {
        throw new UsageError(
          `${path} has ${outcomes.done} of ${list.jobs.length} jobs of this sweep: --resume goes on with it, another --out begins anew`,
        );
      }
    }
    this.#file = written("--out", path, () => openSync(path, "a"));
    ftruncateSync(this.#file, octets);
    if (head === undefined) this.append(JSON.stringify(headOf(list)));
  }

  append(line: string): void {
    writeSync(this.#file, `${line}\n`);
    if (Date.now() < this.#synced_ms + SYNC_ms) return;
    fsyncSync(this.#file);
    this.#synced_ms = Date.now();
  }

  close(): void {
    fsyncSync(this.#file);
    closeSync(this.#file);
  }
}

/** What a power failure of this machine costs at most, beside the jobs at hand. */
const SYNC_ms = 1000;

/** Whole lines, and how many octets they are. */
function linesOf(path: string): { readonly lines: readonly string[]; readonly octets: number } {
  if (!existsSync(path)) return { lines: [], octets: 0 };
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch (error) {
    throw unreadable("--out", path, error);
  }
  const octets = content.lastIndexOf("\n") + 1;
  return { lines: content.subarray(0, octets).toString("utf8").split("\n").slice(0, -1), octets };
}
