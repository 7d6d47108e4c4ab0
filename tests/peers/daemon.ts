/** A peer that runs in a folder of its own, tells in its log what it does, and is gone when it is stopped. */

import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Running } from "./programs.ts";

export class Daemon {
  readonly #folder: string;
  readonly #process: Running;

  constructor(folder: string, process: Running) {
    this.#folder = folder;
    this.#process = process;
  }

  /** All of its log so far. */
  get log(): string {
    return this.#process.output;
  }

  /** Resolves when the log has something like that. */
  logged(pattern: RegExp, within_ms?: number): Promise<RegExpMatchArray> {
    return this.#process.printed(pattern, within_ms);
  }

  /** Itself, when the log has something like that; stopped, if it never has. */
  async when(pattern: RegExp): Promise<this> {
    try {
      await this.logged(pattern);
      return this;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.#process.stop();
    rmSync(this.#folder, { recursive: true });
  }

  /** What its control program prints for that command, over the sockets in `ctrl`. */
  protected told(program: string, at: string, command: readonly string[]): string {
    const args = ["-p", join(this.#folder, "ctrl"), "-i", at, ...command];
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`${program} ${command.join(" ")}: ${stderr || stdout}`);
    return stdout;
  }
}
