/**
 * A station is born: with power, once, it associates with its first access point by 802.11, its EAP-PSK goes to the network
 * inside the access point's SeNAA session, and MSK[0..31] becomes the first root of its AMP side (docs/RSN.md section 9).
 *
 *     station ── EAPOL ── AP 1 ── CLR, CLA ── PAA      EAP-PSK: one MSK at all three
 *     station ── M1 .. M4 ── AP 1                      PMK = MSK[0..31]
 *     station ── PROVE, ADOPT ── AP 1 ── key service   root 0 = MSK[0..31]
 */

import { systemClock } from "../datagrams/link.ts";
import type { StationHost } from "../device/host.ts";
import type { EapBackend, EapStep } from "../eap/backend.ts";
import { encodeRecord } from "../keys/record.ts";
import { RsnAp } from "../rsn/ap/rsnap.ts";
import { nodeRsnCrypto } from "../rsn/keys/crypto.node.ts";
import { hostOf } from "../rsn/pair.ts";
import { RootDesk } from "../rsn/roots.ts";
import { adopts, named } from "../rsn/rungs.ts";
import { loadRsnStation, type RsnStation } from "../rsn/station/load.ts";
import { AMP_RECORD_OFFSET, bothRecords, encodeRsnRecord, type RsnAkm } from "../rsn/station/record.ts";
import { CarriedEap } from "../senaa/pac/behind.ts";
import type { Streams } from "../sim/streams.ts";
import { equalOctets } from "../wire/octets.ts";
import { AA, type Plant, STATION_NAME } from "./plant.ts";
import type { Teller } from "./telling.ts";

export const SSID = new TextEncoder().encode("plant");
/** 802.1X with SHA-256. */
const AKM: RsnAkm = 5;
/** Longer than all retries of a handshake. */
const PATIENCE_s = 10;

export interface CommissioningOptions {
  readonly plant: Plant;
  readonly teller: Teller;
  readonly streams: Streams;
  /** The RSN station, which shares its NVM with the AMP station. */
  readonly module: Uint8Array;
  readonly spa: Uint8Array;
  /** The key of EAP-PSK that is installed in the station, 16 octets. */
  readonly psk: Uint8Array;
}

export interface Commissioned {
  /** The AMP record as it is now, 360 octets; undefined: the station has no root, for that reason. */
  readonly record: Uint8Array | undefined;
  readonly reason?: string;
}

export async function commissioned(options: CommissioningOptions): Promise<Commissioned> {
  const { spa, psk, streams } = options;
  const identity = new TextEncoder().encode(STATION_NAME);
  const rsn = encodeRsnRecord({ akm: AKM, spa, ssid: SSID, key: psk, identity });
  const nvm = bothRecords(rsn, encodeRecord({ spa, counter: 0, roaming: true }));
  const noise = streams("noise of the station at its birth");
  const host: StationHost = hostOf({ entropy: (into) => noise.fill(into).length > 0 }, nvm);
  const association = new Association(options, loadRsnStation(options.module, host));
  const reason = await association.opens();
  return reason === undefined ? { record: nvm.slice(AMP_RECORD_OFFSET) } : { record: undefined, reason };
}

class Association {
  readonly #options: CommissioningOptions;
  readonly #station: RsnStation;
  readonly #ap: RsnAp;
  /** What the network has answered and the access point has not seen, and who waits for it. */
  readonly #steps: EapStep[] = [];
  #wake: () => void = () => {};
  /** Responses that are on their way to the network. */
  #asked = 0;
  #isKeyed = false;
  #now_s = 0;

  constructor(options: CommissioningOptions, station: RsnStation) {
    const { plant, streams } = options;
    this.#options = options;
    this.#station = station;
    const random = streams("RSN of AP 1");
    const crypto = { ...nodeRsnCrypto, randomBytes: (octets: number) => random.fill(new Uint8Array(octets)) };
    const carried = new CarriedEap({
      pac: plant.pacs["AP 1"],
      clock: systemClock,
      onStep: (_, step) => this.#answered(step),
    });
    this.#ap = new RsnAp({
      crypto,
      aa: AA["AP 1"],
      ssid: SSID,
      akms: [AKM],
      mode: "rsn",
      eap: this.#counting(carried),
    });
  }

  /** From the Beacon to a root. A string: why there is none. */
  async opens(): Promise<string | undefined> {
    const { plant, teller, spa } = this.#options;
    if (this.#station.boot() !== 0) return "the station does not boot";
    this.#down([this.#ap.beacon(this.#now_s)]);
    const { frame } = this.#station.start();
    if (frame) this.#up(frame);
    while (!this.#ap.isAuthorized(spa)) {
      if (this.#asked > 0) this.#down(this.#ap.eapAnswer(spa, await this.#step(), this.#now_s));
      else if (this.#ap.due_s > PATIENCE_s) return "the network did not authenticate the station";
      else {
        this.#now_s = Math.max(this.#now_s, this.#ap.due_s);
        this.#down(this.#ap.advance(this.#now_s));
      }
    }
    const { service, pmks } = plant;
    const desk = new RootDesk({ ap: this.#ap, aa: AA["AP 1"], service, pmks });
    const of = { station: this.#station, ap: this.#ap, desk, spa, now_s: this.#now_s };
    adopts(of, ({ name, isUp, isProtected, octets }) => this.#told(name, isProtected, isUp, octets));
    if (!service.spas.some((one) => equalOctets(one, spa))) return "the station did not take over its root";
    teller.says("network", "MSK[0..31] is the root of generation 0, which the device has proven");
    return undefined;
  }

  #up(octets: Uint8Array): void {
    this.#on(octets, true);
    this.#down(this.#ap.receive(octets, this.#now_s).frames);
  }

  #down(frames: readonly Uint8Array[]): void {
    for (const octets of frames) {
      this.#on(octets, false);
      const { frame } = this.#station.receive(octets);
      if (frame) this.#up(frame);
    }
  }

  #on(octets: Uint8Array, isUp: boolean): void {
    const { name, isProtected } = named(octets, this.#isKeyed);
    if (name === "M4") this.#isKeyed = true;
    this.#told(name, isProtected, isUp, octets);
  }

  #told(name: string, isProtected: boolean, isUp: boolean, octets: Uint8Array): void {
    const [from, to] = isUp ? (["station", "AP 1"] as const) : (["AP 1", "station"] as const);
    this.#options.teller.message({ way: "802.11", from, to, name, isProtected, octets });
  }

  #counting(eap: EapBackend): EapBackend {
    return {
      begin: (spa) => {
        const conversation = eap.begin(spa);
        return {
          receive: (packet) => {
            const step = conversation.receive(packet);
            if (step === undefined) this.#asked++;
            return step;
          },
        };
      },
    };
  }

  #answered(step: EapStep): void {
    this.#steps.push(step);
    this.#wake();
  }

  async #step(): Promise<EapStep> {
    if (this.#steps.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#asked--;
    return this.#steps.shift() as EapStep;
  }
}
