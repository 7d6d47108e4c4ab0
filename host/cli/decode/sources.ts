/*
 * Where the frames to decode come from: operands, a file, stdin.
 */
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { HexError, parseHex } from "../../wire/hex.ts";
import { reasonOf } from "../provision/files.ts";
import { UsageError } from "../verb.ts";
import { EXAMPLE } from "./example.ts";

/** A frame, and where its digits stand. */
interface Source {
  readonly where: string;
  readonly digits: string;
}

const STDIN = "-";

/** Frames from the operands, else from the file, else from stdin. */
export async function readSources(file: string | undefined, operands: readonly string[]): Promise<Source[]> {
  if (operands.length > 0) {
    if (file !== undefined) throw new UsageError("--file and frames on the command line exclude each other");
    // A frame pasted octet by octet: none has one octet only, so nothing else can be meant.
    const isOneFrame = operands.every((operand) => /^[0-9a-f]{2}$/i.test(operand));
    const texts = isOneFrame ? [operands.join("")] : operands;
    return texts.map((digits, i) => ({ where: texts.length > 1 ? `frame ${i + 1}` : "the frame", digits }));
  }
  const isStdin = file === undefined || file === STDIN;
  const lines = isStdin && process.stdin.isTTY && file === undefined ? "" : await readText("--file", file ?? STDIN);
  const sources = lines
    .split("\n")
    .map((line, i) => ({ where: `line ${i + 1} of ${isStdin ? "stdin" : file}`, digits: line.replace(/#.*/, "") }))
    .filter(({ digits }) => digits.trim() !== "");
  if (sources.length > 0) return sources;
  throw new UsageError(
    `no frame ${isStdin ? "on the command line or stdin" : `in ${file}`}: give one in hex, like ${EXAMPLE.m3}`,
  );
}

/** The text of a file, or of stdin for "-"; a mistake names the option that the file came with. */
export async function readText(option: string, file: string): Promise<string> {
  if (file === STDIN) return await text(process.stdin);
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`${option} ${file} cannot be read: ${reasonOf(error)}`);
  }
}

/** No message of this repeats a digit: they may be a key's. */
export function octetsOf(where: string, digits: string): Uint8Array {
  try {
    return parseHex(digits);
  } catch (error) {
    if (error instanceof HexError) throw new UsageError(`${where} is not in hex: ${error.message}`);
    throw error;
  }
}
