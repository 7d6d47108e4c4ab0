/* The result for the eye. */
import type { Table } from "../../host/bench/bench.ts";
import { figures, si } from "../../host/text/units.ts";
import { countedTables } from "./countedtables.ts";
import { interpretersTable } from "./interpreters.ts";
import { mainWays } from "./main.ts";
import { randomTables } from "./randomtables.ts";
import type { HandshakeResult, WayRow } from "./result.ts";

export type Row = Table["rows"][number];

export { mainWays } from "./main.ts";

export function handshakeTables(result: HandshakeResult): Table[] {
  const { parts, air, reading_octets, ways } = result;
  const main = mainWays(result);
  const where = `${parts.mcu}, ${parts.nvm}, ${parts.radio}, ${parts.storage}`;
  const how = `${reading_octets} octets of reading; DL ${air.dlRate_kbps} kb/s, UL ${air.ulRate_kbps} kb/s, ${air.padding_us} us of padding.`;
  return [
    {
      id: "ways",
      title: "From power-off to a protected reading at the AP",
      headline: true,
      rows: main.map(wayRow),
      note: `Energy on ${where}, with the band of every number behind it; ${how} Instructions are exact, of
WebAssembly and of an emulated Cortex-M4 without the imports. Time is from power-on without the wait for a slot. One life: the
least capacitor between 3.0 and 1.8 V that brings it to its end without harvest. RSN: over the same air, half a Beacon interval waited, an AP and an EAP server that
answer at once; PMKSA cached: not the first association.`,
    },
    {
      id: "phases",
      title: "The same by phase",
      rows: phaseRows(main),
      note: `On ${where}. Phases: docs/SIMULATOR.md.`,
    },
    {
      id: "capacitors",
      title: "Charges of a capacitor between 3.0 and 1.8 V; what takes more than one is never done without harvest",
      rows: main.map(({ name, charges }) => ({
        way: name,
        ...Object.fromEntries(
          charges.map(({ capacitance_F, charges }) => [si(capacitance_F, "F"), charges.toPrecision(3)]),
        ),
      })),
      note: `Energy over charge, on ${where}. A life keeps nothing of a handshake that it did not finish.`,
    },
    {
      id: "parts",
      title: `${main[0].name}: every microcontroller and radio`,
      rows: partRows(main[0]),
      note: "Best estimate, at least .. at most.",
    },
    {
      id: "parts-phases",
      title: `${main[0].name}, by phase: every microcontroller with ${parts.radio}`,
      rows: partPhaseRows(main[0], parts.radio),
      note: "uJ, best estimate (at least .. at most). The same for every radio and way of the first table: the JSON.",
    },
    interpretersTable(main),
    ...countedTables(result),
    ...randomTables(result),
    {
      id: "all",
      title: "Every way",
      rows: ways.map((way) => ({ ...wayRow(way), basis: way.basis })),
      note: `On ${where}; ${how} Basis: run, by the module; composed, of parts of ways that were run; cited, counted from
published figures.`,
    },
  ];
}

export function wayRow(way: WayRow): Row {
  const { name, frames, dl_octets, ul_octets, airtime_s, wasm, m4, e_J, low_J, high_J, t_s, earliestSlot } = way;
  return {
    way: name,
    frames,
    "octets down": dl_octets,
    "octets up": ul_octets,
    "on the air": si(airtime_s, "s"),
    wasm,
    M4: m4,
    energy: si(e_J, "J"),
    "at least .. at most": `${si(low_J, "J")} .. ${si(high_J, "J")}`,
    time: si(t_s, "s"),
    "first slot": earliestSlot,
    "one life": si(way.leastCapacitance_F, "F"),
  };
}

function phaseRows(ways: readonly WayRow[]): Row[] {
  const phases = [...new Set(ways.flatMap(({ byPhase_J }) => Object.keys(byPhase_J)))];
  return ways.map(({ name, e_J, byPhase_J }) => ({
    way: name,
    ...Object.fromEntries(
      phases.map((phase) => [phase, phase in byPhase_J ? `${((100 * byPhase_J[phase]) / e_J).toFixed(1)} %` : null]),
    ),
    "all, uJ": figures(e_J * 1e6),
  }));
}

function partRows({ onParts }: WayRow): Row[] {
  const radios = [...new Set(onParts.map(({ radio }) => radio))];
  const mcus = [...new Set(onParts.map(({ mcu }) => mcu))];
  return mcus.map((mcu) => ({
    MCU: mcu,
    ...Object.fromEntries(
      radios.map((radio) => {
        const one = onParts.find((part) => part.mcu === mcu && part.radio === radio);
        return [radio, one ? `${si(one.e_J, "J")} (${si(one.low_J, "J")} .. ${si(one.high_J, "J")})` : null];
      }),
    ),
  }));
}

function partPhaseRows({ onParts, byPhase_J }: WayRow, radio: string): Row[] {
  return onParts
    .filter((part) => part.radio === radio)
    .map(({ mcu, byPhase }) => ({
      MCU: mcu,
      ...Object.fromEntries(
        Object.keys(byPhase_J).map((phase) => {
          const energy = byPhase[phase];
          if (!energy) return [phase, null];
          const [e, low, high] = [energy.e_J, energy.low_J, energy.high_J].map((joules) => figures(joules * 1e6));
          return [phase, `${e} (${low} .. ${high})`];
        }),
      ),
    }));
}
