/** Certificates of roles, whose common name is the MISF ID, made by openssl: keys of P-256. */

import { execFileSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { join } from "node:path";

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

export class Authority {
  readonly #folder: string;
  readonly #name: string;

  /** Its certificate is in NAME.pem of that folder, and all that it issues beside it. */
  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#name = name;
    this.#openssl("req", "-x509", ...NEW_KEY, "-keyout", `${name}.key`, "-out", `${name}.pem`, "-subj", `/CN=${name}`);
  }

  /** FILE.pem and FILE.key, the key of mode 600. `days`: below 0, it has expired. */
  issue(file: string, commonName: string, days = 2): void {
    const ca = ["-CA", `${this.#name}.pem`, "-CAkey", `${this.#name}.key`, "-CAcreateserial"];
    this.#openssl("req", ...NEW_KEY, "-keyout", `${file}.key`, "-out", `${file}.csr`, "-subj", `/CN=${commonName}`);
    this.#openssl("x509", "-req", "-in", `${file}.csr`, ...ca, "-out", `${file}.pem`, "-days", `${days}`);
    chmodSync(join(this.#folder, `${file}.key`), 0o600);
  }

  #openssl(...args: readonly string[]): void {
    execFileSync("openssl", args, { cwd: this.#folder, stdio: "pipe" });
  }
}
