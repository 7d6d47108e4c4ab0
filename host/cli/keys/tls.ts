import { createSecureContext } from "node:tls";
import { readTls, type TlsFiles, type TlsMaterial } from "../../keys/remote/where.ts";
import { UsageError } from "../verb.ts";

/** As the command line of either side has them, each a file in PEM. */
export interface TlsOptions {
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsCa?: string;
}

/** @throws UsageError for a file that is missing, cannot be read, or is not what it should be. */
export function tlsMaterial({ tlsCert: cert, tlsKey: key, tlsCa: ca }: TlsOptions): TlsMaterial {
  if (cert === undefined || key === undefined || ca === undefined) {
    throw new UsageError("--tls-cert, --tls-key and --tls-ca are needed, all three: both sides prove who they are");
  }
  const material = readFiles({ cert, key, ca });
  try {
    createSecureContext(material);
  } catch (error) {
    throw new UsageError(`--tls-cert ${cert} and --tls-key ${key} do not do for TLS: ${(error as Error).message}`);
  }
  return material;
}

function readFiles(files: TlsFiles): TlsMaterial {
  try {
    return readTls(files);
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    throw new UsageError(`${path} cannot be read (${code}): a file in PEM is expected`);
  }
}
