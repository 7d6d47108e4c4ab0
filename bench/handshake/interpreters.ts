/*
 * What an exchange takes where the module is interpreted and not compiled: our own counts times published factors.
 *
 *     M4 instructions = WebAssembly instructions x M4 instructions for each
 */
import type { Table } from "../../host/bench/bench.ts";
import type { WayRow } from "./result.ts";

/**
 * Thumb-2 instructions an executed WebAssembly instruction, least and most of three crypto modules (hostap, fixslice, BearSSL's
 * aes_ct) on QEMU 7.2's mps2-an386, the runtimes built with -Os: a study of this project's before its first line, not repeated here.
 */
const CITED = [
  { runtime: "WAMR 2.4.3 (646b5a9bc), fast interpreter", least: 6.8, most: 8.0 },
  { runtime: "wasm3 v0.9.0 (c9b579d)", least: 8.0, most: 8.7 },
  { runtime: "WAMR 2.4.3 (646b5a9bc), classic interpreter", least: 17.1, most: 18.0 },
] as const;

/** `ways`: those that stand for the others. */
export function interpretersTable(ways: readonly WayRow[]): Table {
  const shown = ways.filter(({ family }) => family === "AMP").slice(0, 4);
  return {
    id: "interpreters",
    title: "Cortex-M4 instructions where the module is interpreted: factors cited, not measured here",
    rows: [
      { runtime: "wasm2c, checked memory (measured here)", factor: "1", ...counts(shown, ({ m4 }) => number(m4)) },
      ...CITED.map(({ runtime, least, most }) => ({
        runtime: `${runtime} (cited)`,
        factor: `${least} .. ${most} a WebAssembly instruction`,
        ...counts(shown, ({ wasm }) => (wasm === null ? null : `${number(wasm * least)} .. ${number(wasm * most)}`)),
      })),
    ],
    note: `The whole way without the imports. Factors: least and most of three crypto modules on an emulated Cortex-M4; no energy is made
of them, as nobody has counted the cycles.`,
  };
}

function counts(ways: readonly WayRow[], of: (way: WayRow) => string | null): Record<string, string | null> {
  return Object.fromEntries(ways.map((way) => [way.name, of(way)]));
}

function number(value: number | null): string | null {
  return value === null ? null : Math.round(value).toLocaleString("en");
}
