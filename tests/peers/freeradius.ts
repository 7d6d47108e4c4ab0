/** A real FreeRADIUS with EAP-TLS and EAP-pwd, in a folder of its own: nothing of the configuration in /etc is read. */

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Certificates } from "./certificates.ts";
import { Daemon } from "./daemon.ts";
import { freeUdpPort, Running } from "./programs.ts";

export interface FreeRadiusOptions {
  readonly secret: string;
  readonly certificates: Certificates;
  /** Of EAP-pwd: one user. */
  readonly user: string;
  readonly password: string;
  /** The newest TLS that it speaks: 1.2, which is EAP-TLS of RFC 5216, unless given. */
  readonly tlsMax?: "1.2" | "1.3";
}

/** Fragments are as long as Framed-MTU lets them be. */
const confOf = (
  folder: string,
  port: number,
  { secret, user, password, tlsMax = "1.2" }: FreeRadiusOptions,
): string => `
name = freeradius
raddbdir = ${folder}
logdir = ${folder}
run_dir = ${folder}
libdir = /usr/lib/freeradius
log {
  destination = stdout
}
security {
  reject_delay = 0
}
client ap {
  ipaddr = 127.0.0.1
  secret = "${secret}"
  require_message_authenticator = yes
}
modules {
  eap {
    default_eap_type = tls
    tls-config certificates {
      private_key_file = ${folder}/server.key
      certificate_file = ${folder}/server.pem
      ca_file = ${folder}/ca.pem
      tls_min_version = "1.2"
      tls_max_version = "${tlsMax}"
      ecdh_curve = "prime256v1"
    }
    tls {
      tls = certificates
    }
    pwd {
      group = 19
      server_id = radius.example
      virtual_server = passwords
    }
  }
}
server ap {
  listen {
    type = auth
    ipaddr = 127.0.0.1
    port = ${port}
  }
  authorize {
    eap
  }
  authenticate {
    eap
  }
}
server passwords {
  authorize {
    if (&User-Name == "${user}") {
      update control {
        Cleartext-Password := "${password}"
      }
    }
  }
}
`;

export class FreeRadius extends Daemon {
  readonly port: number;

  private constructor(port: number, folder: string, process: Running) {
    super(folder, process);
    this.port = port;
  }

  /** Resolves when it answers requests. */
  static async start(options: FreeRadiusOptions): Promise<FreeRadius> {
    const folder = mkdtempSync(join(tmpdir(), "ampcore-freeradius-"));
    const port = await freeUdpPort();
    const { ca, server, serverKey } = options.certificates;
    const files = { "ca.pem": ca, "server.pem": server, "server.key": serverKey };
    const all = { ...files, "radiusd.conf": confOf(folder, port, options) };
    for (const [name, text] of Object.entries(all)) writeFileSync(join(folder, name), text, { mode: 0o600 });
    // -X: one thread in the foreground, and every packet in the log.
    const process = new Running("freeradius", ["-X", "-d", folder], folder);
    return new FreeRadius(port, folder, process).when(/Ready to process requests/);
  }
}
