/*
 * Stations that answer an AP's triggers, with the M2s that they gave: made once by the shipped module, then taken by access
 * points on different backends, which all make the same M1s, as their random octets are those of one seed.
 */
import { AccessPoint, type TriggerRequest } from "../../host/ap/accesspoint.ts";
import { PmkTable } from "../../host/ap/pmks.ts";
import type { Crypto } from "../../host/crypto/crypto.ts";
import { nodeCrypto } from "../../host/crypto/node.ts";
import { loadStation, type Station } from "../../host/device/load.ts";
import { Nvm } from "../../host/device/nvm.ts";
import { encodeRecord } from "../../host/keys/record.ts";
import { KeyService } from "../../host/keys/service.ts";
import { MemoryStore } from "../../host/keys/store.ts";
import { streamsOf } from "../../host/sim/streams.ts";
import { FCS_OCTETS, fcsOf } from "../../host/wire/fcs.ts";
import { PROFILES } from "../../host/wire/profile.ts";

const AA = Uint8Array.of(0x02, 0xa0, 0, 0, 0, 7);
const SPAN_s = 0.02;
/** Between two triggers; all M2s of one come at once. */
const PERIOD_s = 0.1;

const REQUEST: TriggerRequest = {
  ...{ to: "broadcast", profile: PROFILES[0], acwe: 0, ulRate: 1, access: 0 },
  ...{ slots: 255, slotDuration_4us: 250 },
};

export interface FleetOptions {
  readonly module: WebAssembly.Module;
  readonly devices: number;
  readonly rounds: number;
  readonly reading_octets: number;
  readonly encrypted: boolean;
}

/** A trigger, and what the devices answered. */
interface Round {
  readonly m1: Uint8Array;
  readonly m2s: readonly Uint8Array[];
}

/** The rounds of a fleet, and APs that live through them. */
export class Fleet {
  readonly rounds: readonly Round[];
  readonly #options: FleetOptions;

  /** @throws Error when a station gives no M2. */
  constructor(options: FleetOptions) {
    this.#options = options;
    const { module, devices, rounds, reading_octets, encrypted } = options;
    const ap = this.#accessPoint(nodeCrypto);
    const stations = Array.from({ length: devices }, (_, i) => stationOf(module, i));
    const reading = Uint8Array.from({ length: reading_octets }, (_, i) => i);
    for (const station of stations) {
      if (station.boot() !== 0 || station.setPayload(reading, encrypted) !== 0)
        throw new Error("a station did not boot");
    }
    this.rounds = Array.from({ length: rounds }, (_, i) => {
      const m1 = ap.trigger(0, REQUEST, i * PERIOD_s);
      const m2s = stations.map((station) => {
        const { status, frame } = station.receive(m1);
        if (!frame) throw new Error(`a station answered an M1 with ${status}`);
        return frame;
      });
      return { m1, m2s };
    });
  }

  /** What an AP on that backend does with all of it; `told` gets each M3. @throws Error when an M2 is refused. */
  lifeOf(crypto: Crypto): (told: (m3: Uint8Array) => void) => void {
    const ap = this.#accessPoint(crypto);
    return (told) =>
      this.#live(ap, (m2, now_s) => {
        const received = ap.receive(0, m2, now_s);
        const m3 = received.kind === "reading" && received.reading.delivered(now_s)?.m3;
        if (!m3) throw new Error(`an honest M2 was ${received.kind === "refused" ? received.reason : received.kind}`);
        told(m3);
      });
  }

  /** The same with every M2 forged: its MIC fits nobody. @throws Error when one is not refused for that. */
  floodOf(crypto: Crypto): () => void {
    const ap = this.#accessPoint(crypto);
    const forged = new Map(this.rounds.flatMap(({ m2s }) => m2s.map((m2) => [m2, forgedOf(m2)] as const)));
    return () =>
      this.#live(ap, (m2, now_s) => {
        const received = ap.receive(0, forged.get(m2) ?? m2, now_s);
        if (received.kind !== "refused" || received.reason !== "bad MIC")
          throw new Error("a forged M2 was not refused");
      });
  }

  #live(ap: AccessPoint, take: (m2: Uint8Array, now_s: number) => void): void {
    for (const [i, { m2s }] of this.rounds.entries()) {
      const now_s = i * PERIOD_s;
      ap.trigger(0, REQUEST, now_s);
      for (const m2 of m2s) take(m2, now_s);
    }
  }

  #accessPoint(backend: Crypto): AccessPoint {
    const stream = streamsOf(nodeCrypto, 1)("access point");
    const crypto: Crypto = { ...backend, randomBytes: (length) => stream.fill(new Uint8Array(length)) };
    const keys = new PmkTable(AA, crypto);
    const service = new KeyService({ crypto, master: new Uint8Array(32), store: new MemoryStore() });
    service.serve(keys);
    for (let i = 0; i < this.#options.devices; i++) service.enrol(spaOf(i), pskOf(i));
    return new AccessPoint({ crypto, keys, service, triggerSpan_s: () => SPAN_s });
  }
}

/** One bit of the MIC changed, and an FCS that fits. */
function forgedOf(m2: Uint8Array): Uint8Array {
  const end = m2.length - FCS_OCTETS;
  const forged = m2.slice();
  forged[end - 1] ^= 1;
  const fcs = fcsOf(forged, end);
  forged.set([fcs & 0xff, fcs >> 8], end);
  return forged;
}

function stationOf(module: WebAssembly.Module, i: number): Station {
  const nvm = new Nvm(encodeRecord({ spa: spaOf(i), psk: pskOf(i), counter: 0 }));
  nvm.powerUp();
  const noise = streamsOf(nodeCrypto, 1)(`noise ${i}`);
  return loadStation(module, {
    entropy: (into) => noise.fill(into).length > 0,
    nvmRead: (offset, into) => nvm.nvmRead(offset, into),
    nvmWrite: (offset, octets) => nvm.nvmWrite(offset, octets),
  });
}

function spaOf(i: number): Uint8Array {
  return Uint8Array.of(0x02, 0xc0, 0, 0, i >> 8, i);
}

function pskOf(i: number): Uint8Array {
  return streamsOf(nodeCrypto, 1)(`root ${i}`).fill(new Uint8Array(32));
}
