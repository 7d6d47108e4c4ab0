/** A real wpa_supplicant at the far end of a wire (driver wired): one network, its whole log with keys, and its wpa_cli. */

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Daemon } from "./daemon.ts";
import type { Running } from "./programs.ts";
import type { Wire } from "./wire.ts";

/** The programs that a test with a wire and a wpa_supplicant needs. */
export const SUPPLICANT_PROGRAMS = ["wpa_supplicant", "wpa_cli", "socat", "ip"] as const;

export class WpaSupplicant extends Daemon {
  readonly #at: string;

  private constructor({ far }: Wire, folder: string, process: Running) {
    super(folder, process);
    this.#at = far;
  }

  /** `network`: lines of its network block; `files` beside its configuration, by name. Resolves when its port is enabled. */
  static start(
    wire: Wire,
    network: readonly string[],
    files: Readonly<Record<string, string>> = {},
  ): Promise<WpaSupplicant> {
    const folder = mkdtempSync(join(tmpdir(), "ampcore-wpasupplicant-"));
    const conf = ["ctrl_interface=ctrl", "ap_scan=0", "network={", ...network, "}", ""];
    writeFileSync(join(folder, "sta.conf"), conf.join("\n"));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const process = wire.run("wpa_supplicant", ["-Dwired", `-i${wire.far}`, "-csta.conf", "-dd", "-K"], folder);
    const isEnabled = /Associated with|Associated to a new BSS|EAPOL: External notification - portEnabled=1/;
    return new WpaSupplicant(wire, folder, process).when(isEnabled);
  }

  /** What wpa_cli prints for that command. */
  cli(...command: readonly string[]): string {
    return this.told("wpa_cli", this.#at, command);
  }
}
