/*
 * A campaign: is the memory of an AP's process flat at full load? Stations as fast as they can, that go and come back from other
 * addresses and ports, and each kind of flood in turn.
 *
 *     npx tsx bench/load/soak.ts --minutes 60
 *
 * Exit code 1: it is not flat (flat.ts says what that is), or an M3 was wrong.
 */
import { truncateSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { type BedOptions, LoadBed } from "./bed.ts";
import { type Flatness, flatness, type Sample } from "./flat.ts";
import type { FloodOptions } from "./flood.ts";

export interface SoakOptions {
  readonly crowd: Omit<BedOptions, "toFile">;
  readonly lasts_s: number;
  /** From one sample to the next; a station moves with each. */
  readonly step_s: number;
  /** Another flood after so many. */
  readonly samplesAFlood: number;
  readonly onLine: (line: string) => void;
}

export interface Soaked {
  readonly confirmed: number;
  readonly flooded: number;
  readonly moved: number;
  readonly resident: readonly Sample[];
  readonly heap: readonly Sample[];
}

/** In turn, none as a kind of its own. */
const FLOODS: readonly (Omit<FloodOptions, "channels" | "ids"> | undefined)[] = [
  undefined,
  { kind: "strangers", rate: 5_000, sources: 250 },
  { kind: "hellos", rate: 5_000, sources: 250 },
  { kind: "bogus", rate: 32, sources: 4 },
  { kind: "silent", rate: 5, sources: 4 },
];
const MIB = 2 ** 20;

/** @throws Error when a process ends, or an M3 is wrong. */
export async function soaked({ crowd, lasts_s, step_s, samplesAFlood, onLine }: SoakOptions): Promise<Soaked> {
  const bed = await LoadBed.make({ ...crowd, toFile: true });
  const [resident, heap]: Sample[][] = [[], []];
  const totals = { confirmed: 0, flooded: 0, moved: 0 };
  const start = performance.now();
  const now_s = (): number => (performance.now() - start) / 1000;
  try {
    for (let n = 0; now_s() < lasts_s; n++) {
      if (n % samplesAFlood === 0) {
        await bed.noFlood();
        const flood = FLOODS[(n / samplesAFlood) % FLOODS.length];
        if (flood) await bed.flood({ ...flood, channels: crowd.channels, ids: crowd.stations });
        const last = resident.at(-1);
        if (last) onLine(`${last.t_s.toFixed(0)} s: ${mib(last.octets)} resident; ${totals.confirmed} readings`);
      }
      const { confirmed, wrong, flooded } = await bed.window(step_s);
      if (wrong > 0) throw new Error(`${wrong} M3s whose MIC does not fit`);
      totals.confirmed += confirmed;
      totals.flooded += flooded;
      await bed.move();
      totals.moved++;
      // The AP goes on behind what was there: the file is as long as before, and takes no room.
      truncateSync(join(bed.folder, "readings.ndjson"), 0);
      const metrics = await bed.ap.metrics();
      resident.push({ t_s: now_s(), octets: bed.ap.rss_octets });
      heap.push({ t_s: now_s(), octets: metrics.get("heap_used_bytes") ?? Number.NaN });
    }
  } finally {
    await bed.end();
  }
  return { ...totals, resident, heap };
}

export function mib(octets: number): string {
  return `${(octets / MIB).toFixed(1)} MiB`;
}

export function flatLine(name: string, flatness: Flatness): string {
  const { second_octets, last_octets, slope, low, high, isFlat, isSurelyFlat } = flatness;
  const verdict = isSurelyFlat ? "flat" : isFlat ? "not seen to grow, and not long enough to be sure" : "NOT FLAT";
  const means = `${mib(second_octets)} in the second quarter, ${mib(last_octets)} in the last`;
  return `${name}: ${means}; ${mib(slope)} an hour (${mib(low)} .. ${mib(high)}, 95 %): ${verdict}`;
}

/** A run that has to decide. */
const LONG_s = 1800;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { minutes: { type: "string", default: "60" } } });
  const lasts_s = 60 * Number(values.minutes);
  if (!(lasts_s >= 60)) {
    process.stderr.write(`soak: --minutes ${values.minutes} is no number of at least 1\n`);
    return 2;
  }
  const onLine = (line: string): void => void process.stdout.write(`${line}\n`);
  const crowd = { stations: 200, channels: 2, reading_octets: 16 };
  const { confirmed, flooded, moved, resident, heap } = await soaked({
    ...{ crowd, lasts_s, step_s: 1, samplesAFlood: 30 },
    onLine,
  });
  onLine(`${confirmed} readings confirmed, ${flooded} datagrams of floods, ${moved} stations moved`);
  const [ofResident, ofHeap] = [flatness(resident), flatness(heap)];
  onLine(flatLine("resident", ofResident));
  onLine(flatLine("heap, garbage included", ofHeap));
  // Of a short one it can only be said that nothing is seen.
  const verdict = lasts_s < LONG_s ? "isFlat" : "isSurelyFlat";
  return ofResident[verdict] && ofHeap[verdict] ? 0 : 1;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = await main();
}
