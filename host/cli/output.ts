/** What verbs that make a thing have in common: a file that is written whole, and octets in JSON. */

import { resolve } from "node:path";
import { replaceFile } from "../build/files.ts";
import { UsageError } from "./verb.ts";

/** The file that `option` names, whole or as it was. @throws UsageError for a path that cannot be written. */
export function writeWhole(option: string, file: string, content: string | Uint8Array): void {
  checkNoStdout({ [option]: file });
  try {
    replaceFile(file, content);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `${option} ${file} cannot be written (${code}), where a path in a folder of yours is expected`,
    );
  }
}

/** Files of a call, by option. @throws UsageError when two options name one file, however it is written. */
export function checkFiles(named: Readonly<Record<string, string | undefined>>): void {
  const files = Object.entries(named).filter((one): one is [string, string] => one[1] !== undefined && one[1] !== "-");
  for (const [i, [option, file]] of files.entries()) {
    const other = files.slice(i + 1).find(([, another]) => resolve(another) === resolve(file))?.[0];
    if (other) throw new UsageError(`${option} and ${other} both name ${file}, where two files are expected`);
  }
}

/** @throws UsageError for -, which is stdout, of what is no text for it. */
export function checkNoStdout(named: Readonly<Record<string, string | undefined>>): void {
  const option = Object.keys(named).find((one) => named[one] === "-");
  if (option) throw new UsageError(`${option} - is stdout, where a file is expected`);
}

/** For JSON.stringify: octets as hexadecimal text. */
export function octetsAsHex(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value;
}
