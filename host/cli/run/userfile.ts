/* Files that a user names: one that cannot be read or written is his mistake, told in one sentence. */
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
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

/** Whether it can be written is known before a long run, not after it; what is in it stays. @throws UsageError */
export function checkWritable(option: string, file: string): void {
  if (file !== "-") written(option, file, () => appendFileSync(file, ""));
}

function written(option: string, file: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw new UsageError(
      `${option} ${file} cannot be written (${(error as NodeJS.ErrnoException).code}), where a file in an existing folder is expected`,
    );
  }
}
