/*
 * The recording in a file, or in octets that came from one, in any format that is known; a file's name says nothing.
 */
import { createHash } from "node:crypto";
import { closeSync, fstatSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EnergyError } from "../energy/error.ts";
import { formatOf, parseRecording, type TextFormat, type TraceOptions } from "../energy/traces/parse.ts";
import type { Recording } from "../energy/traces/recording.ts";
import { readShepherd, type ShepherdOptions } from "../energy/traces/shepherd/read.ts";
import { isHdf5, withHdf5 } from "./hdf5.ts";

export type Format = TextFormat | "shepherd";

export interface ReadOptions extends TraceOptions, ShepherdOptions {
  /** How long the reader of HDF5 may take for one answer. */
  readonly patience_ms?: number;
}

export interface Read {
  readonly format: Format;
  readonly recording: Recording;
}

/** Text is read into memory whole; this is some 20 million lines. */
const TEXT_MAX_octets = 400 * 2 ** 20;
const PIECE_octets = 2 ** 20;

/**
 * @param source the path of a file, or its octets.
 * @throws EnergyError, one sentence, for what is no recording; what the file system says of a path that cannot be read.
 */
export async function readRecording(source: string | Uint8Array, options: ReadOptions): Promise<Read> {
  if (typeof source !== "string") {
    return isHdf5(source) ? await readingOctets(source, options) : readText(source, options);
  }
  if (isHdf5(beginningOf(source))) return await readHdf5(source, options);
  const octets = readFileSync(source);
  if (octets.length > TEXT_MAX_octets) {
    throw new EnergyError(`it has ${octets.length} octets of text, where at most ${TEXT_MAX_octets} are read`);
  }
  return readText(octets, options);
}

/** SHA-256 of a file of any size, in hex. `onProgress` is told which part of it has been read. */
export function fileHash(path: string, onProgress?: (part: number) => void): string {
  const hash = createHash("sha256");
  const piece = Buffer.alloc(PIECE_octets);
  const file = openSync(path, "r");
  const { size } = fstatSync(file);
  try {
    let done = 0;
    for (let count = readSync(file, piece); count > 0; count = readSync(file, piece)) {
      hash.update(piece.subarray(0, count));
      done += count;
      onProgress?.(done / size);
    }
  } finally {
    closeSync(file);
  }
  return hash.digest("hex");
}

function beginningOf(path: string): Uint8Array {
  const octets = Buffer.alloc(16);
  const file = openSync(path, "r");
  try {
    return octets.subarray(0, readSync(file, octets));
  } finally {
    closeSync(file);
  }
}

async function readHdf5(path: string, options: ReadOptions): Promise<Read> {
  if (options.rectifier !== undefined) {
    throw new EnergyError("a rectifier is for power that was received as RF, as REACT has it, where this is shepherd");
  }
  return {
    format: "shepherd",
    recording: await withHdf5(path, (file) => readShepherd(file, options), options.patience_ms),
  };
}

/** The library reads files only. */
async function readingOctets(octets: Uint8Array, options: ReadOptions): Promise<Read> {
  const folder = mkdtempSync(join(tmpdir(), "ampcore-trace-"));
  try {
    const path = join(folder, "recording.h5");
    writeFileSync(path, octets);
    return await readHdf5(path, options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readText(octets: Uint8Array, options: ReadOptions): Read {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(octets);
  return { format: formatOf(text), recording: parseRecording(text, options) };
}
