/** @jsxRuntime automatic @jsxImportSource #html */
/*
 * A sweep as one HTML page that needs nothing else and runs nothing: what came of it, the answer over two parameters, what
 * moves it most, each parameter by itself, every cell, and what it takes to have the same again.
 */
import { readFileSync } from "node:fs";
import { toHtml } from "hast-util-to-html";
import { headOf } from "../../report/shell.tsx";
import type { SweepResult } from "../result.ts";
import { mapOf } from "../stats/map.ts";
import { Along } from "./along.tsx";
import { Cells } from "./cells.tsx";
import { Head, Tiles } from "./head.tsx";
import { HeatMap } from "./map.tsx";
import { Movers } from "./movers.tsx";
import { Provenance } from "./provenance.tsx";

const STYLES = [
  ...["theme", "page", "tables", "narrow"].map((name) => new URL(`../../report/style/${name}.css`, import.meta.url)),
  new URL("sweep.css", import.meta.url),
];
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
/** Four cells of a map. */
const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M2 2h5v5H2z" fill="#0b7a75" opacity=".35"/><path d="M9 2h5v5H9zM2 9h5v5H2z" fill="#0b7a75" opacity=".65"/><path d="M9 9h5v5H9z" fill="#0b7a75"/></svg>';

export function sweepHtml(result: SweepResult): string {
  const style = STYLES.map((file) => readFileSync(file, "utf8")).join("\n");
  const head = headOf({ policy: POLICY, title: `${result.name}: ampcore`, icon: ICON, style });
  const map = mapOf(result);
  const body = toHtml(
    <>
      <a class="skip" href={map ? "#map" : "#along"}>
        to the answer
      </a>
      <main>
        <Head result={result} />
        <Tiles result={result} />
        {map && <HeatMap result={result} map={map} />}
        <Movers result={result} />
        <Along result={result} />
        <Cells result={result} />
        <Provenance result={result} />
      </main>
    </>,
  );
  return `<!doctype html>\n<html lang="en">\n${head}\n<body>\n${body}\n</body>\n</html>\n`;
}
