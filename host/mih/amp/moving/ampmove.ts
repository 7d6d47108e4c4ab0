/**
 * An AMP station on harvested energy that is moved from one AP to the next: the simulator's station, air and parts, with the
 * APs, desks and key service as they are. Virtual time only.
 *
 *     AP 1: sessions ── wish ── K there ── HANDOVER in an M3 ── answer ── ... ── move ── AP 2: trigger ... reading taken
 */

import { AccessPoint, type TriggerRequest } from "../../../ap/accesspoint.ts";
import { HandoverDesk } from "../../../ap/handoverdesk.ts";
import { PmkTable } from "../../../ap/pmks.ts";
import { Withheld } from "../../../ap/withheld.ts";
import type { Air } from "../../../channel/medium.ts";
import { deviceKey } from "../../../keys/handover.ts";
import { ApPort } from "../../../sim/apport.ts";
import { Cell, type CellAp } from "../../../sim/cell.ts";
import type { Scenario } from "../../../sim/scenario/schema.ts";
import type { Station } from "../../../sim/station.ts";
import { buildWorld, type Materials, spaOf, type World } from "../../../sim/world.ts";
import { FC } from "../../../wire/fc.ts";
import { MAC } from "../../../wire/mac.ts";
import { equalOctets, readLe16 } from "../../../wire/octets.ts";
import { SCHEMES, type Scheme } from "../../schemes/scheme.ts";
import { ServingLink } from "../servinglink.ts";
import { TargetLink } from "../targetlink.ts";
import { CountedAir } from "./counted.ts";
import { type Moved, NO_SIDE, NO_TRAFFIC, type Traffic, type Way } from "./moved.ts";
import { type Played, played } from "./roleplay.ts";
import { Told } from "./told.ts";

/** Locally administered, as the simulator's own AP's is, which has nobody here. */
const AAS = [Uint8Array.of(0x02, 0xa0, 0, 0, 0, 1), Uint8Array.of(0x02, 0xa0, 0, 0, 0, 2)] as const;
/** Some other station of the next AP's. */
const OTHER = spaOf(0xffff);
const ROOT_OCTETS = 32;
const GENERATION = 0;

/**
 * Octets that a PMK takes between AP and key service: SPA(6) ‖ generation(1) ‖ PMK(32); and those of the question for an ID
 * that an AP does not know: AA(6) ‖ ID(2) ‖ generation(1). Assumption: fields alone, without what protects them on the way.
 */
const GRANT_OCTETS = 39;
const QUESTION_OCTETS = 9;

export type AmpWay = Extract<Way, Scheme | "nothing" | "modifier">;

/** When things happen, s from the beginning of the run. */
export interface Times {
  readonly wish_s: number;
  readonly move_s: number;
  /** From the first trigger of the next AP on, for so long. */
  readonly patience_s: number;
}

export interface AmpMoveOptions {
  /** Of one station; its duration is not used. */
  readonly scenario: Scenario;
  readonly materials: Materials;
  readonly way: AmpWay;
  readonly times: Times;
  /** Of the network between APs, one way. */
  readonly network_ms: number;
  /** Of datagrams of 802.21 there. */
  readonly networkLoss: number;
  /** Of the key service, there and back. */
  readonly keyService_ms: number;
}

/** One move. @throws ScenarioError or EnergyError for a scenario that does not fit. */
export async function ampMove(options: AmpMoveOptions): Promise<Moved> {
  const move = new AmpMove(options);
  await move.prepares();
  return move.run();
}

const isScheme = (way: AmpWay): way is Scheme => (SCHEMES as readonly string[]).includes(way);

/** By scheme, seed, delay and loss, which are all that a play follows from: the conditions of a seed share it. */
const plays = new Map<string, Promise<Played>>();

class AmpMove implements CellAp {
  readonly #options: AmpMoveOptions;
  readonly #world: World;
  readonly #station: Station;
  readonly #ports: readonly [ApPort, ApPort];
  readonly #serving: ServingLink;
  readonly #target: TargetLink;
  readonly #tables: readonly [PmkTable, PmkTable];
  readonly #withheld: Withheld;
  readonly #air: CountedAir;
  readonly #told: Told;
  #play: Played | undefined;
  #isInstalled = false;
  #firstTrigger_s: number | undefined;
  /** What had been spent at that instant, and the deaths until then. */
  #at = { spent_J: 0, quiet_J: 0, deaths: 0 };
  /** The key service's answer comes then; how often it was asked. */
  #asked_s = Number.POSITIVE_INFINITY;
  #asked = 0;
  /** From the wish on, that of the station. */
  #answered_s: number | null = null;
  #after: Moved["after"] | undefined;
  #delay_s: number | null = null;
  #airBefore = NO_TRAFFIC;
  #m1_octets = 0;
  /** When the reading was taken. */
  #e_J = 0;
  #active_J = 0;

  constructor(options: AmpMoveOptions) {
    const { scenario, materials, way, times } = options;
    this.#options = options;
    const whole = { ...scenario, duration_s: times.move_s + times.patience_s + 2 * scenario.ap.trigger_period_s };
    this.#world = buildWorld(whole, { ...materials, isRoaming: isScheme(way) });
    const { crypto, keys, plan, observer, stations, streams, media } = this.#world;
    this.#station = stations[0];
    const { spa } = this.#station;
    const noise = streams("access points");
    const own = { ...crypto, randomBytes: (length: number) => noise.fill(new Uint8Array(length)) };
    this.#tables = [new PmkTable(AAS[0], crypto), new PmkTable(AAS[1], crypto)];
    // Another AP's PMK of that station is what 802.21 brings; without it, the key service.
    this.#withheld = new Withheld(this.#tables[1], spa, way !== "modifier");
    keys.serve(this.#tables[0]);
    keys.serve(this.#withheld);
    keys.enrol(OTHER, streams("root of another").fill(new Uint8Array(ROOT_OCTETS)));
    this.#serving = new ServingLink({ crypto, desk: new HandoverDesk(keys) });
    this.#target = new TargetLink({ crypto, table: this.#tables[1] });
    const triggerSpan_s = (): number => plan.round_s;
    const port = (which: 0 | 1, requestFor?: () => Pick<TriggerRequest, "to" | "handover"> | undefined): ApPort =>
      new ApPort({
        ap: new AccessPoint({
          crypto: own,
          keys: this.#tables[which],
          service: which === 0 ? this.#serving : keys,
          triggerSpan_s,
        }),
        plan,
        observer,
        stations,
        requestFor,
        triggerData_octets: 0,
        confirmData_octets: 0,
        words: streams("words"),
      });
    this.#ports = [port(0), port(1, () => (isScheme(way) ? this.#target.requestFor(spa) : undefined))];
    this.#air = new CountedAir(media[0], (air) => this.#counts(air));
    const isTelling = (): boolean => this.#isInstalled && this.#serving.of(spa)?.generation === undefined;
    this.#told = new Told(this.#station, isTelling, plan.slot_s);
  }

  /** What 802.21 does, for a scheme of it. */
  async prepares(): Promise<void> {
    const { way, scenario, network_ms, networkLoss } = this.#options;
    if (!isScheme(way)) return;
    const { crypto, store } = this.#world;
    const { spa } = this.#station;
    const device = store.load().devices.find((one) => equalOctets(one.spa, spa));
    if (!device) throw new Error("the key service does not know its own station");
    const key = `${way} ${scenario.seed} ${network_ms} ${networkLoss}`;
    const play =
      plays.get(key) ??
      played({
        scheme: way,
        seed: scenario.seed,
        ends: { spa, aa: AAS[0], aaT: AAS[1] },
        deviceKey: deviceKey(crypto, device.root, spa),
        delay_ms: network_ms,
        loss: networkLoss,
        generation: GENERATION,
      });
    plays.set(key, play);
    this.#play = await play;
  }

  run(): Moved {
    const { plan, scenario, streams } = this.#world;
    const cell = new Cell({
      channel: 0,
      stations: [this.#station],
      ap: this,
      medium: this.#air,
      plan,
      repeats: 0,
      capture_dB: scenario.air.capture_dB,
      random: streams("slots 0").uniform,
      start_s: plan.period_s,
      end_s: scenario.duration_s,
    });
    for (const process = cell.live(); this.#after === undefined && !process.next().done; );
    const { violations } = this.#world.observer;
    if (violations > 0) {
      const broken = this.#world.observer.verdicts().find((one) => one.violations > 0);
      throw new Error(`a rule was broken: ${JSON.stringify(broken)}`);
    }
    const after = this.#after ?? this.#sideAfter();
    return {
      delay_s: this.#delay_s,
      preparation_s: this.#answered_s,
      before: { ...this.#told.side, air: this.#airBefore, network: this.#networkBefore },
      after,
    };
  }

  trigger(channel: number, turn: number, now_s: number): Uint8Array {
    const { times } = this.#options;
    if (this.#play && !this.#isInstalled && now_s >= times.wish_s + this.#play.duration_s) {
      this.#play.deliver(this.#serving, this.#target);
      this.#isInstalled = true;
    }
    if (now_s >= this.#asked_s) this.#withheld.give();
    if (this.#firstTrigger_s === undefined && now_s >= times.move_s) this.#moves(now_s);
    // Until here also the M3 that followed the reading is in the account, and what the station wrote of it.
    if (this.#delay_s !== null) this.#after ??= { ...this.#sideAfter(), e_J: this.#e_J, active_J: this.#active_J };
    return this.#port.trigger(channel, turn, now_s);
  }

  repeat(channel: number, now_s: number): Uint8Array | undefined {
    return this.#port.repeat(channel, now_s);
  }

  receive(channel: number, frame: Uint8Array, now_s: number): ReturnType<CellAp["receive"]> {
    const answer = this.#port.receive(channel, frame, now_s);
    const { received } = answer;
    if (this.#firstTrigger_s === undefined) {
      if (received.kind === "reading") this.#told.taken();
      if (received.kind === "data" && this.#serving.answered(this.#station.spa, received.payload)) {
        this.#told.answered();
        this.#answered_s = now_s - this.#options.times.wish_s;
      }
    } else if (received.kind === "reading" && this.#delay_s === null) {
      this.#delay_s = now_s - this.#firstTrigger_s;
      [this.#e_J, this.#active_J] = [this.#spent_J, this.#activeSince_J];
    } else if (received.kind === "refused" && received.reason === "not for me") this.#unknown(frame, now_s);
    return answer;
  }

  get #port(): ApPort {
    return this.#ports[this.#firstTrigger_s === undefined ? 0 : 1];
  }

  get #networkBefore(): Traffic {
    if (this.#options.way === "modifier") return { messages: 1, octets: GRANT_OCTETS };
    return this.#play?.network ?? NO_TRAFFIC;
  }

  #moves(now_s: number): void {
    const { supply, tally, nvm } = this.#station;
    this.#firstTrigger_s = now_s;
    this.#told.over();
    nvm.log = [];
    this.#airBefore = this.#air.take();
    this.#at = { spent_J: supply.capacitor.spent_J, quiet_J: this.#quiet_J, deaths: tally.deaths };
  }

  /** An M2 of an ID that the next AP does not know: perhaps somebody who has moved here. */
  #unknown(frame: Uint8Array, now_s: number): void {
    const { keyService_ms, way } = this.#options;
    if (way !== "nothing" || this.#asked > 0 || readLe16(frame, MAC.id) !== this.#station.id) return;
    this.#asked++;
    this.#asked_s = now_s + keyService_ms / 1000;
  }

  /** Before the move what telling adds; behind it every frame, of the M1s those that the station answers. */
  #counts({ direction, octets }: Air): Traffic {
    if (this.#firstTrigger_s === undefined) return this.#told.counts(direction, octets);
    const isM1 = direction === "down" && octets[MAC.fc] === FC.Trigger;
    if (isM1) this.#m1_octets = octets.length;
    if (isM1 || (this.#delay_s !== null && direction === "up")) return NO_TRAFFIC;
    const isM2 = octets[MAC.fc] === FC.Response;
    return { messages: isM2 ? 2 : 1, octets: octets.length + (isM2 ? this.#m1_octets : 0) };
  }

  get #spent_J(): number {
    return this.#station.supply.capacitor.spent_J - this.#at.spent_J;
  }

  get #quiet_J(): number {
    const { ledger } = this.#station.supply;
    return ledger.ofPhase("listen") + ledger.ofPhase("sleep");
  }

  get #activeSince_J(): number {
    return this.#spent_J - (this.#quiet_J - this.#at.quiet_J);
  }

  #sideAfter(): Moved["after"] {
    const { nvm, tally } = this.#station;
    const asked = this.#asked > 0;
    return {
      ...NO_SIDE,
      air: this.#air.take(),
      network: asked ? { messages: 2, octets: QUESTION_OCTETS + GRANT_OCTETS } : NO_TRAFFIC,
      e_J: this.#spent_J,
      active_J: this.#activeSince_J,
      nvm_octets: (nvm.log ?? []).reduce((sum, { written }) => sum + written, 0),
      deaths: tally.deaths - this.#at.deaths,
    };
  }
}
