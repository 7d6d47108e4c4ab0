import type { RecordReport } from "../../keys/record.ts";
import { type Cell, printTable } from "../terminal.ts";

interface Row extends Record<string, Cell> {
  field: string;
  value: string;
  verdict: string;
}

/** Prints what a record says; a report holds no key material, so nothing of it can leak here. */
export function showRecord(report: RecordReport, json: boolean): void {
  printTable(rowsOf(report), json, forPrograms(report));
}

function rowsOf({ head, spa, id, idFits, counter, cells, slots, cache, handover, failure }: RecordReport): Row[] {
  const row = (field: string, value: string, verdict: string): Row => ({ field, value, verdict });
  const rightly = (right: boolean) => (right ? "right" : "wrong");
  const held = ({ valid, empty }: { valid: boolean; empty: boolean }) =>
    empty ? "empty" : valid ? "valid" : "not valid (CRC)";
  return [
    row(
      "head",
      `version ${head.version}`,
      `magic and version ${rightly(head.wellFormed)}, CRC ${rightly(head.crcValid)}`,
    ),
    row("SPA", address(spa), ""),
    row("ID", hexNumber(id), idFits ? "follows from the SPA" : "does not follow from the SPA"),
    ...cells.map(({ value, valid }, i) => row(`counter cell ${i}`, `${value}`, valid ? "valid" : "not valid")),
    row("boot counter", `${counter}`, "the next power cycle takes the next value"),
    ...slots.map((slot) =>
      row(
        `root slot ${slot.name}`,
        slot.empty ? "" : `generation ${slot.generation}`,
        slot.newest ? "valid, the newest" : held(slot),
      ),
    ),
    row("PMK cache", cache.empty ? "" : cacheEntry(cache), held(cache)),
    ...(handover ? [row("next AP", handover.empty ? "" : cacheEntry(handover), held(handover))] : []),
    row("device", failure === undefined ? "boots" : "NVM failed", failure ?? ""),
  ];
}

/** The same for a program: numbers as numbers, octets as hex. */
function forPrograms({
  head,
  spa,
  id,
  idFits,
  counter,
  cells,
  slots,
  cache,
  handover,
  failure,
}: RecordReport): unknown {
  return {
    boots: failure === undefined,
    failure: failure ?? null,
    head,
    spa: address(spa),
    id: hexNumber(id),
    idFits,
    counter,
    cells,
    slots,
    cache: entryOf(cache),
    ...(handover && { handover: entryOf(handover) }),
  };
}

function entryOf(entry: RecordReport["cache"]): object {
  return { ...entry, aa: address(entry.aa), modifier: hex(entry.modifier) };
}

function cacheEntry({ generation, aa, modifier }: RecordReport["cache"]): string {
  return `generation ${generation}, AA ${address(aa)}, Modifier ${hex(modifier)}`;
}

function address(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join(":");
}

function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString("hex");
}

function hexNumber(id: number): string {
  return `0x${id.toString(16).padStart(4, "0")}`;
}
