import type { StationHost } from "../../../host/device/host.ts";
import type { TwinHost } from "../../twin/host.ts";

/** The imports of the RSN module over a host of the twin. */
export function importsOver(host: TwinHost): StationHost {
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
