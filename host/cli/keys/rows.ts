/**
 * Devices as rows of a table, for import and export: the same columns in CSV and in JSON (an array of objects).
 *
 *     spa  root | psk  [generation]  [origin]  [updatingTo  updateModifier | updateRoot]
 */

import { parse } from "csv-parse/sync";
import { addressText } from "../../keys/address.ts";
import { isOrigin, ORIGINS_TEXT } from "../../keys/origin.ts";
import type { StoredDevice } from "../../keys/store/sealed.ts";
import type { DeviceRecord, UpdateRecord } from "../../keys/store.ts";
import { toHex } from "../../wire/octets.ts";
import { checkClass, parseSpa } from "../provision/parse.ts";
import type { Cell } from "../terminal.ts";
import { UsageError } from "../verb.ts";

const COLUMNS = ["spa", "root", "psk", "class", "generation", "origin", "updatingTo", "updateModifier", "updateRoot"];
/** What export writes besides, and import passes over. */
const TOLD = ["changed"];

const KEY_DIGITS = 64;
const MODIFIER_PRIME_DIGITS = 32;

/** A row of a file: where it stands, for messages, and its cells. */
export interface FileRow {
  readonly where: string;
  readonly cells: Readonly<Record<string, string>>;
}

/** @throws UsageError that names the line. */
export function rowsOfCsv(text: string): FileRow[] {
  try {
    const records: { record: Record<string, string>; info: { lines: number } }[] = parse(text, {
      columns: true,
      info: true,
      skip_empty_lines: true,
      trim: true,
      bom: true,
    });
    return records.map(({ record, info }) => ({
      where: `line ${info.lines}`,
      cells: checked(record, `line ${info.lines}`),
    }));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    // csv-parse repeats what it read, which may be a key.
    const line = (error as { lines?: number }).lines;
    throw new UsageError(`line ${line ?? 1} is no row of CSV with as many cells as the header`);
  }
}

/** @throws UsageError that names the device by its place. */
export function rowsOfJson(text: string): FileRow[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError("the file is no JSON");
  }
  if (!Array.isArray(value)) throw new UsageError("the file is no JSON array of devices");
  return value.map((item: unknown, i) => {
    const where = `device ${i + 1}`;
    if (typeof item !== "object" || item === null) throw new UsageError(`${where} is no object`);
    const given = Object.entries(item).filter(([, cell]) => cell !== null);
    const wrong = given.find(([, cell]) => typeof cell !== "string" && typeof cell !== "number");
    if (wrong) throw new UsageError(`${where}: ${wrong[0]} is neither a string nor a number`);
    return { where, cells: checked(Object.fromEntries(given.map(([name, cell]) => [name, String(cell)])), where) };
  });
}

function checked(cells: Record<string, string>, where: string): Record<string, string> {
  const stray = Object.keys(cells).find((name) => ![...COLUMNS, ...TOLD].includes(name));
  if (stray === undefined) return cells;
  throw new UsageError(`${where}: no column ${JSON.stringify(stray.slice(0, 20))}; there are ${COLUMNS.join(", ")}`);
}

/** @throws UsageError of one sentence that names the row, and repeats nothing of a key. */
export function recordOf({ where, cells }: FileRow): DeviceRecord {
  try {
    const { spa, root, psk, generation, origin = "", class: deviceClass } = cells;
    if (!spa) throw new UsageError("spa is missing");
    if (deviceClass) checkClass(deviceClass);
    if (root && psk) throw new UsageError("root and psk exclude each other");
    if (origin && !isOrigin(origin)) {
      throw new UsageError(`origin ${JSON.stringify(origin.slice(0, 40))} is none: there are ${ORIGINS_TEXT}`);
    }
    const known = origin && isOrigin(origin) ? origin : undefined;
    const proven = octetOf("generation", generation || "0");
    return {
      spa: parseSpa(spa),
      generation: proven,
      root: hexOf(psk ? "psk" : "root", root || psk, KEY_DIGITS),
      update: updateOf(cells, proven),
      origin: known ?? "psk",
    };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${where}: ${error.message}`);
  }
}

function updateOf(
  { updatingTo, updateModifier, updateRoot }: FileRow["cells"],
  proven: number,
): UpdateRecord | undefined {
  if (!updatingTo && !updateModifier && !updateRoot) return undefined;
  if (!updatingTo) throw new UsageError("updatingTo is missing: the generation that the update leads to");
  if (updateModifier && updateRoot) throw new UsageError("updateModifier and updateRoot exclude each other");
  const generation = octetOf("updatingTo", updatingTo);
  // A root that EAP made may stand in place of the one of the same generation.
  const isNext = generation === ((proven + 1) & 0xff) || (Boolean(updateRoot) && generation === proven);
  if (!isNext) throw new UsageError(`updatingTo is ${generation}, where ${(proven + 1) & 0xff} follows ${proven}`);
  if (updateRoot) return { generation, root: hexOf("updateRoot", updateRoot, KEY_DIGITS) };
  return { generation, modifierPrime: hexOf("updateModifier", updateModifier, MODIFIER_PRIME_DIGITS) };
}

function octetOf(name: string, text: string): number {
  const value = /^[0-9]{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= 0xff)) throw new UsageError(`${name} is no whole number from 0 to 255`);
  return value;
}

function hexOf(name: string, text: string | undefined, digits: number): Uint8Array {
  if (!text) throw new UsageError(`${name} is missing: ${digits} hex digits`);
  if (text.length !== digits || !/^[0-9a-f]*$/i.test(text)) {
    throw new UsageError(`${name} is not ${digits} hex digits: it has ${text.length} characters`);
  }
  return new Uint8Array(Buffer.from(text, "hex"));
}

/** Without secrets. */
export function publicRow({ record, written }: StoredDevice): Record<string, Cell> {
  const { spa, generation, update, origin } = record;
  return {
    spa: addressText(spa),
    generation,
    updatingTo: update?.generation ?? null,
    origin: origin ?? null,
    changed: new Date(written.written_ms).toISOString(),
  };
}

/** All that import needs. */
export function secretRow(stored: StoredDevice): Record<string, Cell> {
  const { root, update } = stored.record;
  return {
    ...publicRow(stored),
    root: toHex(root),
    updateModifier: update?.modifierPrime ? toHex(update.modifierPrime) : null,
    updateRoot: update?.root && !update.modifierPrime ? toHex(update.root) : null,
  };
}
