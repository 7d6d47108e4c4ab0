import { randomFillSync } from "node:crypto";
import { builtModule } from "../build/build.ts";
import { STATIONS } from "../build/targets.ts";
import { statusName } from "../device/abi.ts";
import type { StationHost } from "../device/host.ts";
import { loadStation as instantiate, type Station } from "../device/load.ts";
import { isOctets } from "../wire/octets.ts";
import { checkFunction, checkMethods, checkParts, oneOf, yesOrNo } from "./check.ts";

/** The device's builds: the quick one, the smallest one, and the one that its AP can tell of the next AP. */
export type StationBuild = (typeof STATIONS)[number];

/** What a station is made of, beside its module. */
export interface StationParts {
  /** What outlives its power: `createAccessPoint().enrol(...)` gives one, and so does `new Nvm(image)`. */
  readonly nvm: Pick<StationHost, "nvmRead" | "nvmWrite">;
  /**
   * Fills the octets with raw noise and answers true, or false when the source failed. Left out: the operating system's
   * random octets, which are no physical source: for tests.
   */
  readonly entropy?: StationHost["entropy"];
  /**
   * Which of the shipped modules (default: release), or the octets of another one with the same ABI. A roaming one needs the
   * NVM of `enrol(spa, psk, { roaming: true })`.
   */
  readonly module?: StationBuild | Uint8Array;
  /**
   * What it has to say, encrypted: it is then booted with it. Left out: nothing has run, and `boot()` is the first call.
   * Up to 54 octets; an M2 has room for 40 of the profile compact, 24 of wide, 16 of strong, and `receive` says so.
   */
  readonly reading?: Uint8Array;
}

const compiled = new Map<StationBuild, Promise<WebAssembly.Module>>();

/**
 * The octets of a shipped module: WebAssembly 1.0, three imports, no start function.
 * @throws RangeError for a build that does not exist.
 */
export async function stationModule(build: StationBuild = "release"): Promise<Uint8Array> {
  return builtModule(oneOf("build", build, STATIONS));
}

/**
 * A station whose power has just come, with fresh RAM. A power failure is forgetting the object; the next life is another
 * `loadStation` over the same NVM.
 * @throws TypeError for parts of another kind, RangeError for a build that does not exist; Error for octets that are no
 * station module, and with a reading also when that is too long, or NVM is no record of a device: one sentence each.
 */
export async function loadStation(parts: StationParts): Promise<Station> {
  checkParts<StationParts>("parts", parts, { nvm: true, entropy: true, module: true, reading: true });
  const { module = "release", reading } = parts;
  const host = hostOf(parts);
  const station = instantiate(isOctets(module) ? module : await compiledModule(module), host);
  if (reading !== undefined) begin(station, reading);
  return station;
}

function begin(station: Station, reading: Uint8Array): void {
  const booted = station.boot();
  if (booted !== 0) throw new Error(`the station does not boot: ${statusName(booted)}`);
  const set = station.setPayload(reading, true);
  if (set !== 0) throw new Error(`reading: ${reading.length} octets are refused: ${statusName(set)}`);
}

/** The imports of a station: its NVM and its noise. */
export function hostOf({ nvm, entropy = systemNoise }: Pick<StationParts, "nvm" | "entropy">): StationHost {
  checkMethods("nvm", nvm, ["nvmRead", "nvmWrite"]);
  checkFunction("entropy", entropy);
  return {
    entropy: (into) => yesOrNo("entropy", entropy(into)),
    nvmRead: (offset, into) => yesOrNo("nvmRead", nvm.nvmRead(offset, into)),
    nvmWrite: (offset, octets) => yesOrNo("nvmWrite", nvm.nvmWrite(offset, octets)),
  };
}

/** Compiled once a build. */
function compiledModule(build: StationBuild): Promise<WebAssembly.Module> {
  const known =
    compiled.get(build) ??
    stationModule(oneOf("module", build, STATIONS)).then((octets) => new WebAssembly.Module(octets));
  compiled.set(build, known);
  return known;
}

function systemNoise(into: Uint8Array): boolean {
  randomFillSync(into);
  return true;
}
