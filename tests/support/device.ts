/** The two shipped builds of the station, and a station of either behind the calls of the twin's scripts. */
import { builtModule } from "../../host/build/build.ts";
import type { StationHost } from "../../host/device/host.ts";
import { type Answer, type LoadOptions, loadStation, type Station } from "../../host/device/load.ts";
import type { TwinHost } from "../twin/host.ts";
import type { TwinResult } from "../twin/station.ts";
import type { StationLike } from "../vectors/script.ts";

/** One build of the device: the octets that ship, and they compiled. */
export interface Device {
  readonly name: "release" | "small";
  readonly octets: Uint8Array<ArrayBuffer>;
  readonly module: WebAssembly.Module;
}

async function device(name: Device["name"]): Promise<Device> {
  const octets = await builtModule(name);
  return { name, octets, module: new WebAssembly.Module(octets) };
}

/** Both of them; every test of the device runs over both. */
export const DEVICES: readonly Device[] = [await device("release"), await device("small")];

/** The imports of the module over a host of the twin. */
function importsOver(host: TwinHost): StationHost {
  const filled = (into: Uint8Array, octets: Uint8Array | null): boolean => {
    if (octets !== null) into.set(octets);
    return octets !== null;
  };
  return {
    entropy: (into) => filled(into, host.entropy(into.length)),
    nvmRead: (offset, into) => filled(into, host.nvmRead(offset, into.length)),
    nvmWrite: (offset, octets) => host.nvmWrite(offset, octets.slice()),
  };
}

/** amp_receive and amp_send as the twin tells them: the status of a frame is its length. */
function asTwin({ status, frame }: Answer): TwinResult {
  return frame === undefined ? { status, frame: null } : { status: frame.length, frame };
}

/** A powered device over a host of the twin, behind the calls that scripts are made of; `made` hears of its instance. */
export function scripted(
  module: WebAssembly.Module,
  host: TwinHost,
  options?: LoadOptions,
  made?: (station: Station) => void,
): StationLike {
  const station = loadStation(module, importsOver(host), options);
  made?.(station);
  return {
    boot: () => station.boot(),
    setPayload(reading, encrypt) {
      // Not through Station.setPayload: scripts try numbers that no octets and no boolean can be.
      if (typeof reading === "number") return station.exports.amp_set_payload(reading, encrypt);
      station.memory.set(reading, station.exports.amp_payload_buffer());
      return station.exports.amp_set_payload(reading.length, encrypt);
    },
    receive: (frame) => asTwin(station.receive(frame)),
    send: () => asTwin(station.send()),
    received: () => station.received(),
    triggerData: () => station.triggerData(),
    state: () => station.state(),
  };
}
