/*
 * Everything that is measured of one build.
 */
import { binaryFacts } from "../../host/device/facts.ts";
import { touchedBy, watchTouched } from "../../host/device/touched.ts";
import { COMPACT } from "../../tests/vectors/world.ts";
import { Bed, countingModule } from "./bed.ts";
import { type Build, primitivesModule, type StationModule, stationModule } from "./builds.ts";
import { tracesOf } from "./constanttime.ts";
import { beforeM2, jobs } from "./jobs.ts";
import { primitiveCosts } from "./primitives.ts";
import type { BuildResult, ModuleFacts } from "./result.ts";
import { searchWorst } from "./worst/search.ts";

/** `namesOf` gives the functions' names by index, or none. */
export async function measured(
  build: Build,
  namesOf: (build: Build, shipped: Uint8Array) => Promise<string[] | undefined>,
): Promise<BuildResult> {
  const module = await stationModule(build);
  const counting = countingModule(module.octets);
  const bed = new Bed(counting);
  const m1 = beforeM2(bed, COMPACT, "CCM", "cold");
  const { classes, functions } = bed.counts((station) => station.receive(m1));
  const names = await namesOf(build, module.octets);
  return {
    module: moduleFacts(module),
    constantTime: tracesOf(module.octets),
    jobs: Object.fromEntries(jobs().map((job) => [job.name, job.cost(new Bed(counting))])),
    worst: searchWorst(counting),
    primitives: primitiveCosts(await primitivesModule(build)),
    classes: Object.fromEntries(Object.entries(classes).filter(([name, executed]) => name !== FREE && executed > 0)),
    functions: functions.map(({ index, name, instructions }) => ({ name: names?.[index] ?? name, instructions })),
  };
}

/** The class of block, loop, else, end and nop, which are not counted. */
const FREE = "structure";

function moduleFacts({ file, sha256, octets }: StationModule): ModuleFacts {
  const { size, codeOctets, heapBase } = binaryFacts(octets);
  if (heapBase === undefined) throw new Error(`${file} has no __heap_base`);
  const bed = new Bed(watchTouched(octets));
  for (const job of jobs()) job.play(bed);
  const { loadEnd, storeEnd } = touchedBy(bed.station.exports);
  return { file, sha256, octets: size, codeOctets, heapBase, touched: Math.max(loadEnd, storeEnd) };
}
