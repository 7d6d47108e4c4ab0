/*
 * Where each station's power comes from, as a scenario says.
 */
import { Efficiency } from "../energy/efficiency.ts";
import { energizer } from "../energy/harvest/energizer.ts";
import { fitted } from "../energy/harvest/fitted.ts";
import { markov } from "../energy/harvest/markov.ts";
import { recorded } from "../energy/harvest/recorded.ts";
import { constant, type Harvest, shifted } from "../energy/harvest.ts";
import { ENERGIZERS } from "../energy/profiles/energizers.ts";
import { FITTED } from "../energy/profiles/fitted.ts";
import { valuesOf } from "../energy/profiles/profile.ts";
import { RECTIFIERS } from "../energy/profiles/rectifiers.ts";
import type { Trace } from "../energy/traces/trace.ts";
import type { Place } from "./place.ts";
import { ScenarioError } from "./scenario/read.ts";
import type { Scenario } from "./scenario/schema.ts";
import type { Streams } from "./streams.ts";

/** Gives the harvest of a station by its number. @throws ScenarioError where the source is a trace and there is none. */
export function harvestsOf(
  { harvest }: Scenario,
  streams: Streams,
  trace?: Trace,
  place?: Pick<Place, "energizerAt_m" | "field">,
): (station: number) => Harvest {
  const { scale, source } = harvest;
  const sourceOf = (station: number): Harvest => {
    // Processes that are random are drawn anew for each station, or once for all.
    const { uniform } =
      harvest.offset === "none" ? (place?.field ?? streams)("harvest") : streams(`harvest ${station}`);
    switch (source) {
      case "constant":
        return constant(harvest.constant.power_W);
      case "markov": {
        const { power_W, on_s, off_s } = harvest.markov;
        return markov(uniform, { on_W: power_W, off_W: 0, meanOn_s: on_s, meanOff_s: off_s });
      }
      case "energizer": {
        const { rectifier, ...profile } = ENERGIZERS.energizer;
        const distance_m = place?.energizerAt_m(station) ?? harvest.energizer.distance_m;
        return energizer(uniform, { ...valuesOf(profile), distance_m }, rectifier);
      }
      case "fitted": {
        const { name, rectifier } = harvest.fitted;
        const efficiency = rectifier === null ? undefined : new Efficiency(RECTIFIERS[rectifier].points);
        return fitted(uniform, valuesOf(FITTED[name]), efficiency);
      }
      case "trace": {
        if (trace === undefined) {
          throw new ScenarioError("harvest.source is trace, where harvest.trace.file has to name one");
        }
        const whole = recorded(trace, harvest.trace);
        // A trace that is not looped is seen from its beginning: an offset would throw that away.
        return harvest.offset === "none" || !harvest.trace.loop ? whole : shifted(whole, uniform() * trace.end_s);
      }
    }
  };
  return (station) => (scale === 1 ? sourceOf(station) : scaled(sourceOf(station), scale));
}

/** The same source with its power times a factor. */
function scaled(harvest: Harvest, factor: number): Harvest {
  return { end_s: (i) => harvest.end_s(i), power_W: (i) => factor * harvest.power_W(i) };
}

/** The numbers behind a source that is a model of one, with the sources of those; what a scenario or a trace gives is there. */
export function harvestProfile({ harvest }: Scenario): object | null {
  if (harvest.source === "fitted") {
    const { name, rectifier } = harvest.fitted;
    return rectifier === null ? FITTED[name] : { ...FITTED[name], rectifier: RECTIFIERS[rectifier] };
  }
  if (harvest.source !== "energizer") return null;
  const { energizer } = ENERGIZERS;
  return { ...energizer, rectifier: RECTIFIERS[energizer.rectifier] };
}

/** What to know about the harvest before quoting a figure. */
export function harvestWarnings({ harvest, stations }: Scenario): string[] {
  return [...sourceWarnings(harvest), ...fleetWarnings(harvest, stations)];
}

function sourceWarnings({ source, fitted: { name, rectifier } }: Scenario["harvest"]): string[] {
  if (source !== "fitted" || rectifier !== null) return [];
  return [`${name} is power as an antenna received it: what a rectifier loses is not taken off`];
}

function fleetWarnings(harvest: Scenario["harvest"], stations: Scenario["stations"]): string[] {
  if (stations.count === 1 || harvest.source === "constant") return [];
  const { source, offset, trace } = harvest;
  if (offset === "none" || (source === "trace" && !trace.loop)) {
    return [`all ${stations.count} stations see the same harvest at the same time: they live and die together`];
  }
  if (source === "trace") {
    return [`one trace feeds ${stations.count} stations, each from a random place in it: they are not independent`];
  }
  return [];
}
