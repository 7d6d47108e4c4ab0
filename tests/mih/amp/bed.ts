/**
 * Two AMP APs and all that is behind them, real: one key service, the desks of both, the roles of 802.21 between them, and the
 * roaming station with its NVM. Radio and clocks are the test's.
 */
import assert from "node:assert/strict";
import { AccessPoint, type Received } from "../../../host/ap/accesspoint.ts";
import { HandoverDesk } from "../../../host/ap/handoverdesk.ts";
import { PmkTable } from "../../../host/ap/pmks.ts";
import type { Carried } from "../../../host/ap/reading.ts";
import { nodeCrypto } from "../../../host/crypto/node.ts";
import type { Clock } from "../../../host/datagrams/link.ts";
import { deviceKey } from "../../../host/keys/handover.ts";
import type { KeyDesk } from "../../../host/keys/link.ts";
import { encodeRecord } from "../../../host/keys/record.ts";
import { KeyService } from "../../../host/keys/service.ts";
import { MemoryStore } from "../../../host/keys/store.ts";
import { StationAgent } from "../../../host/mih/amp/agent.ts";
import { ServingLink, type Telling } from "../../../host/mih/amp/servinglink.ts";
import { AmpSite, type AmpSiteOptions } from "../../../host/mih/amp/site.ts";
import { TargetLink, type TargetLinkOptions } from "../../../host/mih/amp/targetlink.ts";
import { type DatagramTap, VirtualNetwork, VirtualTime } from "../../../host/mih/amp/virtualtime.ts";
import type { Prepared } from "../../../host/mih/roles/mobile.ts";
import type { Scheme } from "../../../host/mih/schemes/scheme.ts";
import { DEFAULT_TIMING, type Timing } from "../../../host/mih/transport/reliable.ts";
import { link80211 } from "../../../host/mih/wire/values.ts";
import { BedDevice, MASTER, nextRootOf, PLAIN_REQUEST, pskOf, SPAN_s, spaOf } from "../../ap/bed.ts";
import { ROAMING } from "../../handover/bed.ts";
import { ascii, unhex } from "../../twin/bytes.ts";
import { labelled } from "../../vectors/world.ts";

export const SPA = spaOf(0);
export const AA = [unhex("020000000011"), unhex("020000000022")] as const;
const DELAY_ms = 5;
/** From one trigger to the next, s. */
const PERIOD_s = 2;

/** What one trigger came to. */
export interface Asked {
  readonly received: Received;
  readonly carries?: Carried;
  /** Octets of the frames that were on the air. */
  readonly m3_octets?: number;
  readonly data?: { readonly octets: number; readonly received: Received };
}

export interface BedOptions extends Partial<Pick<AmpSiteOptions, "around" | "keyLifetime_s">> {
  readonly tap?: DatagramTap;
  readonly taintedReadings?: TargetLinkOptions["taintedReadings"];
  /** The key service serves the second AP, too. */
  readonly isServed?: boolean;
}

export class TwoAps {
  /** Of a serving AP that is broken into: goes into the next M3 in place of what it should say. */
  #own: Uint8Array | undefined;
  readonly time = new VirtualTime();
  readonly network: VirtualNetwork;
  readonly service = new KeyService({ crypto: nodeCrypto, master: MASTER, store: new MemoryStore() });
  readonly tables = AA.map((aa) => new PmkTable(aa, nodeCrypto));
  readonly aps: readonly AccessPoint[];
  readonly serving: ServingLink;
  readonly target: TargetLink;
  readonly site: AmpSite;
  readonly agent: StationAgent;
  readonly device: BedDevice;
  /** What was told and is of no use any more. */
  readonly outdated: Telling[] = [];
  #now_s = 0;
  readonly #more: Pick<AmpSiteOptions, "scheme" | "around" | "keyLifetime_s">;

  constructor(scheme: Scheme, { tap, taintedReadings, isServed = false, around, keyLifetime_s }: BedOptions = {}) {
    const { service, tables, time } = this;
    service.serve(tables[0], labelled("two APs, Modifier of the first", 8));
    if (isServed) service.serve(tables[1], labelled("two APs, Modifier of the second", 8));
    service.enrol(SPA, pskOf(SPA));
    const desk = new HandoverDesk(service);
    this.serving = new ServingLink({ crypto: nodeCrypto, desk, onOutdated: (told) => this.outdated.push(told) });
    this.target = new TargetLink({ crypto: nodeCrypto, table: tables[1], taintedReadings });
    const broken: KeyDesk = {
      commandFor: (spa, generation) => this.#own ?? this.serving.commandFor(spa, generation),
      offer: (spa, answer) => this.serving.offer(spa, answer),
      missing: (aa, spa, generation) => this.serving.missing(aa, spa, generation),
    };
    this.aps = [broken, service].map(
      (own, i) => new AccessPoint({ crypto: nodeCrypto, keys: tables[i], service: own, triggerSpan_s: () => SPAN_s }),
    );
    this.network = new VirtualNetwork(time, { delay_ms: DELAY_ms, tap });
    this.#more = { scheme, around, keyLifetime_s };
    this.site = this.siteOver(this.network, time, DEFAULT_TIMING);
    this.agent = new StationAgent({ mobile: this.site.mn, link: this.serving, spa: SPA });
    const image = encodeRecord({ spa: SPA, psk: pskOf(SPA), counter: 0, roaming: true });
    this.device = new BedDevice(SPA, { module: ROAMING.module, image });
  }

  /** The roles of 802.21 between both APs' ends. */
  siteOver(network: AmpSiteOptions["network"], clock: Clock, timing: Timing): AmpSite {
    return new AmpSite({
      ...this.#more,
      seed: 1,
      network,
      clock,
      timing,
      ends: { spa: SPA, aa: AA[0], aaT: AA[1] },
      deviceKey: deviceKey(nodeCrypto, pskOf(SPA), SPA),
      serving: this.serving,
      target: this.target,
    });
  }

  /** With a session at the first AP, and its agent attached. */
  static async begun(scheme: Scheme, options: BedOptions = {}): Promise<TwoAps> {
    const bed = new TwoAps(scheme, options);
    assert.equal(await bed.time.of(bed.site.attach()), undefined, "the agent is attached");
    await bed.time.of(bed.site.associate());
    bed.reads(0);
    return bed;
  }

  prepare(): Promise<Prepared | string> {
    return this.time.of(this.agent.prepare(link80211(AA[1])));
  }

  /** Of the first AP's M1; what came of it. `lost`: the first frame that is. */
  ask(which: 0 | 1, lost?: "M2" | "M3" | "answer"): Asked {
    this.#now_s += PERIOD_s;
    const request = which === 0 ? { to: SPA } : this.target.requestFor(SPA);
    assert.ok(request, "the AP has a key of that station");
    const ap = this.aps[which];
    const { station } = this.device;
    assert.equal(station.setPayload(ascii("21.5 C"), true), 0);
    const m2 = this.device.answer(ap.trigger(0, { ...PLAIN_REQUEST, ...request }, this.#now_s));
    if (lost === "M2") return { received: { kind: "ack" } };
    const received = ap.receive(0, m2, this.#now_s);
    if (received.kind !== "reading") return { received };
    const confirmation = received.reading.delivered(this.#now_s);
    assert.ok(confirmation, "delivered in time");
    if (which === 1) this.target.took(SPA, request.handover ? "handover PMK" : "PMK of the key service");
    const { carries, m3 } = confirmation;
    if (lost === "M3") return { received, carries, m3_octets: m3.length };
    const answer = station.receive(m3).frame;
    const done = { received, carries, m3_octets: m3.length };
    if (!answer || lost === "answer") return done;
    return { ...done, data: { octets: answer.length, received: ap.receive(0, answer, this.#now_s) } };
  }

  /** A reading is taken there. */
  reads(which: 0 | 1): Asked {
    const asked = this.ask(which);
    assert.equal(asked.received.kind, "reading", `taken at AP ${which + 1}`);
    return asked;
  }

  /** A session at the first AP that the station is told in; the next AP hears of the generation. */
  async tells(): Promise<Asked> {
    const asked = this.reads(0);
    const received = asked.data?.received;
    assert.ok(received?.kind === "data", "the station answers with Data");
    const done = this.serving.answered(SPA, received.payload);
    assert.ok(done, "it is the answer that is waited for");
    assert.equal(await this.time.of(this.agent.told(done)), true, "the next AP knows the generation");
    return asked;
  }

  /** The key service has a new root proven at the first AP. */
  updates(): void {
    this.service.startUpdate(SPA);
    const { carries, data } = this.reads(0);
    assert.deepEqual([carries, data?.received.kind], ["UPDATE", "proof"]);
  }

  /** A session at the first AP whose M3 holds that. */
  broken(command: Uint8Array): void {
    this.#own = command;
    this.reads(0);
    this.#own = undefined;
  }

  /** The group manager has the key of the station's leaf under that root from the key service. */
  rooted(generation: number): void {
    let root = pskOf(SPA);
    for (let g = 1; g <= generation; g++) root = nextRootOf(root, g, SPA);
    this.site.rooted(deviceKey(nodeCrypto, root, SPA));
  }

  close(): void {
    this.site.close();
  }
}
