/** A real hostapd as a RADIUS server with EAP, without a radio or an AP: driver=none, and its own user database. */

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Daemon } from "./daemon.ts";
import { freeUdpPort, Running } from "./programs.ts";

const CONF = [
  "interface=amp0",
  "driver=none",
  "logger_stdout=-1",
  "logger_stdout_level=0",
  "ieee8021x=1",
  "eap_server=1",
  "eap_user_file=users",
  "radius_server_clients=clients",
];

export class HostapdRadius extends Daemon {
  readonly port: number;

  private constructor(port: number, folder: string, process: Running) {
    super(folder, process);
    this.port = port;
  }

  /** `users`: lines of its eap_user_file. Clients are those of this machine with that secret. `more`: of its hostapd.conf. */
  static async start(
    secret: string,
    users: string,
    more: readonly string[] = [],
    besides: Readonly<Record<string, string>> = {},
  ): Promise<HostapdRadius> {
    const folder = mkdtempSync(join(tmpdir(), "ampcore-radius-"));
    const port = await freeUdpPort();
    const conf = [...CONF, `radius_server_auth_port=${port}`, ...more, ""].join("\n");
    const files = { ...besides, "hostapd.conf": conf, users: `${users}\n`, clients: `127.0.0.1/32 ${secret}\n` };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    // -K: keys are in the log, which is how an MSK is known to be the same on both sides.
    const process = new Running("hostapd", ["-dd", "-K", "hostapd.conf"], folder);
    return new HostapdRadius(port, folder, process).when(/AP-ENABLED/);
  }
}
