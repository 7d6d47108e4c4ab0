/** Writes a small site into an empty folder: a PAA with two access points and a station, a PaC, a relay, certificates and keys. */

import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeSecret } from "../../mih/site/files.node.ts";
import { SiteError } from "../../mih/site/read.ts";
import { nodeRsnCrypto as crypto } from "../../rsn/keys/crypto.node.ts";
import { toHex } from "../../wire/octets.ts";

const FOLDER_MODE = 0o700;
const SECRET_MODE = 0o600;
const PSK_OCTETS = 16;
const DAYS = "825";
const IDENTITY = "paa.plant.example";
const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
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
  certify(folder);
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

/** The authority's key is not kept: a site is renewed by making another. */
function certify(folder: string): void {
  const openssl = (...args: readonly string[]): void => {
    try {
      execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new SiteError(
        code === "ENOENT"
          ? "openssl is not here, which makes the certificates of a site: install the package openssl"
          : `openssl could not make the certificates of ${folder}`,
      );
    }
  };
  openssl("req", "-x509", ...NEW_KEY, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=plant", "-days", DAYS);
  openssl("req", ...NEW_KEY, "-keyout", "paa.key", "-out", "paa.csr", "-subj", `/CN=${IDENTITY}`);
  const by = ["-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", "1"];
  openssl("x509", "-req", "-in", "paa.csr", ...by, "-out", "paa.pem", "-days", DAYS);
  for (const name of ["ca.key", "paa.csr"]) rmSync(join(folder, name));
  chmodSync(join(folder, "paa.key"), SECRET_MODE);
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
