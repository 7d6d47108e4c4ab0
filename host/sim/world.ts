/*
 * A scenario's people and things, put together: keys, AP, stations, air. Everything random comes from a stream of its own.
 */
import { AccessPoint } from "../ap/accesspoint.ts";
import { PmkTable } from "../ap/pmks.ts";
import { dlAirtime_us } from "../channel/airtime.ts";
import { Attacked, type Plan as AttackPlan, forgedTriggers } from "../channel/attacker.ts";
import { receivedByAp_dBm } from "../channel/collide.ts";
import { Faulty } from "../channel/faults.ts";
import { Lossy, type Medium } from "../channel/medium.ts";
import { ownAttacker } from "../channel/ownattacker.ts";
import { triggerSpan_s } from "../channel/slots.ts";
import { type Sink, Tap } from "../channel/tap.ts";
import type { Crypto } from "../crypto/crypto.ts";
import { Nvm } from "../device/nvm.ts";
import type { Onlooker } from "../device/powered.ts";
import { Device } from "../device/runner.ts";
import { Silicon } from "../device/silicon.ts";
import type { Weights } from "../device/weights.ts";
import type { Recording } from "../energy/traces/recording.ts";
import type { Trace } from "../energy/traces/trace.ts";
import { encodeRecord } from "../keys/record.ts";
import { KeyService } from "../keys/service.ts";
import { type KeyStore, MemoryStore } from "../keys/store.ts";
import { Observer } from "../observer/observer.ts";
import { idOf } from "../wire/id.ts";
import { BROADCAST_ID, OVERHEAD_OCTETS } from "../wire/mac.ts";
import { emitTrigger, MODIFIER_OCTETS, triggerMinOctets } from "../wire/trigger.ts";
import { ACCESS, SLOT_UNIT_us } from "../wire/triggerinfo.ts";
import { Ledger } from "./ledger.ts";
import { loadsOf } from "./loads.ts";
import type { Arrival, Place } from "./place.ts";
import { type Plan, planOf } from "./plan.ts";
import { type Profiles, profilesOf } from "./profiles.ts";
import type { Recorder } from "./record/recorder.ts";
import { ScenarioError } from "./scenario/read.ts";
import type { Scenario } from "./scenario/schema.ts";
import type { ConverterModel } from "./stage.ts";
import { Station } from "./station.ts";
import { storesOf } from "./stores.ts";
import { type Streams, streamsOf } from "./streams.ts";
import { Supply } from "./supply.ts";
import type { Life } from "./tally.ts";

const us = 1e-6;
const ROOT_OCTETS = 32;

/** The AP's address, a locally administered one; those of stations end in their number, those of strangers begin otherwise. */
const AA = Uint8Array.of(0x02, 0xa0, 0, 0, 0, 0);
const STRANGE_AA = Uint8Array.of(0x06, 0xbd, 0, 0, 0, 0);

/** What an attacker on the air may know before the run: the scenario and what follows from it, and no key. */
export interface AirFacts {
  readonly scenario: Scenario;
  readonly plan: Plan;
  /** He is made once for each. */
  readonly channel: number;
}

/** What a scenario does not hold. */
export interface Materials {
  /** Its randomBytes are not used: whoever needs some has a stream. */
  readonly crypto: Crypto;
  /** A station module, and the names of its functions if they are known. */
  readonly module: { readonly octets: Uint8Array; readonly names?: readonly string[] };
  /** For a harvest of source trace. */
  readonly trace?: Trace;
  /** The same with the voltages and currents that a converter asks for; it goes before `trace`. */
  readonly recording?: Recording;
  /** What converter.file of the scenario says. */
  readonly converter?: ConverterModel;
  /** The stations' NVM images to start from; provisioned ones if left out. */
  readonly images?: readonly Uint8Array[];
  /** Their module is the roaming build, whose record is longer. */
  readonly isRoaming?: boolean;
  readonly onLife?: (life: Life) => void;
  /** Makes the sink that is told of every frame on the air, as the parties see it. */
  readonly tap?: (run: Pick<World, "scenario" | "plan">) => Sink;
  /** Makes whoever else is on the air of a channel, beside the strangers of the scenario. */
  readonly attacker?: (facts: AirFacts) => AttackPlan;
  /** Tell what each function of the module spends. */
  readonly byFunction?: boolean;
  /** Hears of the stations that it draws, and of every life. */
  readonly recorder?: Recorder;
  /** Of a cell that is one of many. */
  readonly place?: Place;
  /** Who looks on as the device of that station works. */
  readonly onlookerOf?: (station: number, nvm: Nvm) => Onlooker | undefined;
}

export interface World {
  readonly scenario: Scenario;
  readonly crypto: Crypto;
  readonly profiles: Profiles;
  readonly plan: Plan;
  /** The module that all stations run. */
  readonly silicon: Silicon;
  readonly stations: Station[];
  /** Makes one that comes in the middle of the run, known to the key service. */
  readonly arrived: (arrival: Arrival) => Station;
  readonly ap: AccessPoint;
  readonly keys: KeyService;
  /** What the key service has committed. */
  readonly store: KeyStore;
  /** By channel. */
  readonly media: readonly Medium[];
  readonly observer: Observer;
  readonly streams: Streams;
}

/** @throws ScenarioError or EnergyError, each one sentence, for a scenario that does not fit together. */
export function buildWorld(scenario: Scenario, materials: Materials): World {
  const { crypto, recorder, onLife, place } = materials;
  const streams = streamsOf(crypto, scenario.seed);
  const profiles = profilesOf(scenario, materials.converter);
  checkClass(scenario, profiles);
  const silicon = siliconOf(materials, profiles.mcu.weights);
  const plan = planOf(scenario, profiles, silicon);
  // What the plan had to try is no station's.
  silicon.byFunction?.reset();
  // R3: a session is over when the next trigger of its channel goes out; one more, to see an AP that does not know that.
  const observer = new Observer({ sessionLasts_s: 2 * plan.period_s + plan.round_s });
  const noise = streams("access point");
  const apCrypto = { ...crypto, randomBytes: (length: number) => noise.fill(new Uint8Array(length)) };
  const secrets = streams("roots");
  const master = secrets.fill(new Uint8Array(ROOT_OCTETS));
  const store = new MemoryStore();
  const keys = new KeyService({ crypto: apCrypto, master, store });
  const pmks = new PmkTable(place?.aa ?? AA, crypto);
  keys.serve(pmks, scenario.ap.modifier ? undefined : "direct");
  const ap = new AccessPoint({ crypto: apCrypto, keys: pmks, service: keys, triggerSpan_s: triggerSpan_s(plan) });

  const storeOf = storesOf(scenario, profiles, streams, materials);
  const loads = loadsOf(profiles);
  const stationOf = (index: number, arrival?: Arrival): Station => {
    const spa = place?.spaOf(index) ?? spaOf(index);
    const psk = place?.rootOf(index) ?? secrets.fill(new Uint8Array(ROOT_OCTETS));
    if (!keys.has(spa)) keys.enrol(spa, psk);
    const roaming = materials.isRoaming;
    const image = arrival?.image ?? materials.images?.[index];
    const nvm = new Nvm(image ?? encodeRecord({ spa, psk, counter: 0, roaming }));
    const { reading_octets, encrypt, ram } = scenario.stations;
    const capacitor = storeOf(index, arrival?.at_s);
    const supply = new Supply(capacitor, new Ledger(), loads, profiles, plan.longestCall);
    const watcher = recorder?.watch(index, { capacitance_F: profiles.storage.capacitance_F.value, e_J: capacitor.e_J });
    if (watcher) supply.watch(watcher);
    const source = streams(`noise ${index}`);
    const entropy = (into: Uint8Array): boolean => source.fill(into).length > 0;
    const chance = streams(`power failures ${index}`).uniform;
    const onlooker = materials.onlookerOf?.(index, nvm);
    return new Station({
      index,
      spa,
      id: idOf(crypto, spa),
      power_dBm: receivedByAp_dBm(place?.apAt_m(index) ?? distanceOf_m(scenario, index)),
      device: new Device(silicon, { nvm, power: supply, entropy, ram, random: chance, onlooker }),
      nvm,
      supply,
      observer,
      reading: { octets: reading_octets, encrypt },
      dataFrames: scenario.stations.data_frames,
      onLife: (life) => {
        recorder?.lived(life);
        onLife?.(life);
      },
    });
  };
  const stations = Array.from({ length: scenario.stations.count }, (_, index) => stationOf(index));
  const arrived = (arrival: Arrival): Station => stationOf(arrival.index, arrival);
  const sink = materials.tap?.({ scenario, plan });
  const media = Array.from({ length: scenario.air.channels }, (_, channel) => {
    const air = mediumOf(scenario, plan, streams, channel);
    const { attacker } = materials;
    const medium = attacker ? new Attacked(air, ownAttacker(attacker, { scenario, plan, channel })) : air;
    return sink ? new Tap(medium, sink) : medium;
  });
  return { scenario, crypto, profiles, plan, silicon, stations, arrived, ap, keys, store, media, observer, streams };
}

/**
 * One for a module and an MCU: metering takes a while, and an instance serves any number of stations. One that tells
 * what its functions spend serves those of one world.
 */
function siliconOf({ module, byFunction }: Materials, weights: Weights): Silicon {
  if (byFunction) return new Silicon(module.octets, { weights, names: module.names, byFunction });
  const made = silicons.get(module) ?? new Map<Weights, Silicon>();
  silicons.set(module, made);
  const silicon = made.get(weights) ?? new Silicon(module.octets, { weights, names: module.names });
  made.set(weights, silicon);
  return silicon;
}
const silicons = new WeakMap<Materials["module"], Map<Weights, Silicon>>();

/**
 * 3.5.1 refuses backscatter stations (002-A12); what would be if they were let in can be asked.
 * @throws ScenarioError
 */
export function checkClass({ what_if }: Scenario, { radio }: Pick<Profiles, "radio">): void {
  if (radio.kind !== "backscatter" || what_if) return;
  throw new ScenarioError(
    `stations.radio is ${radio.name}, which 3.5.1 refuses: "backscatter non-AP AMP STAs may not use the security method ` +
      `described in this specification"; what_if: true lets it in and marks the result`,
  );
}

/** Of the station of that number. */
export function spaOf(index: number): Uint8Array {
  return Uint8Array.of(0x02, 0xc0, 0xff, 0xee, index >>> 8, index & 0xff);
}

/** From the nearest to the farthest, evenly. */
function distanceOf_m({ stations: { count, distance_m } }: Scenario, index: number): number {
  const [nearest, farthest] = distance_m;
  return count === 1 ? nearest : nearest + ((farthest - nearest) * index) / (count - 1);
}

function mediumOf({ air, ap }: Scenario, plan: Plan, streams: Streams, channel: number): Medium {
  const each = (name: string) => ({
    down: streams(`${name} down ${channel}`).uniform,
    up: streams(`${name} up ${channel}`).uniform,
  });
  const lossy = new Lossy({ down: air.loss_down, up: air.loss_up }, each("loss"));
  const faults = {
    down: { replay: air.replay_down, truncate: air.truncate_down, flip: air.flip_down },
    up: { replay: air.replay_up, truncate: air.truncate_up, flip: air.flip_up },
  };
  const isFaulty = Object.values(faults).some((one) => Object.values(one).some((probability) => probability > 0));
  const medium = isFaulty ? new Faulty(lossy, faults, each("faults")) : lossy;
  if (air.forged_trigger_period_s === 0) return medium;
  const stranger = streams(`stranger ${channel}`);
  const { profile } = plan;
  const slots = air.forged_trigger_slots || plan.info.slots;
  const slotDuration_4us = Math.ceil(air.forged_trigger_slot_us / SLOT_UNIT_us) || plan.info.slotDuration_4us;
  const info = { ...plan.info, slots, slotDuration_4us };
  const forge = (): Uint8Array =>
    emitTrigger({
      type: "Trigger",
      id: BROADCAST_ID,
      generation: 0,
      profile,
      info: { ...info, access: ACCESS.randomSlots, sessionId: stranger.whole(256) },
      aa: STRANGE_AA,
      aNonce: stranger.fill(new Uint8Array(profile.N)),
      modifier: ap.modifier ? stranger.fill(new Uint8Array(MODIFIER_OCTETS)) : undefined,
      dlData: new Uint8Array(),
    });
  const schedule = {
    channel,
    start_s: air.forged_trigger_period_s / 2,
    period_s: air.forged_trigger_period_s,
    airtime_s: (octets: number) => dlAirtime_us(octets, plan.dlRate_kbps, plan.padding_us) * us,
  };
  const least_s = schedule.airtime_s(OVERHEAD_OCTETS + triggerMinOctets(profile, ap.modifier));
  if (schedule.period_s < least_s) {
    throw new ScenarioError(
      `air.forged_trigger_period_s is ${schedule.period_s}, where 0, or the ${least_s} s or more that a forged trigger takes, is expected`,
    );
  }
  return new Attacked(medium, forgedTriggers(schedule, forge));
}
