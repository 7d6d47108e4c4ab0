/**
 * Readings into a file, a line each: a reading is stored when its line has been written and flushed to the medium. Lines
 * that come while one flush goes on share the next.
 *
 * At its start it cuts off what stands behind the last line end: a line that a crash tore, which nobody got an M3 for.
 */

import { type FileHandle, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { type Lock, lockFile } from "../keys/store/lock.ts";
import type { Consumer, Outcome } from "./consumer.ts";

interface Line {
  readonly text: string;
  readonly done: (outcome: Outcome) => void;
}

const CHUNK_OCTETS = 65_536;
const LINE_END = 0x0a;
/** As lineOf (consumer.ts) writes it. */
const LINE_BEGINS = '{"kind":"';

export class FileConsumer implements Consumer {
  failure: string | undefined;
  /** Why the last lines could not be stored, until some are. */
  interruption: string | undefined;
  /** How often what was written was flushed to the medium. */
  flushes = 0;
  /** Octets of a torn line that were cut off at the start. */
  readonly torn_octets: number;
  readonly #file: FileHandle;
  /** Octets that are whole lines and on the medium. */
  #size: number;
  #waiting: Line[] = [];
  #writing = 0;
  #flush: Promise<void> | undefined;

  readonly #lock: Lock;

  private constructor(file: FileHandle, lock: Lock, size: number, torn_octets: number) {
    this.#file = file;
    this.#lock = lock;
    this.#size = size;
    this.torn_octets = torn_octets;
  }

  /**
   * Goes on behind the last whole line. One process has it at a time: two would write over each other's lines.
   * @throws StoreError for one that another process has; RangeError for what is no file of readings; what the file system says.
   */
  static async open(path: string): Promise<FileConsumer> {
    const there = await stat(path).catch(() => undefined);
    if (there && !there.isFile() && !there.isDirectory()) throw new RangeError("it is no regular file");
    // Not for appending: a line that could not be written whole is written over.
    const file = await open(path, "a").then(async (made) => {
      await made.close();
      return open(path, "r+");
    });
    let held: Lock | undefined;
    try {
      held = lockFile(path, path);
      const { size } = await file.stat();
      const end = await lastLineEnd(file, size);
      if (end < size) {
        await checkTorn(file, end, size);
        await file.truncate(end);
      }
      await file.sync();
      const folder = await open(dirname(path), "r");
      await folder.sync().finally(() => folder.close());
      return new FileConsumer(file, held, end, size - end);
    } catch (error) {
      held?.release();
      await file.close();
      throw error;
    }
  }

  get pending(): number {
    return this.#waiting.length + this.#writing;
  }

  deliver(line: string, done: (outcome: Outcome) => void): void {
    if (this.failure !== undefined) {
      done("not stored");
      return;
    }
    this.#waiting.push({ text: line, done });
    this.#flush ??= this.#write();
  }

  async close(): Promise<void> {
    while (this.#flush) await this.#flush;
    await this.#file.close();
    this.#lock.release();
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      this.#writing = batch.length;
      const outcome = await this.#store(Buffer.from(batch.map(({ text }) => `${text}\n`).join("")));
      this.#writing = 0;
      for (const { done } of batch) done(outcome);
    }
    this.#flush = undefined;
  }

  async #store(octets: Buffer): Promise<Outcome> {
    if (this.failure !== undefined) return "not stored";
    try {
      let at = 0;
      while (at < octets.length) {
        at += (await this.#file.write(octets, at, octets.length - at, this.#size + at)).bytesWritten;
      }
      await this.#file.datasync();
      this.flushes++;
      if ((await this.#file.stat()).nlink === 0) {
        this.failure = "the file was removed while it was written: start the AP again";
        return "unknown";
      }
      this.#size += octets.length;
      this.interruption = undefined;
      return "stored";
    } catch (error) {
      return this.#undo(error as Error);
    }
  }

  /** What was begun is taken back: then it is certain that it is not stored, and the next lines may be. */
  async #undo({ message }: Error): Promise<Outcome> {
    this.interruption = message;
    try {
      await this.#file.truncate(this.#size);
      await this.#file.datasync();
      return "not stored";
    } catch {
      this.failure = message;
      return "unknown";
    }
  }
}

/** What stands behind the last line end is the beginning of a line of readings. @throws RangeError */
async function checkTorn(file: FileHandle, from: number, to: number): Promise<void> {
  const chunk = Buffer.alloc(Math.min(LINE_BEGINS.length, to - from));
  await file.read(chunk, 0, chunk.length, from);
  if (LINE_BEGINS.startsWith(chunk.toString("latin1"))) return;
  throw new RangeError("it does not end as a file of readings does: name another, or end its last line");
}

/** The offset behind the last line end; 0: there is none. */
async function lastLineEnd(file: FileHandle, size: number): Promise<number> {
  const chunk = Buffer.alloc(CHUNK_OCTETS);
  for (let end = size; end > 0; ) {
    const from = Math.max(0, end - CHUNK_OCTETS);
    const { bytesRead } = await file.read(chunk, 0, end - from, from);
    const at = chunk.subarray(0, bytesRead).lastIndexOf(LINE_END);
    if (at >= 0) return from + at + 1;
    end = from;
  }
  return 0;
}
