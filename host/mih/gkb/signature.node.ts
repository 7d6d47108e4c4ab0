/** Ed25519 (RFC 8032) on node:crypto. */

import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import type { Sign, Verify } from "./signature.ts";

/** A group manager's key pair, in PEM. */
export interface ManagerKeys {
  readonly privateKey: string;
  readonly publicKey: string;
}

export function makeManagerKeys(): ManagerKeys {
  return generateKeyPairSync("ed25519", {
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
}

/** @throws RangeError unless the PEM is an Ed25519 private key. */
export function signer(privateKey: string): Sign {
  const key = ed25519("privateKey", createPrivateKey, privateKey);
  return (message) => new Uint8Array(sign(null, message, key));
}

/** @throws RangeError unless the PEM is an Ed25519 public key. */
export function verifier(publicKey: string): Verify {
  const key = ed25519("publicKey", createPublicKey, publicKey);
  return (message, signature) => verify(null, message, key, signature);
}

function ed25519(name: string, read: (pem: string) => KeyObject, pem: string): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = read(pem);
  } catch {
    // What OpenSSL says of it is no help to whoever gave the wrong file.
  }
  if (key?.asymmetricKeyType !== "ed25519") throw new RangeError(`${name}: not an Ed25519 key in PEM`);
  return key;
}
