/** The certificate of a network, by openssl: EC P-256, from an authority of its own, whose key is not kept. */

import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SiteError } from "../../mih/site/read.ts";

const SECRET_MODE = 0o600;
const DAYS = "825";
const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

/** PEM. */
export interface TlsFiles {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/** ca.pem, paa.pem and paa.key, of `name`: a site is renewed by making another. @throws SiteError where openssl fails. */
export function certify(folder: string, name: string): void {
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
  openssl("req", ...NEW_KEY, "-keyout", "paa.key", "-out", "paa.csr", "-subj", `/CN=${name}`);
  const by = ["-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", "1"];
  openssl("x509", "-req", "-in", "paa.csr", ...by, "-out", "paa.pem", "-days", DAYS);
  for (const made of ["ca.key", "paa.csr"]) rmSync(join(folder, made));
  chmodSync(join(folder, "paa.key"), SECRET_MODE);
}

/** The same for a network that lives in this process. @throws SiteError likewise. */
export function certified(name: string): TlsFiles {
  const folder = mkdtempSync(join(tmpdir(), "ampcore-network-"));
  const read = (file: string): string => readFileSync(join(folder, file), "utf8");
  try {
    certify(folder, name);
    return { ca: read("ca.pem"), certificate: read("paa.pem"), key: read("paa.key") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
