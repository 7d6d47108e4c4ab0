/** What is in the memory of another process, by /proc (proc(5)): for a search that secrets have to stand. */
import { closeSync, openSync, readFileSync, readSync } from "node:fs";

const CHUNK_OCTETS = 1 << 24;

/** Whether each of these is anywhere in what that process may read and write. @throws what the system says. */
export function inMemoryOf(pid: number, secrets: readonly Uint8Array[]): boolean[] {
  const found = secrets.map(() => false);
  // In octets, and as digits: a secret that was printed is no secret either.
  const forms = secrets.map((secret) => [Buffer.from(secret), Buffer.from(Buffer.from(secret).toString("hex"))]);
  const overlap = Math.max(...forms.flat().map(({ length }) => length)) - 1;
  const chunk = Buffer.alloc(CHUNK_OCTETS + overlap);
  const memory = openSync(`/proc/${pid}/mem`, "r");
  try {
    for (const [from, to] of regionsOf(pid)) {
      for (let at = from; at < to; at += CHUNK_OCTETS) {
        const length = readAt(memory, chunk, Math.min(CHUNK_OCTETS + overlap, to - at), at);
        const octets = chunk.subarray(0, length);
        for (const [i, ways] of forms.entries()) found[i] ||= ways.some((form) => octets.includes(form));
      }
    }
  } finally {
    closeSync(memory);
  }
  return found;
}

function regionsOf(pid: number): (readonly [from: number, to: number])[] {
  const lines = readFileSync(`/proc/${pid}/maps`, "utf8").trimEnd().split("\n");
  const writable = lines.filter((line) => line.split(" ")[1].startsWith("rw"));
  return writable.map((line) => {
    const [from, to] = line
      .split(" ")[0]
      .split("-")
      .map((digits) => Number.parseInt(digits, 16));
    return [from, to] as const;
  });
}

/** A region that is gone by now has nothing to find. */
function readAt(memory: number, into: Buffer, length: number, at: number): number {
  try {
    return readSync(memory, into, 0, length, at);
  } catch {
    return 0;
  }
}

/** Why a test that looks into another process of its own user has to be skipped; false: it may look. */
export function skipWithoutMemory(pid: number): string | false {
  try {
    closeSync(openSync(`/proc/${pid}/mem`, "r"));
    return false;
  } catch (error) {
    const reason = `/proc/PID/mem may not be read here: ${(error as Error).message}`;
    if (process.env.CI === "true") throw new Error(reason, { cause: error });
    return reason;
  }
}

/** The processes that it has begun. */
export function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
}

export function callOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
}
