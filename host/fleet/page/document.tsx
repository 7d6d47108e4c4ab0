/** @jsxRuntime automatic @jsxImportSource #html */
/*
 * A fleet, or a table of fleets by slots and periods, as one HTML page that needs nothing else and runs nothing.
 */
import { readFileSync } from "node:fs";
import { toHtml } from "hast-util-to-html";
import { headOf } from "../../report/shell.tsx";
import type { FleetResult } from "../result.ts";
import { AccessPoints } from "./accesspoints.tsx";
import { Grid } from "./grid.tsx";
import { Head } from "./head.tsx";

const STYLES = [
  ...["theme", "page", "tables", "narrow"].map((name) => new URL(`../../report/style/${name}.css`, import.meta.url)),
  new URL("fleet.css", import.meta.url),
];
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
/** Stations around an access point. */
const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="#0b7a75"><circle cx="8" cy="8" r="2.6"/><circle cx="2.5" cy="4" r="1.5"/><circle cx="13.5" cy="4" r="1.5"/><circle cx="2.5" cy="12" r="1.5"/><circle cx="13.5" cy="12" r="1.5"/></svg>';

/** @throws RangeError without any. */
export function fleetHtml(results: readonly FleetResult[]): string {
  const [first] = results;
  if (first === undefined) throw new RangeError("results: there is no fleet");
  const style = STYLES.map((file) => readFileSync(file, "utf8")).join("\n");
  const head = headOf({ policy: POLICY, title: `${first.fleet.scenario}: ampcore fleet`, icon: ICON, style });
  const body = toHtml(
    <main>
      <Head results={results} />
      {results.length > 1 ? <Grid results={results} /> : <AccessPoints result={first} />}
    </main>,
  );
  return `<!doctype html>\n<html lang="en">\n${head}\n<body>\n${body}\n</body>\n</html>\n`;
}
