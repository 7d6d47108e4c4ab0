/** A real freeDiameterd, in a folder of its own, that takes connections of one peer over TCP without TLS. */

import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCertificates } from "./certificates.ts";
import { Daemon } from "./daemon.ts";
import { Running } from "./programs.ts";

/** The common name of its certificate, which it insists on. */
export const IDENTITY = "server";
export const REALM = "example";
export const PEER = "client.example";

const confOf = (folder: string, port: number): string => `
Identity = "${IDENTITY}";
Realm = "${REALM}";
Port = ${port};
SecPort = 0;
No_SCTP;
No_IPv6;
ListenOn = "127.0.0.1";
TLS_Cred = "${folder}/server.pem", "${folder}/server.key";
TLS_CA = "${folder}/ca.pem";
LoadExtension = "acl_wl.fdx" : "${folder}/acl.conf";
`;

export class FreeDiameter extends Daemon {
  readonly port: number;

  private constructor(port: number, folder: string, process: Running) {
    super(folder, process);
    this.port = port;
  }

  /** Resolves when it listens. */
  static async start(): Promise<FreeDiameter> {
    const folder = mkdtempSync(join(tmpdir(), "ampcore-freediameter-"));
    const port = await freeTcpPort();
    const { ca, server, serverKey } = makeCertificates("ampcore test authority");
    const files = { "ca.pem": ca, "server.pem": server, "server.key": serverKey };
    const all = { ...files, "fd.conf": confOf(folder, port), "acl.conf": `ALLOW_IPSEC ALLOW_OLD_TLS ${PEER}\n` };
    for (const [name, text] of Object.entries(all)) writeFileSync(join(folder, name), text, { mode: 0o600 });
    const process = new Running("freeDiameterd", ["-c", join(folder, "fd.conf")], folder);
    return new FreeDiameter(port, folder, process).when(/freeDiameterd daemon initialized/);
  }
}

async function freeTcpPort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port of TCP");
  return address.port;
}
