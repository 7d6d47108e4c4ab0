/** A real hostapd at the far end of a wire (driver wired): an AP without a radio, whose pre-authentication is real. */

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Daemon } from "./daemon.ts";
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

export class WiredHostapd extends Daemon {
  readonly #at: string;

  private constructor({ far }: Wire, folder: string, process: Running) {
    super(folder, process);
    this.#at = far;
  }

  /** `users`: lines of its eap_user_file. */
  static start(wire: Wire, users: string): Promise<WiredHostapd> {
    const folder = mkdtempSync(join(tmpdir(), "ampcore-hostapd-"));
    const conf = [`interface=${wire.far}`, `rsn_preauth_interfaces=${wire.far}`, ...CONF, ""];
    writeFileSync(join(folder, "hostapd.conf"), conf.join("\n"));
    writeFileSync(join(folder, "users"), `${users}\n`);
    const process = wire.run("hostapd", ["-dd", "-K", "hostapd.conf"], folder);
    return new WiredHostapd(wire, folder, process).when(/AP-ENABLED/);
  }

  /** What hostapd_cli prints for that command. */
  cli(...command: readonly string[]): string {
    return this.told("hostapd_cli", this.#at, command);
  }
}
