/**
 * Where a key service is spoken to, and what proves there who is who.
 *
 *     a Unix socket   each AP has one of its own, 02a000000000.sock in a folder: who may open it is that AP
 *     TLS 1.3         both sides have certificates of one CA; the AP's has its AA as its common name
 */

import { readFileSync } from "node:fs";
import { connect as connectSocket, isIP } from "node:net";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import { toHex } from "../../wire/octets.ts";

/** What a side shows and whom it believes; each a file in PEM. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

/** The same, read. */
export interface TlsMaterial {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca: Buffer;
}

export type Where =
  | { readonly kind: "socket"; readonly path: string }
  | { readonly kind: "TLS"; readonly host: string; readonly port: number; readonly tls: TlsMaterial };

/** TLS below 1.3 is not spoken, on either side. */
export const TLS_VERSION = "TLSv1.3";

/** @throws what the file system says. */
export function readTls({ cert, key, ca }: TlsFiles): TlsMaterial {
  return { cert: readFileSync(cert), key: readFileSync(key), ca: readFileSync(ca) };
}

/** The socket of that AP in a folder of sockets. */
export function socketOf(folder: string, aa: Uint8Array): string {
  return join(folder, `${toHex(aa)}.sock`);
}

/** A connection that is being made; if it fails, its error says so. */
export function connectTo(where: Where): Duplex {
  if (where.kind === "socket") return connectSocket(where.path);
  const { host, port, tls } = where;
  // A name only: RFC 6066 section 3 has no address there. Whose certificate it has to be is `host` in either case.
  const name = isIP(host) === 0 ? { servername: host } : {};
  return connectTls({ host, port, ...tls, ...name, minVersion: TLS_VERSION });
}
