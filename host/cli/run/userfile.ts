/* Files that a user names: one that cannot be read is his mistake, told in one sentence. */
import { readFileSync } from "node:fs";
import { UsageError } from "../verb.ts";

/** `what`: "the trace"; `expected`: what would be right. @throws UsageError */
export function readUserFile(what: string, file: string, expected = "a file"): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const why = code === "ENOENT" ? "does not exist" : code === "EISDIR" ? "is a folder" : `cannot be read (${code})`;
    throw new UsageError(`${what} ${file} ${why}, where ${expected} is expected`);
  }
}
