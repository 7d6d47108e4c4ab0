import {
  closeSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { scratchName } from "../../build/files.ts";
import { isRecordLength, RECORD_LENGTHS } from "../../keys/record.ts";
import { UsageError } from "../verb.ts";

/** Its owner may read and write it, nobody else may do anything. */
const OWNER_ONLY = 0o600;

/** Refuses to write where something stands already; with force, where something stands that is no file. */
export function refuseExisting(path: string, force: boolean): void {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (!there) return;
  if (!there.isFile() && !there.isSymbolicLink()) throw new UsageError(`--out ${path} exists and is no file`);
  if (!force) throw new UsageError(`--out ${path} exists already; --force writes over it`);
}

/**
 * Writes a whole file that only its owner may read, or none at all, whenever it is stopped: to a scratch file first,
 * which then gets the name, in one step that fails without force if the name is taken.
 */
export function createSecretFile(path: string, octets: Uint8Array, force: boolean): void {
  refuseExisting(path, force);
  const scratch = scratchName(path);
  try {
    const file = openSync(scratch, "wx", OWNER_ONLY);
    try {
      writeFileSync(file, octets);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (force) renameSync(scratch, path);
    else linkSync(scratch, path);
  } catch (error) {
    throw new UsageError(`--out ${path} cannot be written: ${reasonOf(error)}`);
  } finally {
    rmSync(scratch, { force: true });
  }
}

/** The octets of an image. */
export function readRecordFile(path: string): Uint8Array {
  let size: number;
  try {
    // What is no file has no size to trust: a device may never end.
    size = statSync(path).size;
    if (isRecordLength(size)) return readFileSync(path);
  } catch (error) {
    throw new UsageError(`--show ${path} cannot be read: ${reasonOf(error)}`);
  }
  throw new UsageError(`--show ${path} is no image: it has ${size} octets, where ${RECORD_LENGTHS}`);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  EACCES: "permission denied",
  EEXIST: "it exists already",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is no folder",
  ENOSPC: "no space is left",
  EROFS: "the file system is read-only",
};

/** What a failed file operation means, in words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ""] ?? message;
}
