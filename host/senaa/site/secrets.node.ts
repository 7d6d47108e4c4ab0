/** What the files of SeNAA's processes prove themselves with: certificates, and methods of EAP. A sentence repeats nothing of a key. */

import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import type { EapMethod } from "../../eap/method.ts";
import { EapPskMethod } from "../../eap/pskmethod.ts";
import { EapPwdMethod } from "../../eap/pwdmethod.ts";
import { EapTlsMethod } from "../../eap/tlsmethod.node.ts";
import { beside, hexSecretOf, secretOf, textOf } from "../../mih/site/files.node.ts";
import { SiteError } from "../../mih/site/read.ts";
import { nodeRsnCrypto as crypto } from "../../rsn/keys/crypto.node.ts";
import type { PaaFile, PacFile } from "./schema.ts";

export const PSK_OCTETS = 16;

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** What makes a method for each authentication. @throws SiteError */
export function methodOf(file: string, name: string, eap: PacFile["eap"]): () => EapMethod {
  const identity = utf8(name);
  if (eap.psk_file !== undefined) {
    const psk = hexSecretOf(beside(file, eap.psk_file), PSK_OCTETS);
    return () => new EapPskMethod({ crypto, identity, psk });
  }
  if (eap.tls !== undefined) {
    const { server } = eap.tls;
    const own = identityOf(file, eap.tls);
    return () => new EapTlsMethod({ ...own, serverName: server });
  }
  const path = beside(file, eap.password_file ?? "");
  const password = utf8(secretOf(path, "the file of a password").trimEnd());
  if (password.length === 0) throw new SiteError(`${path} is empty, where a password is expected`);
  return () => new EapPwdMethod({ crypto, identity, password });
}

/** @throws SiteError */
export function identityOf(file: string, { certificate, key, ca }: PaaFile["tls"]) {
  const path = beside(file, key);
  const own = { certificate: certificatesIn(beside(file, certificate)), key: secretOf(path, "a private key in PEM") };
  try {
    createSecureContext({ cert: own.certificate, key: own.key });
  } catch {
    throw new SiteError(`${path} does not hold the private key, in PEM, of ${beside(file, certificate)}`);
  }
  return { ...own, ca: certificatesIn(beside(file, ca)) };
}

/** @throws SiteError */
export function certificatesIn(path: string): string {
  const pem = textOf(path, "a certificate in PEM");
  try {
    new X509Certificate(pem);
    return pem;
  } catch {
    throw new SiteError(`${path} does not hold a certificate in PEM`);
  }
}
