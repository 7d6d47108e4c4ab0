/** @jsxRuntime automatic @jsxImportSource #html */
/*
 * A fleet, or a table of fleets by slots and periods, as one HTML page that needs nothing else and runs nothing.
 */
import { stillPage } from "../../report/shell.tsx";
import { type FleetOutcome, isLived } from "../result.ts";
import { AccessPoints } from "./accesspoints.tsx";
import { FirstReadings, hasFirstReadings } from "./firstreadings.tsx";
import { Grid } from "./grid.tsx";
import { Head } from "./head.tsx";

/** Stations around an access point. */
const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="#0b7a75"><circle cx="8" cy="8" r="2.6"/><circle cx="2.5" cy="4" r="1.5"/><circle cx="13.5" cy="4" r="1.5"/><circle cx="2.5" cy="12" r="1.5"/><circle cx="13.5" cy="12" r="1.5"/></svg>';

/** @throws RangeError where none was lived. */
export function fleetHtml(outcomes: readonly FleetOutcome[]): string {
  const results = outcomes.filter(isLived);
  const [first] = results;
  if (first === undefined) throw new RangeError("outcomes: there is no fleet that lived");
  const body = (
    <main>
      <Head results={results} isTable={outcomes.length > 1} />
      {outcomes.length > 1 && <Grid outcomes={outcomes} />}
      {hasFirstReadings(results) && <FirstReadings results={results} />}
      {outcomes.length === 1 && <AccessPoints result={first} />}
    </main>
  );
  return stillPage({
    title: `${first.fleet.scenario}: ampcore fleet`,
    icon: ICON,
    style: new URL("fleet.css", import.meta.url),
    body,
  });
}
