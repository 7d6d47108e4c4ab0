/** Certificates that stand for themselves, made by openssl: of any size. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TlsEndOptions } from "../../host/tlspipe/end.ts";

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];

/** A server whose certificate has `names` names of 32 octets each. */
export function wordyServer(names: number): Required<Pick<TlsEndOptions, "ca" | "certificate" | "key">> {
  const folder = mkdtempSync(join(tmpdir(), "ampcore-tlspipe-"));
  try {
    const [key, certificate] = ["key.pem", "certificate.pem"].map((name) => join(folder, name));
    const alternatives = Array.from({ length: names }, (_, i) => `DNS:${String(i).padStart(24, "n")}.example`).join();
    const subject = ["-subj", "/CN=server", "-addext", `subjectAltName=${alternatives}`];
    const output = ["-keyout", key, "-out", certificate];
    execFileSync("openssl", ["req", "-x509", ...NEW_KEY, ...subject, ...output], { stdio: "ignore" });
    const pem = readFileSync(certificate, "utf8");
    return { ca: pem, certificate: pem, key: readFileSync(key, "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
