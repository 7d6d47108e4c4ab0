/* Where the keys of `ampcore ap` come from, out of its options. */
import { existsSync, statSync } from "node:fs";
import { nodeCrypto } from "../../crypto/node.ts";
import { type ApKeys, NoKeys, openApKeys, type PmkPlace } from "../../daemon/keys.ts";
import { type KeySource, OwnService, runningService, ServiceMistake } from "../../daemon/keysource.ts";
import { StoreError } from "../../keys/store/errors.ts";
import { createKekFile, type Kek, kekFromEnvironment, kekFromFile } from "../../keys/store/kek.ts";
import { storeMistake } from "../keys/open.ts";
import { tlsMaterial } from "../keys/tls.ts";
import { Failure, UsageError } from "../verb.ts";
import { AP_DEFAULTS, type ApOptions } from "./apsettings.ts";
import type { Log } from "./log.ts";
import { hostFrom } from "./numbers.ts";

/** For the service to be there, s. */
const PATIENCE_s = 10;

/** @throws UsageError, Failure */
export async function keysOfAp(
  options: ApOptions,
  aa: Uint8Array,
  log: Log,
  onFailure: (message: string) => void,
): Promise<ApKeys> {
  const source = sourceOf(options, aa, log);
  try {
    const keys = await openApKeys({
      ...{ crypto: nodeCrypto, aa, source, place: placeOf(options), patience_s: PATIENCE_s },
      onEvent: (event) => log("info", event),
      onFailure: ({ message }) => onFailure(message),
    });
    if (keys.pmks.size > 0) return keys;
    await keys.close();
  } catch (error) {
    if (error instanceof ServiceMistake) throw new UsageError(error.message);
    if (error instanceof NoKeys) throw new Failure(error.message);
    if (error instanceof StoreError) throw storeMistake(error);
    throw error;
  }
  throw new UsageError(`${source.name} has no device that an AP could hear: ampcore keys add puts one in`);
}

/** Of --keys, a running service; else one of its own over --store. */
function sourceOf(options: ApOptions, aa: Uint8Array, log: Log): KeySource {
  const { keys, store, kek, updateEvery, tlsCert, tlsKey, tlsCa } = options;
  const tls = { tlsCert, tlsKey, tlsCa };
  if (keys === undefined) {
    const stray = Object.entries(tls).find(([, file]) => file !== undefined);
    if (stray) throw new UsageError("--tls-cert, --tls-key and --tls-ca are for a key service elsewhere: add --keys");
    const args: string[] = [];
    if (kek !== undefined) args.push("--kek", kek);
    if (updateEvery !== undefined) args.push("--update-every", updateEvery);
    return new OwnService({
      aa,
      store: store ?? AP_DEFAULTS.store,
      args,
      onLine: (line) => log(/ (warn|error) /.test(line) ? "warn" : "debug", `key service: ${line}`),
    });
  }
  if (store !== undefined)
    throw new UsageError("--store and --keys exclude each other: the keys come from one of them");
  if (updateEvery !== undefined) {
    throw new UsageError("--update-every is the key service's where that runs elsewhere: ampcore keys serve takes it");
  }
  if (existsSync(keys) || keys.endsWith(".sock")) return runningService({ kind: "socket", path: socketPath(keys) });
  return runningService({ kind: "TLS", ...hostFrom("--keys", keys), tls: tlsMaterial(tls) });
}

function socketPath(path: string): string {
  if (existsSync(path) && !statSync(path).isSocket()) {
    throw new UsageError(`--keys ${path} is no socket: ampcore keys serve makes one for each AP, 02a000000000.sock`);
  }
  return path;
}

function placeOf({ keys, pmks, kek }: ApOptions): PmkPlace {
  if (pmks === undefined) return { kind: "memory" };
  if (/^postgres(ql)?:/.test(pmks)) return { kind: "PostgreSQL", url: pmks };
  if (keys === undefined) {
    throw new UsageError("--pmks is for an AP whose key service runs elsewhere: add --keys, or leave it out");
  }
  return { kind: "folder", folder: pmks, kek: kekOf(kek) };
}

function kekOf(file: string | undefined): Kek {
  const kek =
    file === undefined ? kekFromEnvironment(process.env) : existsSync(file) ? kekFromFile(file) : createKekFile(file);
  if (kek) return kek;
  throw new UsageError(
    "--kek is missing: the file of the key-encryption key of --pmks; AMPCORE_KEK_FILE or AMPCORE_KEK do, too",
  );
}
