/** @jsxRuntime automatic @jsxImportSource #html */
/* What lived, whether the rules held, and its figures. */
import { Tile } from "../../report/sections/tile.tsx";
import { chosen, count, figures, number, percent, si } from "../../report/units.ts";
import type { FleetResult } from "../result.ts";
import { period } from "./period.ts";

interface HeadProps {
  readonly results: readonly FleetResult[];
  readonly isTable: boolean;
}

export function Head({ results, isTable }: HeadProps) {
  const [{ fleet, warnings, hashes, ampcore }] = results;
  const violations = results.reduce((sum, one) => sum + one.violations, 0);
  return (
    <header class="head">
      <p class="brand">ampcore, a fleet</p>
      <h1>
        {number(fleet.stations)} stations at {count(fleet.aps, "access point")}
      </h1>
      <p class="lead">
        {chosen(fleet.duration_s)} s of virtual time, scenario {fleet.scenario}, seed{" "}
        <span class="mono">{fleet.seed}</span>. Each access point asks its stations by one trigger for all; each draws a
        slot for itself, from the same window every time, as a station does that remembers nothing.{" "}
        {fleet.movesPerHour > 0
          ? `A station moves ${fleet.movesPerHour} times an hour in the mean, and is away for ${chosen(fleet.away_s)} s.`
          : "Nobody moves."}
      </p>
      <p class={violations > 0 ? "verdict bad" : "verdict good"}>
        {violations > 0 ? (
          <>
            <strong>{number(violations)} times a rule was broken.</strong> ampcore fleet --json says which.
          </>
        ) : (
          <>
            <strong>Every rule held</strong> before the observer of each access point
          </>
        )}
      </p>
      {warnings.map((warning) => (
        <p class="verdict">note: {warning}</p>
      ))}
      {!isTable && <Tiles result={results[0]} />}
      <p class="more">
        ampcore {ampcore}; module <span class="mono">{hashes.module.slice(0, 16)}</span>
        {!isTable && (
          <>
            , wish <span class="mono">{hashes.scenario.slice(0, 16)}</span>
          </>
        )}
      </p>
    </header>
  );
}

function Tiles({ result }: { readonly result: FleetResult }) {
  const { readings, fairness, firstReading_s, frames, energy, moves, fleet } = result;
  const { p10, p50, p90, never } = firstReading_s;
  const time = (value: number | null): string => (value === null ? "never" : si(value, "s"));
  const share = (value: number | null): string => (value === null ? "-" : percent(value));
  return (
    <section class="tiles" aria-label="The fleet in figures">
      <Tile label="readings a second" value={figures(readings.perSecond)}>
        {number(readings.taken)} in all; {share(readings.perSlot)} of the slots of {fleet.slots} a trigger, each{" "}
        {period(fleet.triggerPeriod_s)}
      </Tile>
      <Tile label="fairness among stations" value={fairness.stations?.toFixed(3) ?? "-"}>
        Jain's index of readings confirmed: 1 is the same for all
      </Tile>
      <Tile label="first reading" value={time(p50)}>
        for half of the stations; {time(p10)} for a tenth, {time(p90)} for nine tenths;{" "}
        {never === 0 ? "all had one" : `${number(never)} never had one`}
      </Tile>
      <Tile label="M2s that collided" value={share(frames.collidedShare)}>
        of {number(frames.m2Sent)}
      </Tile>
      <Tile label="energy for them" value={share(energy.collidedShare)}>
        of {si(energy.spent_J, "J")};{" "}
        {energy.perReading_J === null ? "no reading" : `${si(energy.perReading_J, "J")} a reading`}
      </Tile>
      {moves.left > 0 && (
        <Tile label="moves" value={number(moves.came)}>
          came to an end; first reading behind it {time(moves.firstReading_s.p50)} for half of them
        </Tile>
      )}
    </section>
  );
}
