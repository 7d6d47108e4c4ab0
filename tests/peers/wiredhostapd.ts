/** A real hostapd at the far end of a wire (driver wired): an AP without a radio, whose pre-authentication is real. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Running } from "./programs.ts";
import type { Wire } from "./wire.ts";

/** With EAP-PSK of its own; its AA is the far end's address. */
const CONF = [
  "driver=wired",
  "logger_stdout=-1",
  "logger_stdout_level=0",
  "ctrl_interface=ctrl",
  "ssid=ampnet",
  "wpa=2",
  "wpa_key_mgmt=WPA-EAP",
  "rsn_pairwise=CCMP",
  "rsn_preauth=1",
  "ieee8021x=1",
  "eap_server=1",
  "eap_user_file=users",
];

export class WiredHostapd {
  readonly #wire: Wire;
  readonly #folder: string;
  readonly #process: Running;

  private constructor(wire: Wire, folder: string, process: Running) {
    this.#wire = wire;
    this.#folder = folder;
    this.#process = process;
  }

  /** `users`: lines of its eap_user_file. */
  static async start(wire: Wire, users: string): Promise<WiredHostapd> {
    const folder = mkdtempSync(join(tmpdir(), "ampcore-hostapd-"));
    const conf = [`interface=${wire.far}`, `rsn_preauth_interfaces=${wire.far}`, ...CONF, ""];
    writeFileSync(join(folder, "hostapd.conf"), conf.join("\n"));
    writeFileSync(join(folder, "users"), `${users}\n`);
    const hostapd = new WiredHostapd(wire, folder, wire.run("hostapd", ["-dd", "-K", "hostapd.conf"], folder));
    try {
      await hostapd.logged(/AP-ENABLED/);
      return hostapd;
    } catch (error) {
      await hostapd.stop();
      throw error;
    }
  }

  /** All of its -dd log so far. */
  get log(): string {
    return this.#process.output;
  }

  /** Resolves when the log has something like that. */
  logged(pattern: RegExp): Promise<RegExpMatchArray> {
    return this.#process.printed(pattern);
  }

  /** What hostapd_cli prints for that command. */
  cli(...command: readonly string[]): string {
    const args = ["-p", join(this.#folder, "ctrl"), "-i", this.#wire.far, ...command];
    const { status, stdout, stderr } = spawnSync("hostapd_cli", args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`hostapd_cli ${command.join(" ")}: ${stderr || stdout}`);
    return stdout;
  }

  async stop(): Promise<void> {
    await this.#process.stop();
    rmSync(this.#folder, { recursive: true });
  }
}
