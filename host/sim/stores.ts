/*
 * What each station lives on: its storage, fed by the scenario's source through its converter, watched by its supervisor.
 *
 *     no converter    the source's power goes into the storage
 *     boost           the source's power, by the converter's table, goes into the storage
 *     no boost        the source is connected to the storage, and feels its voltage
 */
import { Capacitor } from "../energy/capacitor.ts";
import { harvestThrough, needsVoltage, scaledRecording, throughBoost } from "../energy/converter.ts";
import { FedCapacitor } from "../energy/fedcapacitor.ts";
import { type Feed, steady } from "../energy/feed.ts";
import { connected, connectedAt } from "../energy/harvest/fed.ts";
import { type Harvest, silentUntil } from "../energy/harvest.ts";
import type { ConverterProfile } from "../energy/profiles/converter.ts";
import { valuesOf } from "../energy/profiles/profile.ts";
import type { Store } from "../energy/store.ts";
import { Supervised } from "../energy/supervised.ts";
import { powerOf } from "../energy/traces/power.ts";
import type { Recording } from "../energy/traces/recording.ts";
import { harvestsOf } from "./harvests.ts";
import type { Profiles } from "./profiles.ts";
import { ScenarioError } from "./scenario/read.ts";
import type { Scenario } from "./scenario/schema.ts";
import type { Streams } from "./streams.ts";
import type { Materials } from "./world.ts";

type Sources = Pick<Materials, "trace" | "recording" | "place">;
type Feeds = Pick<Profiles, "storage" | "converter" | "supervisor">;

/** Gives the store of a station by its number; of one that comes later, when, and with nothing stored. @throws ScenarioError or EnergyError for what does not fit together. */
export function storesOf(
  scenario: Scenario,
  profiles: Feeds,
  streams: Streams,
  sources: Sources,
): (station: number, from_s?: number) => Store {
  const { vStart_V } = scenario.stations;
  const storage = valuesOf(profiles.storage);
  const { supervisor } = profiles;
  const feedOf = feedsOf(scenario, profiles.converter, streams, sources);
  return (station, from_s) => {
    const feed = feedOf(station);
    if (from_s !== undefined) {
      if (supervisor || !("power" in feed))
        throw new ScenarioError("stations move: they have no converter and no supervisor");
      return new Capacitor(storage, silentUntil(feed.power, from_s), 0);
    }
    if (supervisor === undefined) {
      return "power" in feed ? new Capacitor(storage, feed.power, vStart_V) : new FedCapacitor(storage, feed, vStart_V);
    }
    const { check_s, brownout_V, brownoutDrain_A } = valuesOf(supervisor);
    const fed = "power" in feed ? steady(feed.power) : feed;
    const tank = new FedCapacitor({ ...storage, vOff_V: brownout_V }, fed, vStart_V);
    // Supervisors of different stations do not look at the same time.
    const phase_s = check_s * streams(`supervisor ${station}`).uniform();
    return new Supervised(tank, { check_s, phase_s, vOff_V: storage.vOff_V, brownoutDrain_A });
  };
}

/** A harvest that comes whatever the voltage is, or a feed that feels it. */
type Fed = { readonly power: Harvest } | Feed;

function feedsOf(
  scenario: Scenario,
  converter: ConverterProfile | undefined,
  streams: Streams,
  { trace, recording, place }: Sources,
): (station: number) => Fed {
  const source_V = scenario.converter?.source_V ?? null;
  if (converter === undefined) {
    const harvestOf = harvestsOf(scenario, streams, trace ?? (recording && powerOf(recording)), place);
    return (station) => ({ power: harvestOf(station) });
  }
  if (scenario.harvest.source === "trace") {
    const { loop } = scenario.harvest.trace;
    const whole = scaledRecording(wholeOf(trace, recording), scenario.harvest.scale);
    const plain = { ...scenario, harvest: { ...scenario.harvest, scale: 1 } };
    if (converter.boost !== null) {
      const harvestOf = harvestsOf(plain, streams, harvestThrough(whole, converter, source_V));
      return (station) => ({ power: harvestOf(station) });
    }
    if (whole.kind !== "power") {
      const isShifted = loop && scenario.harvest.offset === "random";
      return (station) => {
        const from_s = isShifted ? streams(`harvest ${station}`).uniform() * whole.end_s : 0;
        return connected(whole, { loop, from_s, converter });
      };
    }
    return powerFeeds(harvestsOf(plain, streams, whole), converter, source_V);
  }
  if (converter.boost !== null && source_V === null) throw new ScenarioError(needsVoltage(converter.name));
  return powerFeeds(harvestsOf(scenario, streams, undefined, place), converter, source_V);
}

/** A source that is known by its power, and perhaps by its voltage. */
function powerFeeds(
  harvestOf: (station: number) => Harvest,
  converter: ConverterProfile,
  source_V: number | null,
): (station: number) => Fed {
  if (source_V === null) return (station) => ({ power: harvestOf(station) });
  if (converter.boost === null) return (station) => connectedAt(harvestOf(station), converter, source_V);
  return (station) => ({ power: throughBoost(harvestOf(station), converter, source_V) });
}

/** @throws ScenarioError where the source is a trace and there is none. */
function wholeOf(trace: Sources["trace"], recording: Sources["recording"]): Recording {
  if (recording !== undefined) return recording;
  if (trace !== undefined) return { kind: "power", ...trace };
  throw new ScenarioError("harvest.source is trace, where harvest.trace.file has to name one");
}
