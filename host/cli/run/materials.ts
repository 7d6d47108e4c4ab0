/*
 * What a scenario names and does not hold: the module and the harvest trace, out of their files.
 */
import { builtModule, builtNames } from "../../build/build.ts";
import { STATIONS } from "../../build/targets.ts";
import { createPortableCrypto } from "../../crypto/portable.ts";
import { fileHash } from "../../data/recording.ts";
import { checkStation } from "../../device/load.ts";
import { powerOf } from "../../energy/traces/power.ts";
import type { Scenario } from "../../sim/scenario/schema.ts";
import type { Materials } from "../../sim/world.ts";
import { whyOf } from "../../text/kind.ts";
import { readTrace, teller } from "../trace/read.ts";
import { UsageError } from "../verb.ts";
import { converterModelOf } from "./converterfile.ts";
import { readUserFile } from "./userfile.ts";

const A_MODULE = "release, small, roaming or a .wasm";

/** The parts of a scenario that name files. */
type Named = Pick<Scenario, "stations" | "harvest" | "converter">;

export interface Gathered {
  readonly materials: Materials;
  /** SHA-256 of the trace's file, in hex. */
  readonly traceHash?: string;
}

/**
 * `isQuiet`: nothing is said of how far a long file has been read.
 * @throws UsageError, one sentence, for a file that is not there or not what it should be.
 */
export async function gather(scenario: Named, isQuiet = false): Promise<Gathered> {
  const { stations, harvest } = scenario;
  const module = await moduleOf(stations.module);
  const crypto = createPortableCrypto();
  const converter = converterModelOf(scenario);
  const given = { crypto, module, converter, isRoaming: stations.module === "roaming" };
  if (harvest.source !== "trace") return { materials: given };
  const { file } = harvest.trace;
  if (file === "") {
    throw new UsageError("harvest.trace.file is empty, where harvest.source trace needs a file, as --trace names one");
  }
  const { recording } = await readTrace(file, harvest.trace, isQuiet);
  const trace = powerOf(recording);
  return {
    materials: { ...given, recording, trace },
    traceHash: fileHash(file, teller(`${file} for its hash`, isQuiet)),
  };
}

/** Whether that is the name of a module of ours, and no file's. */
export function isShipped(name: string): boolean {
  return STATIONS.some((station) => station === name);
}

async function moduleOf(name: string): Promise<Materials["module"]> {
  if (isShipped(name)) {
    return { octets: await builtModule(name), names: await builtNames(name) };
  }
  const octets = new Uint8Array(readUserFile("stations.module", name, A_MODULE));
  try {
    checkStation(octets);
  } catch (error) {
    throw new UsageError(
      `stations.module ${name} is no station module, where ${A_MODULE} is expected: ${whyOf(error)}`,
    );
  }
  return { octets };
}
