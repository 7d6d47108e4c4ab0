/**
 * The key-encryption key (KEK) of a store: 32 octets that are kept elsewhere than the store, in a file that only its owner may
 * read or in the environment.
 *
 *     id = first 8 octets of SHA-256("AMP KEK id" ‖ KEK)      says which KEK a record is sealed with, and nothing about it
 */

import { createHash, createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { toHex } from "../../wire/octets.ts";
import { StoreError } from "./errors.ts";

export const KEK_OCTETS = 32;
export const KEK_ID_OCTETS = 8;
/** Bits of a file's mode for everyone but its owner. */
const OTHERS = 0o077;
/** 64 hex digits and a line's end. */
const FILE_OCTETS_MAX = 2 * KEK_OCTETS + 2;

export class Kek {
  /** 8 octets. */
  readonly id: Uint8Array;
  readonly key: KeyObject;

  /** 32 octets, copied: the caller wipes its own. */
  constructor(octets: Uint8Array) {
    if (octets.length !== KEK_OCTETS) {
      throw new StoreError("KEK", `the KEK has ${octets.length} octets, where ${KEK_OCTETS} are expected`);
    }
    this.id = createHash("sha256").update("AMP KEK id").update(octets).digest().subarray(0, KEK_ID_OCTETS);
    this.key = createSecretKey(octets);
  }

  get name(): string {
    return toHex(this.id);
  }
}

/** From a file of 64 hex digits. @throws StoreError of one sentence, which repeats nothing of what the file holds. */
export function kekFromFile(path: string): Kek {
  const octets = Buffer.alloc(FILE_OCTETS_MAX + 1);
  let length = 0;
  try {
    const file = openSync(path, "r");
    try {
      const { mode } = fstatSync(file);
      if ((mode & OTHERS) !== 0) {
        throw new StoreError(
          "KEK",
          `the KEK in ${path} can be read by others (mode ${(mode & 0o777).toString(8)}): chmod 600 ${path}`,
        );
      }
      length = readSync(file, octets);
    } finally {
      closeSync(file);
    }
    return kekFromHex(octets.toString("latin1", 0, length), path);
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw new StoreError("KEK", `the KEK file ${path} cannot be read: ${(error as Error).message}`, { cause: error });
  } finally {
    octets.fill(0);
  }
}

/** AMPCORE_KEK has the 64 hex digits, AMPCORE_KEK_FILE names the file; undefined: neither is set. */
export function kekFromEnvironment(environment: NodeJS.ProcessEnv): Kek | undefined {
  const { AMPCORE_KEK, AMPCORE_KEK_FILE } = environment;
  if (AMPCORE_KEK !== undefined && AMPCORE_KEK_FILE !== undefined) {
    throw new StoreError("KEK", "AMPCORE_KEK and AMPCORE_KEK_FILE exclude each other: set one of them");
  }
  if (AMPCORE_KEK_FILE !== undefined) return kekFromFile(AMPCORE_KEK_FILE);
  return AMPCORE_KEK === undefined ? undefined : kekFromHex(AMPCORE_KEK, "AMPCORE_KEK");
}

/** A new KEK in a file of its own, mode 600, durable when this returns. @throws StoreError if something stands there. */
export function createKekFile(path: string): Kek {
  const octets = randomBytes(KEK_OCTETS);
  try {
    const file = openSync(path, "wx", 0o600);
    try {
      writeSync(file, `${octets.toString("hex")}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    syncFolder(dirname(path));
    return new Kek(octets);
  } catch (error) {
    throw new StoreError("KEK", `no KEK can be written to ${path}: ${(error as Error).message}`, { cause: error });
  } finally {
    octets.fill(0);
  }
}

/** The name of a new file is durable, too. */
function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function kekFromHex(text: string, where: string): Kek {
  const digits = text.trim();
  if (!/^[0-9a-f]{64}$/i.test(digits)) {
    throw new StoreError(
      "KEK",
      `${where} holds no KEK: 64 hex digits are expected, and it has ${digits.length} characters`,
    );
  }
  const octets = Buffer.from(digits, "hex");
  try {
    return new Kek(octets);
  } finally {
    octets.fill(0);
  }
}
