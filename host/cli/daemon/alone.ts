import { existsSync } from "node:fs";
import { StoreError } from "../../keys/store/errors.ts";
import { lockFile } from "../../keys/store/lock.ts";
import { Failure } from "../verb.ts";

/**
 * Does something while no other process has that image: two over one would be two devices with one identity, whose boot
 * counters repeat. One that does not exist is left to whoever reads it. @throws Failure
 */
export async function alone<T>(nvm: string | undefined, work: () => Promise<T>): Promise<T> {
  if (nvm === undefined || !existsSync(nvm)) return work();
  try {
    const held = lockFile(nvm, `--nvm ${nvm}`);
    try {
      return await work();
    } finally {
      held.release();
    }
  } catch (error) {
    throw error instanceof StoreError ? new Failure(error.message) : error;
  }
}
