/** @jsxRuntime automatic @jsxImportSource #html */
/*
 * A sweep as one HTML page that needs nothing else and runs nothing: what came of it, the answer over two parameters, what
 * moves it most, each parameter by itself, every cell, and what it takes to have the same again.
 */
import { stillPage } from "../../report/shell.tsx";
import type { SweepResult } from "../result.ts";
import { mapOf } from "../stats/map.ts";
import { Along } from "./along.tsx";
import { Cells } from "./cells.tsx";
import { Head, Tiles } from "./head.tsx";
import { HeatMap } from "./map.tsx";
import { Movers } from "./movers.tsx";
import { Provenance } from "./provenance.tsx";

/** Four cells of a map. */
const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M2 2h5v5H2z" fill="#0b7a75" opacity=".35"/><path d="M9 2h5v5H9zM2 9h5v5H2z" fill="#0b7a75" opacity=".65"/><path d="M9 9h5v5H9z" fill="#0b7a75"/></svg>';

/** Places of a map that can still be told apart. */
const MOST = { across: 100, down: 100 };

export function sweepHtml(result: SweepResult): string {
  const map = mapOf(result, MOST);
  const body = (
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
    </>
  );
  return stillPage({
    title: `${result.name}: ampcore`,
    icon: ICON,
    style: new URL("sweep.css", import.meta.url),
    body,
  });
}
