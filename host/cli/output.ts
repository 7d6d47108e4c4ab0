/** What verbs that make a thing have in common: a file that is written whole, and octets in JSON. */

import { replaceFile } from "../build/files.ts";
import { UsageError } from "./verb.ts";

/** The file that `option` names, whole or as it was. @throws UsageError for a path that cannot be written. */
export function writeWhole(option: string, file: string, content: string | Uint8Array): void {
  try {
    replaceFile(file, content);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `${option} ${file} cannot be written (${code}), where a path in a folder of yours is expected`,
    );
  }
}

/** For JSON.stringify: octets as hexadecimal text. */
export function octetsAsHex(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value;
}
