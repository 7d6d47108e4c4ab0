/*
 * A scenario lived by RSN stations: the same parts, harvest and air as AMP's (host/sim), with an association where that has
 * an exchange. What a scenario says of triggers and their slots means nothing here but for the period, which is how often
 * a station has a reading.
 */
import { Lossy } from "../../channel/medium.ts";
import { nodeCrypto } from "../../crypto/node.ts";
import { Nvm } from "../../device/nvm.ts";
import { Capacitor } from "../../energy/capacitor.ts";
import { valuesOf } from "../../energy/profiles/profile.ts";
import type { Trace } from "../../energy/traces/trace.ts";
import { harvestsOf } from "../../sim/harvests.ts";
import { Ledger } from "../../sim/ledger.ts";
import { loadsOf } from "../../sim/loads.ts";
import { profilesOf } from "../../sim/profiles.ts";
import { ScenarioError } from "../../sim/scenario/read.ts";
import type { Scenario } from "../../sim/scenario/schema.ts";
import { streamsOf } from "../../sim/streams.ts";
import { Supply } from "../../sim/supply.ts";
import { checkClass, spaOf } from "../../sim/world.ts";
import type { RsnAp } from "../ap/rsnap.ts";
import { associate, networkOf, type Provisioned } from "../pair.ts";
import { RsnDevice, rsnSilicon } from "../station/device.ts";
import { loadRsnStation } from "../station/load.ts";
import { RSN_RECORD_OCTETS, type RsnAkm } from "../station/record.ts";
import { RsnCell } from "./cell.ts";
import { SimulatedRsnStation } from "./station.ts";
import type { RsnLife } from "./tally.ts";

/** More than any call of the module takes on any weights: 1/16 cycle. */
const LONGEST_CALL = 2 ** 28;

export interface RsnRunOptions {
  readonly scenario: Scenario;
  readonly module: Uint8Array;
  readonly akm: RsnAkm;
  /** For a harvest of source trace. */
  readonly trace?: Trace;
  /** The stations have associated before: they and the AP keep a PMKSA. */
  readonly isCached?: boolean;
  readonly onLife?: (life: RsnLife) => void;
  /** Ends the run before its time, asked between two frames. */
  readonly done?: (stations: readonly SimulatedRsnStation[]) => boolean;
}

export interface RsnRun {
  readonly cell: RsnCell;
  readonly stations: readonly SimulatedRsnStation[];
}

/** Lives the scenario to its end. @throws ScenarioError or EnergyError, each one sentence, for what does not fit. */
export function rsnRun({ scenario, module, akm, trace, isCached = false, onLife, done }: RsnRunOptions): RsnRun {
  const { stations: given, ap: radio, air, seed, duration_s } = scenario;
  checkBaseline(scenario);
  const profiles = profilesOf(scenario);
  checkClass(scenario, profiles);
  const streams = streamsOf(nodeCrypto, seed);
  const spas = Array.from({ length: given.count }, (_, index) => spaOf(index));
  const { ap, stations: provisioned } = networkOf(spas, { akm, seed });
  const silicon = rsnSilicon(module, profiles.mcu.weights);
  const harvestOf = harvestsOf(scenario, streams, trace);
  const loads = loadsOf(profiles);
  const stations = provisioned.map((one, index) => {
    const { spa, image, entropy } = one;
    const nvm = new Nvm(image, RSN_RECORD_OCTETS);
    if (isCached) associates(module, ap, nvm, one);
    const capacitor = new Capacitor(valuesOf(profiles.storage), harvestOf(index), given.vStart_V);
    const supply = new Supply(capacitor, new Ledger(), loads, profiles, LONGEST_CALL);
    const random = streams(`power failures ${index}`).uniform;
    const device = new RsnDevice(silicon, { nvm, power: supply, entropy, ram: given.ram, random });
    const { reading_octets } = given;
    return new SimulatedRsnStation({
      index,
      spa,
      device,
      nvm,
      supply,
      reading_octets,
      period_s: radio.trigger_period_s,
      onLife,
    });
  });
  const random = { down: streams("loss down 0").uniform, up: streams("loss up 0").uniform };
  const cell = new RsnCell({
    stations,
    ap,
    medium: new Lossy({ down: air.loss_down, up: air.loss_up }, random),
    dlRate_kbps: radio.dl_rate_kbps,
    ulRate_kbps: radio.ul_rate_kbps,
    padding_us: radio.padding_us,
    end_s: duration_s,
  });
  cell.run(done && (() => done(stations)));
  for (const station of stations) {
    if (!done) station.advanceTo(duration_s);
    station.end();
  }
  return { cell, stations };
}

/** An association from power that does not fail, before the run begins. @throws Error when it does not come to its end. */
function associates(module: Uint8Array, ap: RsnAp, nvm: Nvm, { spa, entropy }: Provisioned): void {
  const station = loadRsnStation(module, {
    entropy,
    nvmRead: (offset, into) => nvm.nvmRead(offset, into),
    nvmWrite: (offset, octets) => nvm.nvmWrite(offset, octets),
  });
  station.boot();
  associate(station, ap);
  if (!ap.isAuthorized(spa)) throw new Error("an honest station was not let in");
}

/** Of what may happen in a scenario of AMP's, not all is for a baseline. @throws ScenarioError for what is not. */
export function checkBaseline({ air, stations, converter, supervisor }: Scenario): void {
  if (converter !== null || supervisor !== null) {
    const given = converter === null ? "supervisor" : "converter";
    throw new ScenarioError(`${given} is set, where the baseline's stations are fed without one: null would do`);
  }
  if (air.channels > 1) {
    throw new ScenarioError(`air.channels is ${air.channels}, where the baseline's stations share one`);
  }
  const { flip_down, flip_up, truncate_down, truncate_up, replay_down, replay_up, forged_trigger_period_s } = air;
  const others = { flip_down, flip_up, truncate_down, truncate_up, replay_down, replay_up, forged_trigger_period_s };
  const [name] = Object.entries(others).find(([, value]) => value > 0) ?? [];
  if (name) throw new ScenarioError(`air.${name} is set, where on the baseline's air frames are lost and no more`);
  if (stations.data_frames > 0) {
    throw new ScenarioError(`stations.data_frames is ${stations.data_frames}, where a baseline has nothing like it`);
  }
}
