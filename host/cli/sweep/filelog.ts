/*
 * A sweep's log in a file: a line is appended as soon as a job is done, so that whatever ends the process costs the jobs it
 * was at and no other. A line that was cut off in the midst is cut off whole.
 */
import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import type { JobList } from "../../sweep/joblist.ts";
import { checkHead, headOf, LogError, type Outcomes } from "../../sweep/log.ts";
import { unreadable, written } from "../run/userfile.ts";
import { UsageError } from "../verb.ts";

export class FileLog {
  readonly #path: string;
  readonly #file: number;
  /** Of whole lines. */
  #octets: number;
  #synced_ms = Date.now();

  /** Takes what is there into `outcomes`. @throws UsageError, LogError */
  constructor(path: string, list: JobList, outcomes: Outcomes, resume: boolean) {
    const { lines, octets, rest } = linesOf(path);
    const [head, ...known] = lines;
    const ownHead = JSON.stringify(headOf(list));
    if (head !== undefined) {
      checkHead(head, list, path);
      for (const [i, line] of known.entries()) take(outcomes, line, `${path}, line ${i + 2}`);
      if (!resume) {
        throw new UsageError(
          `${path} has ${outcomes.done} of ${list.jobs.length} jobs of this sweep: --resume goes on with it, another --out begins anew`,
        );
      }
    } else if (!ownHead.startsWith(rest)) {
      throw new LogError(`${path} is no log of a sweep: another place is expected`);
    }
    this.#path = path;
    this.#octets = octets;
    this.#file = written("--out", path, () => openSync(path, "a"));
    ftruncateSync(this.#file, octets);
    if (head === undefined) this.append(ownHead);
  }

  /** A line, whole or not at all. @throws UsageError when the disk is full, or another process writes there too. */
  append(line: string): void {
    if (fstatSync(this.#file).size !== this.#octets) {
      throw new UsageError(
        `${this.#path} is being written by another process too, where one sweep at a time is expected`,
      );
    }
    const octets = Buffer.from(`${line}\n`);
    try {
      for (let at = 0; at < octets.length; ) at += writeSync(this.#file, octets, at);
    } catch (error) {
      ftruncateSync(this.#file, this.#octets);
      const { code } = error as NodeJS.ErrnoException;
      throw new UsageError(
        `--out ${this.#path} cannot be written on (${code}); what was done until then is kept there, and --resume goes on with it`,
      );
    }
    this.#octets += octets.length;
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

/** @throws LogError that says where the line is. */
function take(outcomes: Outcomes, line: string, place: string): void {
  try {
    outcomes.add(line);
  } catch (error) {
    if (error instanceof LogError) throw new LogError(`${place}: ${error.message}`);
    throw error;
  }
}

interface Lines {
  readonly lines: readonly string[];
  /** Of whole lines. */
  readonly octets: number;
  /** Behind them, the beginning of one. */
  readonly rest: string;
}

function linesOf(path: string): Lines {
  if (!existsSync(path)) return { lines: [], octets: 0, rest: "" };
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch (error) {
    throw unreadable("--out", path, error);
  }
  const octets = content.lastIndexOf("\n") + 1;
  const [text, rest] = [content.subarray(0, octets), content.subarray(octets)].map((part) => part.toString("utf8"));
  return { lines: text.split("\n").slice(0, -1), octets, rest };
}
