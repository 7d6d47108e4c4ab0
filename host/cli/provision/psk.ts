import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { UsageError } from "../verb.ts";
import { reasonOf } from "./files.ts";

const STDIN = "-";
const PSK_DIGITS = 64;

/**
 * The pre-shared key, 32 octets, from wherever the options say; the caller wipes it.
 * No message repeats any of what was read: it may be nearly the key.
 */
export async function readPsk({ psk, pskFile }: { psk?: string; pskFile?: string }): Promise<Uint8Array> {
  if (psk !== undefined && pskFile !== undefined) throw new UsageError("--psk and --psk-file exclude each other");
  if (pskFile !== undefined && pskFile !== STDIN) return parsePsk(`--psk-file ${pskFile}`, readText(pskFile));
  if (psk === STDIN || pskFile === STDIN) return parsePsk("the key on stdin", await text(process.stdin));
  if (psk !== undefined) return parsePsk("--psk", psk);
  throw new UsageError("--psk-file is missing: the file with the pre-shared key in 64 hex digits, or - for stdin");
}

function parsePsk(where: string, digits: string): Uint8Array {
  const trimmed = digits.trim();
  if (trimmed.length !== PSK_DIGITS) {
    throw new UsageError(`${where} has ${trimmed.length} characters, where a key has ${PSK_DIGITS} hex digits`);
  }
  const wrong = trimmed.search(/[^0-9a-f]/i);
  if (wrong >= 0) throw new UsageError(`${where} has no hex digit at place ${wrong + 1} of ${PSK_DIGITS}`);
  return new Uint8Array(Buffer.from(trimmed, "hex"));
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`--psk-file ${file} cannot be read: ${reasonOf(error)}`);
  }
}
