import { readFileSync } from "node:fs";
import { stringify } from "csv-stringify/sync";
import { addressKey, addressText } from "../../keys/address.ts";
import { type StoredDevice, wipe } from "../../keys/store/sealed.ts";
import { createSecretFile, reasonOf, refuseExisting } from "../provision/files.ts";
import { printTable } from "../terminal.ts";
import { type ExitCode, UsageError } from "../verb.ts";
import { checkNew } from "./add.ts";
import { withStore } from "./open.ts";
import type { KeysOptions } from "./options.ts";
import { publicRow, recordOf, rowsOfCsv, rowsOfJson, secretRow } from "./rows.ts";

/** All devices of a file, or none of them. */
export async function importDevices(file: string, options: KeysOptions): Promise<ExitCode> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${reasonOf(error)}`);
  }
  const rows = inFile(file, () => (file.endsWith(".json") ? rowsOfJson(text) : rowsOfCsv(text)));
  if (rows.length === 0) throw new UsageError(`${file} has no device: a header and a row for each are expected`);
  const records = rows.map((row) => inFile(file, () => recordOf(row)));
  const spas = records.map(({ spa }) => spa);
  checkOnce(spas, (i) => `${file}, ${rows[i].where}: `);
  await withStore(options, { create: true }, async (store) => {
    checkNew(store, spas, (i) => `${file}, ${rows[i].where}: `);
    await store.commitAll(records.map((record) => ({ kind: "device", record })));
    for (const record of records) wipe(record);
    printTable([{ file, devices: records.length }], options.json ?? false);
  });
  return 0;
}

/** Refuses a device that a row before has, too. */
function checkOnce(spas: readonly Uint8Array[], where: (row: number) => string): void {
  const seen = new Set<number>();
  for (const [i, spa] of spas.entries()) {
    if (seen.has(addressKey(spa))) throw new UsageError(`${where(i)}${addressText(spa)} is in a row before, too`);
    seen.add(addressKey(spa));
  }
}

function inFile<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${file}, ${error.message}`);
  }
}

/** Without secrets to stdout or a file; with them to a file that only its owner may read. */
export async function exportDevices(options: KeysOptions): Promise<ExitCode> {
  const { out, withSecrets = false, force = false } = options;
  if (withSecrets && out === undefined) {
    throw new UsageError("--with-secrets needs --out: a file that only you may read; secrets do not go to stdout");
  }
  if (out !== undefined) refuseExisting(out, force);
  const json = options.json ?? out?.endsWith(".json") ?? false;
  await withStore(options, {}, async (store) => {
    const devices = store.devices();
    const rowOf = (stored: StoredDevice) => (withSecrets ? secretRow(stored) : publicRow(stored));
    const rows = devices.map(rowOf);
    const text = json ? `${JSON.stringify(rows, null, 2)}\n` : stringify(rows, { header: true });
    // In the log before anybody has it.
    await store.note({ event: withSecrets ? "exported with secrets" : "exported", count: devices.length });
    for (const { record } of devices) wipe(record);
    if (out === undefined) process.stdout.write(text);
    else createSecretFile(out, Buffer.from(text), force);
  });
  return 0;
}
