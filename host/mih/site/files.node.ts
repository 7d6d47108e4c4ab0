/** What the files of a site hold beside their YAML: keys, each in a file of its own that nobody but its owner may read. */

import { closeSync, fstatSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { DeviceKeys } from "../gkb/keytree.ts";
import { checkLeaf, NODE_KEY_OCTETS, TREE_DEPTH } from "../gkb/keytree.ts";
import { SiteError } from "./read.ts";

/** Bits of a file's mode for everyone but its owner. */
const OTHERS = 0o077;
const SECRET_MODE = 0o600;

/** Of a file that other files name from their own folder. */
export function beside(file: string, name: string): string {
  return resolve(dirname(file), name);
}

/** @throws SiteError for a file that cannot be read. */
export function textOf(path: string, expected: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw unreadable(path, error, expected);
  }
}

/** @throws SiteError for a file that cannot be read, or that others can read, too. */
export function secretOf(path: string, expected: string): string {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    throw unreadable(path, error, expected);
  }
  try {
    const { mode } = fstatSync(file);
    if ((mode & OTHERS) !== 0) {
      throw new SiteError(`${path} can be read by others (mode ${(mode & 0o777).toString(8)}): chmod 600 ${path}`);
    }
    return readFileSync(file, "utf8");
  } catch (error) {
    throw error instanceof SiteError ? error : unreadable(path, error, expected);
  } finally {
    closeSync(file);
  }
}

/** Exactly so many octets, in hex. @throws SiteError, which repeats nothing of what the file holds. */
export function hexSecretOf(path: string, octets: number): Uint8Array {
  const expected = `a file of ${2 * octets} hex digits`;
  const text = secretOf(path, expected).trim();
  if (text.length !== 2 * octets || !/^[0-9a-f]*$/i.test(text)) {
    throw new SiteError(`${path} does not hold ${2 * octets} hex digits, as the file of a key has to`);
  }
  return new Uint8Array(Buffer.from(text, "hex"));
}

/** @throws SiteError, which repeats nothing of what the file holds. */
export function deviceKeysOf(path: string): DeviceKeys {
  const wrong = new SiteError(
    `${path} does not hold the device keys of a leaf: "leaf", and "keys" of ${TREE_DEPTH} times 32 hex digits, in JSON`,
  );
  const text = secretOf(path, "a file of device keys");
  try {
    const { leaf, keys } = JSON.parse(text) as { leaf: number; keys: string[] };
    checkLeaf(leaf, TREE_DEPTH);
    const isRight = (key: string): boolean => /^[0-9a-f]+$/i.test(key) && key.length === 2 * NODE_KEY_OCTETS;
    if (keys.length !== TREE_DEPTH || !keys.every(isRight)) throw wrong;
    return { leaf, keys: keys.map((key) => new Uint8Array(Buffer.from(key, "hex"))) };
  } catch {
    throw wrong;
  }
}

/** A new file that only its owner may read. @throws what the system says, also of a file that is there. */
export function writeSecret(path: string, text: string): void {
  const file = openSync(path, "wx", SECRET_MODE);
  try {
    writeSync(file, text);
  } finally {
    closeSync(file);
  }
}

/** In place of what was there: before or after, the file is whole, and after this returns it outlives a power cut. */
export function replaceSecret(path: string, text: string): void {
  const next = `${path}.next`;
  const file = openSync(next, "w", SECRET_MODE);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(next, path);
  const folder = openSync(dirname(path), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function unreadable(path: string, error: unknown, expected: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  const why = code === "ENOENT" ? "does not exist" : code === "EISDIR" ? "is a folder" : `cannot be read (${code})`;
  return new SiteError(`${path} ${why}, where ${expected} is expected`);
}
