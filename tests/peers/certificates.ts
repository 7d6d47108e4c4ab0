/** A certificate authority, a server and a client of EAP-TLS, made by openssl: keys of P-256, two days unless told. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** All of it in PEM. */
export interface Certificates {
  readonly ca: string;
  readonly server: string;
  readonly serverKey: string;
  readonly client: string;
  readonly clientKey: string;
  /** Another client. */
  readonly other: string;
  readonly otherKey: string;
}

const NEW_KEY = {
  "P-256": ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
  "RSA 2048": ["-newkey", "rsa:2048", "-nodes"],
} as const;
const VALID = ["-days", "2"];
const EXPIRED = ["-days", "0"];

/**
 * `authority`: its name; the last: common names of both clients; whoever trusts one does not trust another. `isExpired`: the server's, as soon as it is made.
 * @throws Error when openssl fails.
 */
export function makeCertificates(
  authority: string,
  isExpired = false,
  keys: keyof typeof NEW_KEY = "P-256",
  [clientName, otherName]: readonly string[] = ["client", "other"],
): Certificates {
  const folder = mkdtempSync(join(tmpdir(), "ampcore-certificates-"));
  const openssl = (...args: readonly string[]): void => {
    const { status, stderr } = spawnSync("openssl", args, { cwd: folder, encoding: "utf8" });
    if (status !== 0) throw new Error(`openssl ${args.join(" ")}: ${stderr}`);
  };
  const issue = (name: string, valid = VALID, commonName = name): void => {
    openssl("req", ...NEW_KEY[keys], "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${commonName}`);
    const by = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"];
    openssl("x509", "-req", "-in", `${name}.csr`, ...by, "-out", `${name}.pem`, ...valid);
  };
  try {
    openssl(
      "req",
      "-x509",
      ...NEW_KEY[keys],
      "-keyout",
      "ca.key",
      "-out",
      "ca.pem",
      "-subj",
      `/CN=${authority}`,
      ...VALID,
    );
    issue("server", isExpired ? EXPIRED : VALID);
    issue("client", VALID, clientName);
    issue("other", VALID, otherName);
    const read = (name: string): string => readFileSync(join(folder, name), "utf8");
    return {
      ca: read("ca.pem"),
      server: read("server.pem"),
      serverKey: read("server.key"),
      client: read("client.pem"),
      clientKey: read("client.key"),
      other: read("other.pem"),
      otherKey: read("other.key"),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
