/** The stations that a real AP is asked about: the reference station, and the module that ships. */

import { builtModule } from "../../host/build/build.ts";
import { nodeRsnCrypto } from "../../host/rsn/keys/crypto.node.ts";
import type { RsnPeer } from "../../host/rsn/peer.ts";
import { loadRsnStation } from "../../host/rsn/station/load.ts";
import { entropies } from "../rsn/ap/bed.ts";
import { importsOver } from "../rsn/twin/imports.ts";
import { encodeRecord, type RsnRecord } from "../rsn/twin/record.ts";
import { TwinRsnStation } from "../rsn/twin/station.ts";
import { MemoryHost } from "../twin/host.ts";

export interface PeerStation {
  readonly name: string;
  /** A station of that record, powered and booted. */
  make(record: RsnRecord): Promise<RsnPeer>;
}

const hostOf = (record: RsnRecord): MemoryHost => new MemoryHost(encodeRecord(record), entropies());

function booted(station: RsnPeer): RsnPeer {
  const status = station.boot();
  if (status !== 0) throw new Error(`the record does not boot: ${status}`);
  return station;
}

export const STATIONS: readonly PeerStation[] = [
  {
    name: "the reference station",
    make: async (record) => booted(new TwinRsnStation(hostOf(record), nodeRsnCrypto)),
  },
  {
    name: "the wasm station",
    make: async (record) => booted(loadRsnStation(await builtModule("rsn"), importsOver(hostOf(record)))),
  },
];
