/** @jsxRuntime automatic @jsxImportSource #html */
/* What ran, whether every rule held, and the six figures that everybody asks for. */

import type { Result } from "../../sim/result.ts";
import { Figure, theResult } from "../figure.tsx";
import { count } from "../units.ts";
import { Tile } from "./tile.tsx";

export function Head() {
  const { scenario, ampcore, profiles } = theResult();
  const { stations, harvest, ap } = scenario;
  const source = harvest.source === "trace" ? `the trace ${harvest.trace.file}` : harvest.source;
  return (
    <header class="head">
      <p class="brand">ampcore {ampcore}, a run of AMP stations on harvested power</p>
      <h1>{scenario.name}</h1>
      <p class="lead">
        {count(stations.count, "station")} on {stations.mcu}, {stations.nvm}, {stations.radio}, {stations.storage} for{" "}
        <Figure of="scenario.duration_s" as="chosen" />
        &nbsp;s, seed <span class="mono">{scenario.seed}</span>. Profile {ap.profile},{" "}
        {stations.encrypt ? "readings encrypted" : "readings in the clear"}, a trigger each{" "}
        <Figure of="scenario.ap.trigger_period_s" as="s" />. Harvest: {source},{" "}
        <Figure of="energy.meanHarvest_W" as="W" /> a station{behind(profiles)}.
      </p>
      <Verdict />
    </header>
  );
}

/** What stands between the source and the station, if anything does. */
function behind({ converter, supervisor }: Result["profiles"]): string {
  const name = (converter as { readonly name: string } | undefined)?.name;
  return `${name ? `, through the converter ${name}` : ""}${supervisor ? ", behind a supervisor that looks now and then" : ""}`;
}

function Verdict() {
  const { violations, invariants } = theResult();
  const checks = invariants.reduce((sum, { checked }) => sum + checked, 0);
  return (
    <p class={violations === 0 ? "verdict good" : "verdict bad"}>
      <strong>
        {violations === 0 ? "Every rule held: " : "Rules were broken: "}
        <Figure of="violations" /> violation{violations === 1 ? "" : "s"}
      </strong>{" "}
      in {count(checks, "check")} <a href="#rules">which rules</a>
    </p>
  );
}

export function Notes() {
  const { warnings } = theResult();
  if (warnings.length === 0) return null;
  return (
    <aside class="notes" aria-label="What to know before quoting a figure">
      {warnings.map((warning) => (
        <p>
          <strong>Note:</strong> {warning}.
        </p>
      ))}
    </aside>
  );
}

export function Tiles() {
  const { energy, exchanges, deaths } = theResult();
  return (
    <section class="tiles" aria-label="The run in six figures">
      <Tile label="readings taken" value={<Figure of="readings" />}>
        <Figure of="exchanges.perSecond" as="three" /> a second; <Figure of="exchanges.confirmed" /> confirmed by an M3
        that arrived
      </Tile>
      <Tile
        label="energy a reading"
        value={<Figure of={energy.perReading ? "energy.perReading.e_J" : "energy.perReading"} as="J" />}
      >
        {energy.perReading ? (
          <>
            <Figure of="energy.perReading.low_J" as="J" /> to <Figure of="energy.perReading.high_J" as="J" /> within the
            bands of its numbers
          </>
        ) : (
          "no reading was confirmed"
        )}
      </Tile>
      <Tile label="lives" value={<Figure of="lives" />}>
        {deaths.total === 0 ? (
          "power never failed"
        ) : (
          <>
            <Figure of="deaths.total" /> ended when power failed, at <Figure of="deaths.instants" /> instants within
            calls
          </>
        )}
      </Tile>
      <Tile label="lives a reading" value={<Figure of="exchanges.meanLivesPerReading" as="three" />}>
        {exchanges.meanWait_s === null ? (
          "no reading was confirmed"
        ) : (
          <>
            in the mean; a reading each <Figure of="exchanges.meanWait_s" as="s" />, and{" "}
            <Figure of="exchanges.longestWait_s" as="s" /> at worst
          </>
        )}
      </Tile>
      <Tile label="powered" value={<Figure of="energy.availability" as="share" />}>
        of the time{deaths.total > 0 ? "; the rest is charging" : ""}
      </Tile>
      <Tile label="led to nothing" value={<Figure of="energy.wasted.share" as="share" />}>
        of what was spent: <Figure of="energy.wasted.e_J" as="J" /> on exchanges without an M3
      </Tile>
    </section>
  );
}
