/** A real hostapd as a RADIUS server with EAP, without a radio or an AP: driver=none, and its own user database. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

export class HostapdRadius {
  readonly port: number;
  readonly #folder: string;
  readonly #process: Running;

  private constructor(port: number, folder: string, process: Running) {
    this.port = port;
    this.#folder = folder;
    this.#process = process;
  }

  /** `users`: lines of its eap_user_file. Clients are those of this machine with that secret. */
  static async start(secret: string, users: string): Promise<HostapdRadius> {
    const folder = mkdtempSync(join(tmpdir(), "ampcore-radius-"));
    const port = await freeUdpPort();
    const conf = [...CONF, `radius_server_auth_port=${port}`, ""].join("\n");
    const files = { "hostapd.conf": conf, users: `${users}\n`, clients: `127.0.0.1/32 ${secret}\n` };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    // -K: keys are in the log, which is how an MSK is known to be the same on both sides.
    const process = new Running("hostapd", ["-dd", "-K", "hostapd.conf"], folder);
    try {
      await process.printed(/AP-ENABLED/);
    } catch (error) {
      await process.stop();
      rmSync(folder, { recursive: true });
      throw error;
    }
    return new HostapdRadius(port, folder, process);
  }

  /** All of its -dd log so far. */
  get log(): string {
    return this.#process.output;
  }

  /** Resolves when the log has something like that. */
  logged(pattern: RegExp): Promise<RegExpMatchArray> {
    return this.#process.printed(pattern);
  }

  async stop(): Promise<void> {
    await this.#process.stop();
    rmSync(this.#folder, { recursive: true });
  }
}
