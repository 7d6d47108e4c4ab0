/*
 * One exchange between the shipped module and an AP, octet for octet the same each time: what frames look like, for the
 * targets that start from genuine ones, and an AP that can be brought to any point of it again.
 */
import { AccessPoint, type Received } from "../ap/accesspoint.ts";
import { PmkTable } from "../ap/pmks.ts";
import type { ApCounters } from "../ap/reasons.ts";
import { createPortableCrypto } from "../crypto/portable.ts";
import { loadStation } from "../device/load.ts";
import { KeyService } from "../keys/service.ts";
import { MemoryStore } from "../keys/store.ts";
import { streamsOf } from "../sim/streams.ts";
import { PROFILES } from "../wire/profile.ts";
import { ACCESS } from "../wire/triggerinfo.ts";
import { Surroundings } from "./station/surroundings.ts";
import { AA, DEVICE, MASTER, MODIFIER, PSK } from "./station/world.ts";

const CHANNEL = 0;
const REQUEST = {
  profile: PROFILES[0],
  acwe: 0,
  ulRate: 1,
  access: ACCESS.thisStationOnly,
  slots: 1,
  slotDuration_4us: 500,
};
const READING = new TextEncoder().encode("21.5 C");

/** Frames of one exchange, as they went over the air. */
export interface Conversation {
  readonly m1: Uint8Array;
  readonly m2: Uint8Array;
  readonly m3: Uint8Array;
  /** UL Data, and DL Data. */
  readonly up: Uint8Array;
  readonly down: Uint8Array;
}

/** An AP that has sent its M1, and answers M2. */
export class Scene {
  readonly m1: Uint8Array;
  readonly #ap: AccessPoint;
  #now_s = 0;

  constructor() {
    const random = streamsOf(createPortableCrypto(), 0)("fuzz AP");
    const crypto = createPortableCrypto((octets) => random.fill(octets));
    const keys = new PmkTable(AA, crypto);
    const service = new KeyService({ crypto, master: MASTER, store: new MemoryStore() });
    service.enrol(DEVICE.spa, PSK);
    service.serve(keys, MODIFIER);
    this.#ap = new AccessPoint({ crypto, keys, service, triggerSpan_s: () => 1 });
    this.m1 = this.#ap.trigger(CHANNEL, { to: DEVICE.spa, ...REQUEST }, 0);
  }

  get refused(): ApCounters {
    return this.#ap.refused;
  }

  receive(octets: Uint8Array): Received {
    this.#now_s += 0.001;
    return this.#ap.receive(CHANNEL, octets, this.#now_s);
  }

  /** The M3 of an M2 that is taken. */
  m3(m2: Uint8Array): Uint8Array | undefined {
    const received = this.receive(m2);
    return received.kind === "reading" ? received.reading.delivered(this.#now_s)?.m3 : undefined;
  }

  data(): Uint8Array | undefined {
    return this.#ap.data(DEVICE.spa, READING, this.#now_s).octets;
  }
}

/** Runs it. `octets`: a station module. @throws Error when module and AP do not get through an exchange. */
export function conversation(octets: Uint8Array): Conversation {
  const surroundings = new Surroundings();
  surroundings.reset();
  surroundings.isAsked = true;
  const station = loadStation(octets, surroundings);
  const scene = new Scene();
  station.boot();
  station.setPayload(READING, true);
  const m2 = sent(station.receive(scene.m1).frame, "M2");
  const m3 = sent(scene.m3(m2), "M3");
  station.receive(m3);
  return { m1: scene.m1, m2, m3, up: sent(station.send().frame, "UL Data"), down: sent(scene.data(), "DL Data") };
}

function sent(frame: Uint8Array | undefined, name: string): Uint8Array {
  if (frame === undefined)
    throw new Error(`The module and the AP do not come to an ${name}, so there is nothing to fuzz.`);
  return frame;
}
