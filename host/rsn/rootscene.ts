/*
 * A device that is an RSN station and an AMP station over one NVM, the APs of both, and the key service that makes the PMK of
 * the one a root of the other (docs/RSN.md section 9). The same for the same seed.
 */
import { AccessPoint } from "../ap/accesspoint.ts";
import { PmkTable } from "../ap/pmks.ts";
import { nodeCrypto } from "../crypto/node.ts";
import { statusName } from "../device/abi.ts";
import type { StationHost } from "../device/host.ts";
import { loadStation } from "../device/load.ts";
import { encodeRecord } from "../keys/record.ts";
import { KEY_OCTETS } from "../keys/roots.ts";
import { KeyService } from "../keys/service.ts";
import { MemoryStore } from "../keys/store.ts";
import { streamsOf } from "../sim/streams.ts";
import { PROFILES } from "../wire/profile.ts";
import { MODIFIER_OCTETS } from "../wire/trigger.ts";
import { AA, type Pair, type PairOptions, pairOf, SPA } from "./pair.ts";
import { PmkMemory, RootDesk } from "./roots.ts";
import { AMP_RECORD_OFFSET, bothRecords } from "./station/record.ts";

/** The AMP AP's address. */
const AMP_AA = Uint8Array.of(0x02, 0xa0, 0, 0, 0, 1);
const READING = Uint8Array.of(1, 2, 3);
/** Any: nobody else is on the air. */
const SPAN_s = 0.1;
const BETWEEN_s = 10;

export interface RootSceneOptions extends Omit<PairOptions, "around" | "isWrong"> {
  /** The device's root of generation 0, which the key service has, too; left out: it has none yet, and is expected. */
  readonly psk?: Uint8Array;
}

/** An AMP exchange: what the AP sent and the station answered, and how it ended. */
export interface AmpExchange {
  readonly frames: readonly { readonly name: "M1" | "M2" | "M3" | "Data"; readonly octets: Uint8Array }[];
  /** "confirmed", a status of the station, or why the AP refused. */
  readonly outcome: string;
}

export class RootScene {
  readonly pair: Pair;
  /** Of NVM: both records, as they were provisioned. */
  readonly image: Uint8Array;
  readonly store = new MemoryStore();
  readonly pmks = new PmkMemory();
  readonly service: KeyService;
  readonly desk: RootDesk;
  readonly amp: AccessPoint;
  #now_s = 0;

  constructor({ psk, ...options }: RootSceneOptions) {
    const streams = streamsOf(nodeCrypto, options.seed);
    const random = streams("key service");
    const crypto = { ...nodeCrypto, randomBytes: (size: number) => random.fill(new Uint8Array(size)) };
    this.pair = pairOf({ ...options, around: this.pmks.around });
    this.image = bothRecords(this.pair.image, encodeRecord({ spa: SPA, psk, counter: 0 }));
    const { identity } = this.pair;
    const master = crypto.randomBytes(KEY_OCTETS);
    this.service = new KeyService({ crypto, master, store: this.store, identityOf: () => identity });
    const table = new PmkTable(AMP_AA, crypto);
    this.service.serve(table, crypto.randomBytes(MODIFIER_OCTETS));
    if (psk) this.service.enrol(SPA, psk);
    else this.service.expect(SPA);
    this.amp = new AccessPoint({ crypto, keys: table, service: this.service, triggerSpan_s: () => SPAN_s });
    this.desk = new RootDesk({ ap: this.pair.ap, aa: AA, service: this.service, pmks: this.pmks });
  }

  /** What an AMP station imports that lives behind the RSN station's record in the NVM of `host`. */
  behind({ entropy, nvmRead, nvmWrite }: StationHost): StationHost {
    return {
      entropy,
      nvmRead: (offset, into) => nvmRead(AMP_RECORD_OFFSET + offset, into),
      nvmWrite: (offset, octets) => nvmWrite(AMP_RECORD_OFFSET + offset, octets),
    };
  }

  /** The device wakes as an AMP station, `module`, and hears one trigger. */
  exchange(module: WebAssembly.Module, host: StationHost): AmpExchange {
    const frames: { name: AmpExchange["frames"][number]["name"]; octets: Uint8Array }[] = [];
    const ended = (outcome: string): AmpExchange => ({ frames, outcome });
    const station = loadStation(module, this.behind(host));
    const booted = station.boot() || station.setPayload(READING, true);
    if (booted !== 0) return ended(statusName(booted) ?? String(booted));
    this.#now_s += BETWEEN_s;
    const info = { acwe: 0, ulRate: 0, access: 0, slots: 1, slotDuration_4us: 255 };
    const m1 = this.amp.trigger(0, { to: "broadcast", profile: PROFILES[0], ...info }, this.#now_s);
    const m2 = station.receive(m1);
    frames.push({ name: "M1", octets: m1 });
    if (!m2.frame) return ended(statusName(m2.status) ?? String(m2.status));
    frames.push({ name: "M2", octets: m2.frame });
    const received = this.amp.receive(0, m2.frame, this.#now_s);
    if (received.kind !== "reading") return ended(received.kind === "refused" ? received.reason : received.kind);
    const m3 = received.reading.delivered(this.#now_s)?.m3;
    if (!m3) return ended("no M3");
    frames.push({ name: "M3", octets: m3 });
    const { status, frame } = station.receive(m3);
    // The answer to a command of the key service.
    if (frame) {
      frames.push({ name: "Data", octets: frame });
      this.amp.receive(0, frame, this.#now_s);
    }
    return ended(status === 0 ? "confirmed" : (statusName(status) ?? String(status)));
  }
}
