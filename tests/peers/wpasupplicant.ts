/** A real wpa_supplicant at the far end of a wire (driver wired): one network, its whole log with keys, and its wpa_cli. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Running } from "./programs.ts";
import type { Wire } from "./wire.ts";

/** The programs that a test with a wire and a wpa_supplicant needs. */
export const SUPPLICANT_PROGRAMS = ["wpa_supplicant", "wpa_cli", "socat", "ip"] as const;

export class WpaSupplicant {
  readonly #wire: Wire;
  readonly #folder: string;
  readonly #process: Running;

  private constructor(wire: Wire, folder: string, process: Running) {
    this.#wire = wire;
    this.#folder = folder;
    this.#process = process;
  }

  /** `network`: lines of its network block; `files` beside its configuration, by name. Resolves when its port is enabled. */
  static async start(
    wire: Wire,
    network: readonly string[],
    files: Readonly<Record<string, string>> = {},
  ): Promise<WpaSupplicant> {
    const folder = mkdtempSync(join(tmpdir(), "ampcore-wpasupplicant-"));
    const conf = ["ctrl_interface=ctrl", "ap_scan=0", "network={", ...network, "}", ""];
    writeFileSync(join(folder, "sta.conf"), conf.join("\n"));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const args = ["-Dwired", `-i${wire.far}`, "-csta.conf", "-dd", "-K"];
    const supplicant = new WpaSupplicant(wire, folder, wire.run("wpa_supplicant", args, folder));
    try {
      await supplicant.logged(/Associated with|Associated to a new BSS|EAPOL: External notification - portEnabled=1/);
      return supplicant;
    } catch (error) {
      await supplicant.stop();
      throw error;
    }
  }

  /** All of its -dd log so far. */
  get log(): string {
    return this.#process.output;
  }

  /** Resolves when the log has something like that. */
  logged(pattern: RegExp, within_ms?: number): Promise<RegExpMatchArray> {
    return this.#process.printed(pattern, within_ms);
  }

  /** What wpa_cli prints for that command. */
  cli(...command: readonly string[]): string {
    const args = ["-p", join(this.#folder, "ctrl"), "-i", this.#wire.far, ...command];
    const { status, stdout, stderr } = spawnSync("wpa_cli", args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`wpa_cli ${command.join(" ")}: ${stderr || stdout}`);
    return stdout;
  }

  async stop(): Promise<void> {
    await this.#process.stop();
    rmSync(this.#folder, { recursive: true });
  }
}
