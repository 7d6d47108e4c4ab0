/** A station of a scenario, for itself: what world.ts makes many of, over an NVM and entropy of its maker. */

import { receivedByAp_dBm } from "../channel/collide.ts";
import type { Nvm } from "../device/nvm.ts";
import { Device } from "../device/runner.ts";
import { Silicon } from "../device/silicon.ts";
import { m2Work } from "../device/work.ts";
import { Observer } from "../observer/observer.ts";
import { Ledger } from "../sim/ledger.ts";
import { loadsOf } from "../sim/loads.ts";
import { duration_s, planOf } from "../sim/plan.ts";
import { profilesOf } from "../sim/profiles.ts";
import type { Scenario } from "../sim/scenario/schema.ts";
import { Station } from "../sim/station.ts";
import { storesOf } from "../sim/stores.ts";
import { streamsOf } from "../sim/streams.ts";
import { Supply } from "../sim/supply.ts";
import type { Life } from "../sim/tally.ts";
import { checkClass, type Materials } from "../sim/world.ts";
import { idOf } from "../wire/id.ts";
import { readingMaxOctets } from "../wire/profile.ts";
import type { Trigger } from "../wire/trigger.ts";

export interface RemoteStationOptions {
  readonly scenario: Scenario;
  readonly materials: Materials;
  readonly spa: Uint8Array;
  /** In its readings: 0..65,535. */
  readonly index: number;
  readonly nvm: Nvm;
  readonly entropy: (into: Uint8Array) => boolean;
  readonly onLife?: (life: Life) => void;
}

export interface RemoteStation {
  readonly station: Station;
  /** As RemoteOptions has it. */
  readonly compute_s: (m1: Trigger) => number | undefined;
  readonly waitMax_s: number;
}

/** @throws ScenarioError or EnergyError, each one sentence, for a scenario that does not fit together. */
export function remoteStation(options: RemoteStationOptions): RemoteStation {
  const { scenario, materials, spa, index, nvm, entropy, onLife } = options;
  const { crypto, module } = materials;
  const streams = streamsOf(crypto, scenario.seed);
  const profiles = profilesOf(scenario, materials.converter);
  checkClass(scenario, profiles);
  const silicon = new Silicon(module.octets, { weights: profiles.mcu.weights, names: module.names });
  const plan = planOf({ ...scenario, ap: unknownAp(scenario) }, profiles, silicon);
  const supply = new Supply(
    storesOf(scenario, profiles, streams, materials)(0),
    new Ledger(),
    loadsOf(profiles),
    profiles,
    plan.longestCall,
  );
  const { reading_octets, encrypt, ram, data_frames, distance_m } = scenario.stations;
  const random = streams("power failures").uniform;
  const station = new Station({
    index,
    spa,
    id: idOf(crypto, spa),
    power_dBm: receivedByAp_dBm(distance_m[0]),
    device: new Device(silicon, { nvm, power: supply, entropy, ram, random }),
    nvm,
    supply,
    observer: new NoObserver(),
    reading: { octets: reading_octets, encrypt },
    dataFrames: data_frames,
    onLife,
  });
  const compute_s = ({ profile, modifier, dlData }: Trigger): number | undefined => {
    if (reading_octets > readingMaxOctets(profile)) return undefined;
    const kind = {
      profile,
      hasModifier: modifier !== undefined,
      dlData_octets: dlData.length,
      reading_octets,
      encrypt,
    };
    return duration_s(m2Work(silicon, kind), profiles);
  };
  return { station, compute_s, waitMax_s: plan.waitMax_s };
}

/** What the AP does, it says itself: of the scenario's, nothing may stand against it. */
function unknownAp({ ap }: Scenario): Scenario["ap"] {
  return { ...ap, profile: "compact", slots: 1, slot_us: "auto", repeats: 0, trigger_period_s: 60 };
}

/** An observer has to see both ends of the air: one that sees one end knows nothing, and keeps nothing. */
class NoObserver extends Observer {
  override booted(): void {}
  override took(): void {}
  override sentData(): void {}
  override withholds(): void {}
  override released(): void {}
  override balances(): void {}
}
