/* Files that a user names: one that cannot be read or written is his mistake, told in one sentence. */
import { closeSync, openSync, readFileSync, realpathSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { UsageError } from "../verb.ts";

/** `what`: "the trace"; `expected`: what would be right. @throws UsageError */
export function readUserFile(what: string, file: string, expected = "a file"): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw unreadable(what, file, error, expected);
  }
}

/** What the file system said of a file that was to be read, for whoever named it; anything else as it is. */
export function unreadable(what: string, file: string, error: unknown, expected = "a file"): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  const why = code === "ENOENT" ? "does not exist" : code === "EISDIR" ? "is a folder" : `cannot be read (${code})`;
  return new UsageError(`${what} ${file} ${why}, where ${expected} is expected`);
}

/** `option`: what named the file; - is stdout. @throws UsageError */
export function writeText(option: string, file: string, text: string): void {
  if (file === "-") process.stdout.write(text);
  else written(option, file, () => writeFileSync(file, text));
}

/**
 * Whether it can be written is known before a long run, not after it; what is in it stays, and a file that is not there is
 * not left there. @throws UsageError
 */
export function checkWritable(option: string, file: string): void {
  if (file === "-") return;
  written(option, file, () => {
    const there = statSync(file, { throwIfNoEntry: false });
    // Who reads from a pipe would take a writer that leaves for the end.
    if (there !== undefined && !there.isFile() && !there.isDirectory()) return;
    closeSync(openSync(file, "a"));
    // A link to nothing stays a link: what it leads to was made.
    if (there === undefined) unlinkSync(realpathSync(file));
  });
}

/** Whether both paths lead to one file that is there. */
export function isSameFile(one: string, other: string): boolean {
  try {
    const [a, b] = [one, other].map((path) => statSync(path, { bigint: true }));
    return a.dev === b.dev && a.ino === b.ino;
  } catch {
    return false;
  }
}

/** What `write` gives. @throws UsageError, in the words of `option`, for what the system says of the file. */
export function written<T>(option: string, file: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UsageError(
      `${option} ${file} cannot be written (${code}), where a file in an existing folder is expected`,
    );
  }
}
