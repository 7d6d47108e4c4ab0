/*
 * What a scenario names and does not hold: the module and the harvest trace, out of their files.
 */
import { builtModule, builtNames } from "../../build/build.ts";
import { TARGETS } from "../../build/targets.ts";
import { createPortableCrypto } from "../../crypto/portable.ts";
import { loadStation } from "../../device/load.ts";
import { CELLS } from "../../energy/profiles/cells.ts";
import { Cell } from "../../energy/pv/cell.ts";
import { parseIvCurve } from "../../energy/pv/curve.ts";
import { parseTrace } from "../../energy/traces/parse.ts";
import type { Scenario } from "../../sim/scenario/schema.ts";
import type { Materials } from "../../sim/world.ts";
import { UsageError } from "../verb.ts";
import { asUsage } from "./scenarios.ts";
import { readUserFile } from "./userfile.ts";

/** Modules of the station that a scenario may name. */
const SHIPPED = ["release", "small"];
const A_MODULE = "release, small or a .wasm";

export interface Gathered {
  readonly materials: Materials;
  readonly traceText?: string;
}

/** @throws UsageError, one sentence, for a file that is not there or not what it should be. */
export async function gather({ stations, harvest }: Scenario): Promise<Gathered> {
  const module = await moduleOf(stations.module);
  const crypto = createPortableCrypto();
  if (harvest.source !== "trace") return { materials: { crypto, module } };
  const { file } = harvest.trace;
  if (file === "") {
    throw new UsageError("harvest.trace.file is empty, where harvest.source trace needs a file, as --trace names one");
  }
  const traceText = textOf("the trace", file);
  const { gap, load_Ohm, cell } = harvest.trace;
  const options = { gaps: gap, load_Ohm: load_Ohm ?? undefined, cell: cellOf(cell) };
  const trace = named(file, () => parseTrace(traceText, options));
  return { materials: { crypto, module, trace }, traceText };
}

async function moduleOf(name: string): Promise<Materials["module"]> {
  if (SHIPPED.includes(name) && TARGETS.some((target) => target.name === name)) {
    return { octets: await builtModule(name), names: await builtNames(name) };
  }
  const octets = new Uint8Array(readUserFile("stations.module", name, A_MODULE));
  try {
    loadStation(octets, DEAD_HOST);
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new UsageError(`stations.module ${name} is no station module, where ${A_MODULE} is expected: ${why}`);
  }
  return { octets };
}

/** Nothing of a module runs while its ABI is looked at. */
const DEAD_HOST = { entropy: () => false, nvmRead: () => false, nvmWrite: () => false };

function cellOf(cell: Scenario["harvest"]["trace"]["cell"]): Cell | undefined {
  if (cell === null) return undefined;
  if (typeof cell === "string") return new Cell(CELLS[cell].points);
  return Cell.of(cell.map(({ lux, file }) => named(file, () => parseIvCurve(textOf("the I-V curve", file), lux))));
}

/** What a file's parser complains about begins with the file's name. */
function named<T>(file: string, read: () => T): T {
  try {
    return asUsage(read);
  } catch (error) {
    if (error instanceof UsageError && !error.message.startsWith(file))
      throw new UsageError(`${file}: ${error.message}`);
    throw error;
  }
}

function textOf(what: string, file: string): string {
  return readUserFile(what, file).toString("utf8");
}
