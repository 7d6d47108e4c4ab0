import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { addressKey, addressText } from "../../keys/address.ts";
import { isOrigin, ORIGINS_TEXT } from "../../keys/origin.ts";
import { KEY_OCTETS } from "../../keys/roots.ts";
import type { DurableStore } from "../../keys/store/durable.ts";
import { wipe } from "../../keys/store/sealed.ts";
import type { DeviceRecord } from "../../keys/store.ts";
import { toHex } from "../../wire/octets.ts";
import { createSecretFile, refuseExisting } from "../provision/files.ts";
import { checkClass, parseSpa } from "../provision/parse.ts";
import { readPsk } from "../provision/psk.ts";
import { printTable } from "../terminal.ts";
import { type ExitCode, UsageError } from "../verb.ts";
import { running } from "./administer.ts";
import { withStore } from "./open.ts";
import { controlPath, type KeysOptions } from "./options.ts";

/** One device, with a PSK that is given or drawn. */
export async function add(options: KeysOptions): Promise<ExitCode> {
  const { spa, out, force = false, origin = "psk", json = false, showSecret = false } = options;
  checkClass(options.class ?? "active-tx");
  if (spa === undefined) throw new UsageError("--spa is missing: the device's address, like 02:c0:ff:ee:00:01");
  if (!isOrigin(origin)) throw new UsageError(`--origin ${JSON.stringify(origin)} is none: there are ${ORIGINS_TEXT}`);
  const address = parseSpa(spa);
  if (out !== undefined) refuseExisting(out, force);
  const isGiven = options.psk !== undefined || options.pskFile !== undefined;
  const root = isGiven ? await readPsk(options) : new Uint8Array(randomBytes(KEY_OCTETS));
  const print = (): void => {
    const row = { spa: addressText(address), generation: 0, origin, psk: isGiven ? "given" : "drawn" };
    printTable([showSecret ? { ...row, psk: toHex(root) } : row], json);
  };
  const digits = toHex(root);
  let isWritten = false;
  const writeOut = (): void => {
    if (out !== undefined && !isWritten) createSecretFile(out, Buffer.from(`${digits}\n`), force);
    isWritten = true;
  };
  if (existsSync(controlPath(options))) {
    await withStore(options, { readOnly: true }, async (store) => checkNew(store, [address]));
    writeOut();
    if (await running(options, { action: "add", spa: toHex(address), root: digits, origin })) {
      print();
      return 0;
    }
  }
  await withStore(options, { create: true }, async (store) => {
    checkNew(store, [address]);
    // Before the device is in the store: a key that could not be written would be of no use there.
    writeOut();
    const record: DeviceRecord = { spa: address, generation: 0, root, update: undefined, origin };
    await store.commitAll([{ kind: "device", record }]);
    print();
    root.fill(0);
  });
  return 0;
}

/** Refuses a device that is there, and an AP's address; `where` says which it is. */
export function checkNew(store: DurableStore, spas: readonly Uint8Array[], where = (_: number): string => ""): void {
  const { devices, aps } = store.load();
  for (const record of devices) wipe(record);
  const known = new Set(devices.map(({ spa }) => addressKey(spa)));
  const served = new Set(aps.map(({ aa }) => addressKey(aa)));
  for (const [i, spa] of spas.entries()) {
    const key = addressKey(spa);
    if (served.has(key)) {
      throw new UsageError(
        `${where(i)}${addressText(spa)} is an AP's address, and A2 has to tell the directions apart`,
      );
    }
    if (known.has(key)) throw new UsageError(`${where(i)}${addressText(spa)} is enrolled already`);
  }
}
