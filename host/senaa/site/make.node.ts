/** Writes a small site into an empty folder: a PAA with two access points and a station, a PaC, a relay, certificates and keys. */

import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeSecret } from "../../mih/site/files.node.ts";
import { SiteError } from "../../mih/site/read.ts";
import { nodeRsnCrypto as crypto } from "../../rsn/keys/crypto.node.ts";
import { toHex } from "../../wire/octets.ts";
import { certify } from "./certify.node.ts";

const FOLDER_MODE = 0o700;
const PSK_OCTETS = 16;
const IDENTITY = "paa.plant.example";
const APS = [
  ["ap-1", "02:a0:00:00:00:00"],
  ["ap-2", "02:a0:00:00:00:01"],
] as const;
const STATIONS = [["sta-1", "02:c0:ff:ee:00:01"]] as const;

export interface MadeFile {
  readonly role: "paa" | "pac" | "relay";
  readonly file: string;
  readonly address: string;
}

/** `port`: of the PAA; a relay has the next two. @throws SiteError for a folder that is not empty, or where openssl fails. */
export function makeSite(folder: string, port: number): MadeFile[] {
  emptyFolder(folder);
  certify(folder, IDENTITY);
  for (const [name] of [...APS, ...STATIONS]) {
    writeSecret(join(folder, `${name}.psk`), `${toHex(crypto.randomBytes(PSK_OCTETS))}\n`);
  }
  const [paa, near, far] = [port, port + 1, port + 2].map((own) => `127.0.0.1:${own}`);
  const entry = ([name, eui48]: readonly [string, string]): string =>
    `  - {name: ${name}@plant.example, eui48: "${eui48}", psk_file: ${name}.psk}\n`;
  const write = (name: string, role: MadeFile["role"], address: string, text: string): MadeFile => {
    const file = join(folder, `${name}.yaml`);
    writeFileSync(file, `senaa: 1\nrole: ${role}\n${text}`);
    return { role, file, address };
  };
  return [
    write(
      "paa",
      "paa",
      paa,
      `identity: ${IDENTITY}\nlisten: ${paa}\ntls: {certificate: paa.pem, key: paa.key, ca: ca.pem}\n` +
        `lifetime_s: 3600\nrelays: ["${far}"]\n` +
        '# In place of each psk_file: radius: {address: 127.0.0.1:1812, secret_file: radius.secret, eui48: "02:a0:00:00:00:61"}\n' +
        "# Whoever is in is served by the key service over that store: keys: ../ampcore-keys/control.sock\n" +
        `users:\n${APS.map(entry).join("")}stations:\n${STATIONS.map(entry).join("")}`,
    ),
    ...APS.map(([name, eui48]) =>
      write(
        name,
        "pac",
        "127.0.0.1:0",
        `name: ${name}@plant.example\neui48: "${eui48}"\nlisten: 127.0.0.1:0\n` +
          `# By the relay: paa: ${near}, and relayed: true\npaa: ${paa}\nnetwork: ${IDENTITY}\nca: ca.pem\n` +
          `eap: {psk_file: ${name}.psk}\n`,
      ),
    ),
    write("relay", "relay", near, `listen: ${near}\nfrom: ${far}\npaa: ${paa}\n`),
  ];
}

function emptyFolder(folder: string): void {
  try {
    if (!existsSync(folder)) mkdirSync(folder, { mode: FOLDER_MODE });
    else if (readdirSync(folder).length > 0) {
      throw new SiteError(`${folder} is not empty: a site is made in a folder of its own`);
    }
    chmodSync(folder, FOLDER_MODE);
  } catch (error) {
    if (error instanceof SiteError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new SiteError(`${folder} cannot be made or written (${code}), where a folder in an existing one is expected`);
  }
}
