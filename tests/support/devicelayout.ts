/**
 * Where things lie in the device's memory, read from assembly/layout.ts itself: tests of wiping look at addresses that
 * no export tells. The map is anchored at amp_rx_buffer, so a wrong reading of it does not go unseen.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { binaryFacts } from "../../host/device/facts.ts";
import type { Station } from "../../host/device/load.ts";

const source = readFileSync(new URL("../../assembly/layout.ts", import.meta.url), "utf8");

/** Offsets from the start of RAM, by name. */
const OFFSETS = new Map(
  [...source.matchAll(/^export const (\w+): usize = RAM(?: \+ (\d+))?;/gm)].map(([, name, offset]) => [
    name,
    Number(offset ?? 0),
  ]),
);

function offsetOf(name: string): number {
  const offset = OFFSETS.get(name);
  assert.ok(offset !== undefined, `assembly/layout.ts draws no ${name}`);
  return offset;
}

/** The value of a size or length that layout.ts exports as a plain number. */
export function layoutNumber(name: string): number {
  const [, number] = new RegExp(`^export const ${name}: \\w+ = (\\d+);`, "m").exec(source) ?? [];
  assert.ok(number !== undefined, `assembly/layout.ts has no number ${name}`);
  return Number(number);
}

/** The address of an object in this station's memory. */
export function addressOf(station: Station, name: string): number {
  return station.exports.amp_rx_buffer() - offsetOf("RX") + offsetOf(name);
}

/** Everything that dies with the power: from the first object to the last. */
export function ramOf(station: Station): { readonly from: number; readonly end: number } {
  const from = addressOf(station, "SCRATCH");
  const end = from + layoutNumber("RAM_SIZE");
  assert.ok(from >= 0 && end <= station.exports.__heap_base.value, "RAM lies below __heap_base");
  return { from, end };
}

/** Octets that no data segment of the module sets, below __heap_base: what a power-up may find anything in. */
export function uninitialised(octets: Uint8Array): number[] {
  const { dataSegments, heapBase } = binaryFacts(octets);
  assert.ok(heapBase !== undefined);
  const isSet = (address: number): boolean =>
    dataSegments.some((segment) => address >= segment.address && address < segment.address + segment.octets);
  return Array.from({ length: heapBase }, (_, address) => address).filter((address) => !isSet(address));
}
