/**
 * The station's own time: readings on harvested power with deaths between and within them, first at AP 1; then 802.21 brings its
 * key to AP 2, it is told in an M3, moves, and is read there. The simulator's station and air, and the roles of 802.21, in one
 * virtual time.
 */

import { AccessPoint, type TriggerRequest } from "../ap/accesspoint.ts";
import { HandoverDesk } from "../ap/handoverdesk.ts";
import type { Crypto } from "../crypto/crypto.ts";
import { deviceKey } from "../keys/handover.ts";
import type { KeyDesk } from "../keys/link.ts";
import { StationAgent } from "../mih/amp/agent.ts";
import { ServingLink } from "../mih/amp/servinglink.ts";
import { AmpSite } from "../mih/amp/site.ts";
import { TargetLink } from "../mih/amp/targetlink.ts";
import { VirtualNetwork, VirtualTime } from "../mih/amp/virtualtime.ts";
import type { Scheme } from "../mih/schemes/scheme.ts";
import { DEFAULT_TIMING } from "../mih/transport/reliable.ts";
import { link80211 } from "../mih/wire/values.ts";
import { ApPort } from "../sim/apport.ts";
import { Cell, type CellAp } from "../sim/cell.ts";
import { Recorder } from "../sim/record/recorder.ts";
import type { Scenario } from "../sim/scenario/schema.ts";
import type { Station } from "../sim/station.ts";
import { buildWorld, type Materials, type World } from "../sim/world.ts";
import { equalOctets } from "../wire/octets.ts";
import { AirTold } from "./airtold.ts";
import type { Failed, Lived } from "./lived.ts";
import { AA, type ApLane, type Plant } from "./plant.ts";
import { tellsDatagram } from "./roles.ts";
import type { Chapter, Teller } from "./telling.ts";

/** Of the story's part on harvested power: the wish to move, and the move. */
const WISH_AT = 1 / 3;
const MOVE_AT = 1 / 2;
/** Of the network between access points, one way. */
const NETWORK_ms = 2;

/** Of what the station had no energy or no time for. */
const ELSEWHERE = "ampcore run story, with the same options, says what an exchange takes";

export interface LivingOptions {
  readonly plant: Plant;
  readonly teller: Teller;
  readonly scheme: Scheme;
  /** Of one station. */
  readonly scenario: Scenario;
  readonly materials: Materials;
  /** Its NVM, as it was when it was born. */
  readonly record: Uint8Array;
  /** Hears how far it is, s. */
  readonly onProgress?: (at_s: number) => void;
}

/** @throws ScenarioError or EnergyError for a scenario that does not fit. */
export async function lived(options: LivingOptions): Promise<Lived> {
  const living = new Living(options);
  try {
    return await living.goes();
  } finally {
    living.close();
  }
}

class Living implements CellAp {
  readonly #options: LivingOptions;
  readonly #world: World;
  readonly #station: Station;
  readonly #recorder: Recorder;
  readonly #time = new VirtualTime();
  readonly #site: AmpSite;
  readonly #agent: StationAgent;
  readonly #serving: ServingLink;
  readonly #target: TargetLink;
  readonly #ports: Readonly<Record<ApLane, ApPort>>;
  readonly #air: AirTold;
  readonly #wish_s: number;
  readonly #move_s: number;
  #lane: ApLane = "AP 1";
  #isWished = false;
  #failed: Failed | undefined;
  #prepared_s: number | null = null;
  #told_s: number | null = null;
  #first_s: number | null = null;

  constructor(options: LivingOptions) {
    const { plant, teller, scheme, scenario, materials, record } = options;
    this.#options = options;
    this.#wish_s = scenario.duration_s * WISH_AT;
    this.#move_s = scenario.duration_s * MOVE_AT;
    this.#recorder = new Recorder(scenario.duration_s, 1);
    this.#air = new AirTold(teller, () => this.#lane);
    this.#world = buildWorld(scenario, {
      ...materials,
      images: [record],
      isRoaming: true,
      recorder: this.#recorder,
      tap: () => this.#air,
    });
    const { crypto, stations, streams } = this.#world;
    this.#station = stations[0];
    const { spa } = this.#station;
    const desk = new HandoverDesk(plant.service);
    this.#serving = new ServingLink({ crypto, desk, onOutdated: () => void this.#agent.again() });
    this.#target = new TargetLink({ crypto, table: plant.tables["AP 2"] });
    const noise = streams("access points of the story");
    const own = { ...crypto, randomBytes: (length: number) => noise.fill(new Uint8Array(length)) };
    this.#ports = {
      "AP 1": this.#port(own, "AP 1", this.#serving),
      "AP 2": this.#port(own, "AP 2", plant.service, () => this.#target.requestFor(spa)),
    };
    const root = plant.store.load().devices.find((one) => equalOctets(one.spa, spa))?.root;
    if (!root) throw new Error("the key service does not know the station");
    this.#site = new AmpSite({
      scheme,
      seed: scenario.seed,
      network: new VirtualNetwork(this.#time, {
        delay_ms: NETWORK_ms,
        tap: (...heard) => tellsDatagram(teller, this.#time.now_ms() / 1000, ...heard),
      }),
      clock: this.#time,
      timing: DEFAULT_TIMING,
      ends: { spa, aa: AA["AP 1"], aaT: AA["AP 2"] },
      deviceKey: deviceKey(crypto, root, spa),
      serving: this.#serving,
      target: this.#target,
    });
    this.#agent = new StationAgent({ mobile: this.#site.mn, link: this.#serving, spa });
  }

  async goes(): Promise<Lived> {
    const { teller, scenario, onProgress } = this.#options;
    teller.clock(0);
    // Agent, PoSs and group manager know each other before any station moves.
    teller.begins("the access points get to know each other");
    await this.#time.of(this.#site.attach());
    await this.#time.of(this.#site.associate());
    await this.#passTo(this.#world.plan.period_s / 2);
    teller.begins("readings on harvested power");
    const { plan, media, streams } = this.#world;
    const cell = new Cell({
      channel: 0,
      stations: [this.#station],
      ap: this,
      medium: media[0],
      plan,
      repeats: scenario.ap.repeats,
      capture_dB: scenario.air.capture_dB,
      random: streams("slots 0").uniform,
      start_s: plan.period_s,
      end_s: scenario.duration_s,
    });
    const process = cell.live();
    for (let next = process.next(); !next.done; next = process.next()) {
      await this.#passTo(next.value);
      onProgress?.(next.value);
    }
    this.#station.advanceTo(scenario.duration_s);
    this.#station.end();
    teller.clock(scenario.duration_s);
    return this.#told();
  }

  close(): void {
    this.#site.close();
  }

  trigger(channel: number, turn: number, now_s: number): Uint8Array {
    const { teller } = this.#options;
    if (this.#lane === "AP 1" && now_s >= this.#move_s) {
      this.#lane = "AP 2";
      teller.begins("readings at the next access point");
      teller.says("station", "is where it hears AP 2, and AP 1 no more");
    }
    return this.#ports[this.#lane].trigger(channel, turn, now_s);
  }

  repeat(channel: number, now_s: number): Uint8Array | undefined {
    return this.#ports[this.#lane].repeat(channel, now_s);
  }

  receive(channel: number, frame: Uint8Array, now_s: number): ReturnType<CellAp["receive"]> {
    const answer = this.#ports[this.#lane].receive(channel, frame, now_s);
    const { received } = answer;
    const { spa } = this.#station;
    if (this.#lane === "AP 2") {
      if (received.kind === "reading") this.#arrived(now_s);
    } else if (received.kind === "data") {
      const done = this.#serving.answered(spa, received.payload);
      if (done) this.#knows(done, now_s);
    }
    return answer;
  }

  /** Whatever 802.21 does until then. */
  async #passTo(now_s: number): Promise<void> {
    if (!this.#isWished && now_s >= this.#wish_s) {
      await this.#passes(this.#wish_s);
      this.#wishes();
    }
    await this.#passes(now_s);
  }

  async #passes(to_s: number): Promise<void> {
    await this.#time.pass(Math.max(0, to_s * 1000 - this.#time.now_ms()));
    this.#options.teller.clock(to_s);
  }

  #wishes(): void {
    const { teller } = this.#options;
    this.#isWished = true;
    teller.begins("the way to the next access point");
    teller.says("AP 1", "the station is to be read by AP 2 next: its agent prepares a handover");
    const asked_ms = this.#time.now_ms();
    void this.#agent.prepare(link80211(AA["AP 2"])).then((prepared) => {
      if (typeof prepared === "string")
        this.#failed = {
          chapter: "the way to the next access point",
          reason: `802.21 did not prepare the handover: ${prepared}`,
        };
      else {
        this.#prepared_s = (this.#time.now_ms() - asked_ms) / 1000;
        const seen = prepared.isTainted
          ? "AP 1 has had it in its hands"
          : "AP 1 has passed it on wrapped, and can open it by the MSK";
        teller.says("AP 2", `has a key of the station for ${prepared.lifetime_s} s; ${seen}`);
      }
    });
  }

  #knows(done: Parameters<StationAgent["told"]>[0], now_s: number): void {
    this.#told_s ??= now_s - this.#wish_s;
    this.#options.teller.says(
      "station",
      "has opened the key of AP 2, keeps it in its NVM, and has answered with its name",
    );
    void this.#agent.told(done);
  }

  #arrived(now_s: number): void {
    const { spa } = this.#station;
    const isAdmitted = this.#target.of(spa) !== undefined;
    this.#target.took(spa, "handover PMK");
    if (this.#first_s !== null) return;
    this.#first_s = now_s - this.#move_s;
    const by = isAdmitted ? "under the key that 802.21 brought" : "under a key of its own";
    this.#options.teller.says("AP 2", `has the first reading of the station, ${by}`);
  }

  #port(
    crypto: Crypto,
    lane: ApLane,
    service: KeyDesk,
    requestFor?: () => Pick<TriggerRequest, "to" | "handover"> | undefined,
  ): ApPort {
    const { plan, observer, stations, streams, scenario } = this.#world;
    const { ap } = scenario;
    return new ApPort({
      ap: new AccessPoint({
        crypto,
        keys: this.#options.plant.tables[lane],
        service,
        triggerSpan_s: () => plan.round_s,
      }),
      plan,
      observer,
      stations,
      requestFor,
      triggerData_octets: ap.trigger_data_octets,
      confirmData_octets: ap.confirm_data_octets,
      words: streams(`words of ${lane}`),
    });
  }

  #told(): Lived {
    const { tally, supply } = this.#station;
    const taken = (lane: ApLane): number => this.#ports[lane].taken[0];
    return {
      readings: { "AP 1": taken("AP 1"), "AP 2": taken("AP 2") },
      confirmed: tally.confirmed,
      lives: tally.lives,
      deaths: tally.deaths,
      deathsByPhase: tally.deathsByPhase,
      spent_J: supply.capacitor.spent_J,
      wasted_J: tally.wasted_J,
      wish_s: this.#wish_s,
      move_s: this.#move_s,
      prepared_s: this.#prepared_s,
      told_s: this.#told_s,
      first_s: this.#first_s,
      violations: this.#world.observer.violations,
      timeline: this.#recorder.timeline(),
      failed: this.#broken() ?? this.#failed ?? this.#missing(),
    };
  }

  /** Nothing else that went wrong hides it. */
  #broken(): Failed | undefined {
    const broken = this.#world.observer.verdicts().find(({ violations }) => violations > 0);
    if (!broken) return undefined;
    return { chapter: "readings on harvested power", reason: `a rule was broken: ${broken.rule}: ${broken.first}` };
  }

  /** What a whole story has and this one has not. */
  #missing(): Failed | undefined {
    const failed = (chapter: Chapter, what: string): Failed => ({ chapter, reason: `${what}; ${ELSEWHERE}` });
    if (this.#ports["AP 1"].taken[0] === 0) return failed("readings on harvested power", "AP 1 took no reading");
    if (this.#first_s === null) return failed("readings at the next access point", "AP 2 took no reading");
    return undefined;
  }
}
