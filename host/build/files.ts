import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Puts a whole file in place of another in one step: no reader ever sees a part of it. */
export function replaceFile(path: string, contents: Uint8Array | string): void {
  const scratch = scratchName(path);
  writeFileSync(scratch, contents);
  renameSync(scratch, path);
}

/** All files below a folder of `root`, relative to `root`, in order; none if it is not there. */
export function filesBelow(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(root, join(parentPath, name)).replaceAll("\\", "/"))
    .sort();
}

/** A name beside `path`, on the same file system, that no other process takes. */
export function scratchName(path: string): string {
  return `${path}.${process.pid}.tmp`;
}

const LOCK_POLL_ms = 50;
const LOCK_PATIENCE_ms = 300_000;

/**
 * Runs `work` while this process holds the lock file, after waiting for its turn.
 * A lock left by a process that died is taken over. Two waiters may take over the same one at once: what is done under
 * this lock has to be merely wasteful when done twice, never wrong.
 * @throws Error when the lock is held for longer than any build takes.
 */
export async function withLock<Result>(lock: string, work: () => Promise<Result>): Promise<Result> {
  const start = Date.now();
  while (!tryLock(lock)) {
    if (!holderLives(lock)) rmSync(lock, { force: true });
    else if (Date.now() - start > LOCK_PATIENCE_ms) {
      throw new Error(
        `another process has held ${lock} for ${LOCK_PATIENCE_ms / 60_000} minutes; if none is building, delete it`,
      );
    } else await sleep(LOCK_POLL_ms);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function tryLock(lock: string): boolean {
  try {
    writeFileSync(lock, `${process.pid}\n`, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function holderLives(lock: string): boolean {
  try {
    process.kill(Number.parseInt(readFileSync(lock, "utf8"), 10) || process.pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to someone else. Otherwise it is gone, or the lock is: both mean "try again".
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
