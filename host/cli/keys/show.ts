import { addressText } from "../../keys/address.ts";
import { decodeEntry } from "../../keys/store/log.ts";
import { wipe } from "../../keys/store/sealed.ts";
import { verifyLog } from "../../keys/store/verify.ts";
import { type Cell, printTable } from "../terminal.ts";
import { type ExitCode, UsageError } from "../verb.ts";
import { kekOrNew, withStore } from "./open.ts";
import type { KeysOptions } from "./options.ts";
import { publicRow } from "./rows.ts";

/** All devices, without a secret. */
export async function list(options: KeysOptions): Promise<ExitCode> {
  await withStore(options, { readOnly: true }, async (store) => {
    const devices = store.devices();
    const rows = devices.map(publicRow);
    for (const { record } of devices) wipe(record);
    if (!options.json && rows.length === 0) process.stdout.write("no device\n");
    else printTable(rows, options.json ?? false);
  });
  return 0;
}

export async function rotate(options: KeysOptions): Promise<ExitCode> {
  const { newKek } = options;
  if (newKek === undefined) {
    throw new UsageError("--new-kek is missing: the file of the new KEK, which is made where there is none");
  }
  await withStore(options, {}, async (store) => {
    const before = store.kek.name;
    const kek = kekOrNew(newKek);
    if (kek.name === before) throw new UsageError(`--new-kek ${newKek} holds the KEK that the store is sealed with`);
    await store.rotate(kek);
    const { devices } = store.load();
    for (const record of devices) wipe(record);
    printTable([{ devices: devices.length, from: before, to: kek.name }], options.json ?? false);
  });
  return 0;
}

/** The log, or whether it is whole: exit code 1 if not. */
export async function audit({ verify = false, ...options }: KeysOptions): Promise<ExitCode> {
  const json = options.json ?? false;
  return withStore(options, { readOnly: true }, async (store) => {
    if (!verify) {
      const rows: Record<string, Cell>[] = [];
      for await (const { octets } of store.entries()) rows.push(entryRow(octets));
      printTable(rows, json);
      return 0;
    }
    const verdict = await verifyLog(store);
    if (json) process.stdout.write(`${JSON.stringify(verdict, null, 2)}\n`);
    else {
      const told =
        verdict.faults.length === 0
          ? [`${verdict.entries.toLocaleString("en")} entries, whole; the last is ${verdict.head}`]
          : verdict.faults;
      process.stdout.write(`${told.join("\n")}\n`);
    }
    return verdict.faults.length === 0 ? 0 : 1;
  });
}

function entryRow(octets: Uint8Array): Record<string, Cell> {
  try {
    const { number, time_ms, event, address, generation, count: devices } = decodeEntry(octets).entry;
    const isOfKeys = address !== undefined && !event.startsWith("AP");
    return {
      entry: number,
      time: new Date(time_ms).toISOString(),
      event,
      address: address ? addressText(address) : null,
      generation: isOfKeys ? generation : null,
      devices: address ? null : devices,
    };
  } catch {
    return { entry: null, time: null, event: "cannot be read", address: null, generation: null, devices: null };
  }
}
