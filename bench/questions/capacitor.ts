/*
 * Question: which capacitor does each class of station need?
 *
 * The least capacitance on which a first exchange is lived through from V_on without harvest, by playing its steps on
 * smaller and smaller capacitors (host/handshake/price.ts), and for some by trying it in the simulator (onelife.ts), which
 * also waits for the slot. Its band is that of the energy: C is proportional to E.
 */
import { leastCapacitance_F, priced } from "../../host/handshake/price.ts";
import type { Way } from "../../host/handshake/way.ts";
import { KNOWN_PROFILES, type Profiles } from "../../host/sim/profiles.ts";
import { FUEL_PER_CYCLE } from "../../host/sim/supply.ts";
import { AIR, type Lab, MCU_NAMES, PARTS, parts } from "./lab.ts";
import { EARLY_s, OneLife } from "./onelife.ts";
import type { Page, Question } from "./question.ts";
import { dotsSvg } from "./svg/dots.ts";
import type { Colour } from "./svg/theme.ts";
import { type Swing, swingsOf } from "./swing.ts";
import { brief } from "./units.ts";

const RADIOS = Object.values(KNOWN_PROFILES.radio);
const STORAGES = ["mlcc-10uF", "tgbp"] as const;
const WAY = "AMP compact, CCM, PMK derived";
/** Tried in the simulator, too. */
const TRIED = [
  { mcu: "near-threshold-10pJ", radio: "tgbp-active" },
  { mcu: "near-threshold-10pJ", radio: "backscatter-15uW" },
  { mcu: "nrf54l15", radio: "tgbp-active" },
  { mcu: "nrf54l15", radio: "nrf54l15" },
  { mcu: "stm32u5", radio: "nrf52840" },
  { mcu: "msp430fr5994", radio: "tgbp-active" },
];
const APART = 0.005;

interface Row {
  readonly mcu: string;
  readonly radio: string;
  readonly kind: string;
  readonly e_J: number;
  /** By storage, between its voltages. */
  readonly least: readonly {
    readonly storage: string;
    readonly c_F: number;
    readonly low_F: number;
    readonly high_F: number;
  }[];
}

export interface CapacitorData {
  readonly storages: readonly {
    readonly name: string;
    readonly vOn_V: number;
    readonly vOff_V: number;
    readonly c_F: number;
  }[];
  readonly rows: readonly Row[];
  readonly tried: readonly {
    readonly mcu: string;
    readonly radio: string;
    readonly played_F: number;
    readonly simulated_F: number;
  }[];
  readonly swings: readonly Swing[];
}

export const capacitor: Question<CapacitorData> = { name: "capacitor", measured, page };

async function measured(lab: Lab): Promise<CapacitorData> {
  const way = lab.way(WAY);
  const rows = MCU_NAMES.flatMap((mcu) =>
    RADIOS.map(({ name: radio, kind }): Row => {
      const { e_J, low_J, high_J } = priced(way, parts({ mcu, radio }), AIR);
      const least = STORAGES.map((storage) => {
        const c_F = leastCapacitance_F(way, parts({ mcu, radio, storage }), AIR);
        return { storage, c_F, low_F: (c_F * low_J) / e_J, high_F: (c_F * high_J) / e_J };
      });
      return { mcu, radio, kind, e_J, least };
    }),
  );
  const tried: CapacitorData["tried"][number][] = [];
  for (const { mcu, radio } of TRIED) {
    const played_F = leastCapacitance_F(way, parts({ mcu, radio }), AIR);
    const life = await OneLife.of({ mcu, radio, storage: PARTS.storage }, startup_s(way, parts({ mcu })));
    tried.push({ mcu, radio, played_F, simulated_F: life.least_F(played_F, APART) });
  }
  return {
    storages: STORAGES.map((storage) => {
      const { vOn_V, vOff_V, capacitance_F } = parts({ storage }).storage;
      return { name: storage, vOn_V: vOn_V.value, vOff_V: vOff_V.value, c_F: capacitance_F.value };
    }),
    ...{ rows, tried },
    swings: swingsOf(parts(), (profiles) => leastCapacitance_F(way, profiles, AIR)),
  };
}

/** From V_on until the station listens: its start, and what it computes and reads before the first frame. */
function startup_s(way: Way, { mcu, nvm }: Profiles): number {
  const steps = way.steps(mcu.weights);
  const before = steps.slice(
    0,
    steps.findIndex(({ kind }) => kind === "rx"),
  );
  return before.reduce((sum, step) => {
    if (step.kind === "start") return sum + mcu.boot_s.value;
    if (step.kind === "cpu") return sum + step.fuel / FUEL_PER_CYCLE / mcu.clock_Hz.value;
    if (step.kind === "nvmRead") return sum + step.octets * nvm.readOctet_s.value;
    throw new Error(`a station that starts does not ${step.kind}`);
  }, 0);
}

function page({ storages, rows, tried, swings }: CapacitorData): Page {
  const [wide, narrow] = storages;
  const on = (mcu: string, radio: string): Row => {
    const row = rows.find((one) => one.mcu === mcu && one.radio === radio);
    if (!row) throw new Error(`no row of ${mcu} and ${radio}`);
    return row;
  };
  const least = (row: Row, storage: string) => row.least.find((one) => one.storage === storage) ?? row.least[0];
  const small = on("near-threshold-10pJ", "tgbp-active");
  const own = on(PARTS.mcu, PARTS.radio);
  const most = rows.reduce((a, b) => (least(a, wide.name).c_F > least(b, wide.name).c_F ? a : b));
  const reflecting = on("near-threshold-10pJ", "backscatter-15uW");
  const off = Math.max(...tried.map(({ played_F, simulated_F }) => Math.abs(simulated_F / played_F - 1)));
  const c = (row: Row, storage: string): string => brief(least(row, storage).c_F, "F");
  const band = ({ low_F, high_F }: Row["least"][number]): string => `${brief(low_F, "F")} .. ${brief(high_F, "F")}`;
  return {
    question: "Which capacitor does each class of station need to finish an exchange in one life?",
    answer:
      `Between ${wide.vOn_V} and ${wide.vOff_V} V, ${c(small, wide.name)} (near-threshold core, the task ` +
      `group's radio) to ${c(most, wide.name)} (${most.mcu}, ${most.radio}), ` +
      `${c(own, wide.name)} on ${PARTS.mcu}. Between ${narrow.vOn_V} and ${narrow.vOff_V} V it is ` +
      `${c(small, narrow.name)} (${band(least(small, narrow.name))}) at the smallest, where the task group reckons with ` +
      `${brief(narrow.c_F, "F")}. A reflector, were it allowed, would need ${c(reflecting, wide.name)} instead ` +
      `of ${c(small, wide.name)}: the transmitter is not what the capacitor is for.`,
    parts: [
      plot(rows, wide.name, storages),
      {
        id: "capacitor",
        title: `Least capacitor for a first exchange in one life, ${wide.vOn_V} to ${wide.vOff_V} V`,
        headline: true,
        rows: rows.map((row) => {
          const [first, second] = storages.map(({ name }) => least(row, name));
          return {
            ...{
              MCU: row.mcu,
              radio: row.kind === "active" ? row.radio : `${row.radio} (what if)`,
              energy: brief(row.e_J, "J"),
            },
            "least capacitor": brief(first.c_F, "F"),
            "at least .. at most": band(first),
            [`${narrow.vOn_V} to ${narrow.vOff_V} V`]: brief(second.c_F, "F"),
          };
        }),
        note: `${WAY}, FRAM, without waiting for trigger or slot. 3.5.1 refuses backscatter stations: "what if" rows are arithmetic about
what they would need, not about what they may do.`,
      },
      {
        id: "capacitor-tried",
        title: "The same, tried in the simulator",
        rows: tried.map(({ mcu, radio, played_F, simulated_F }) => ({
          ...{ MCU: mcu, radio, "steps played": brief(played_F, "F"), simulated: brief(simulated_F, "F") },
          apart: `${(100 * (simulated_F / played_F - 1)).toFixed(1)} %`,
        })),
        note: `The module under its power model dies on anything smaller, to ${100 * APART} %. It listens
${brief(EARLY_s, "s")} before the trigger, and waits for its slot.`,
      },
    ],
    rests: [
      "Capacitance is nominal: a class 2 ceramic may have lost half of it at its rated voltage, so the part to " +
        "buy is up to twice as large.",
      "No harvest during the life, and none of the energy spent listening before the trigger: a radio that " +
        "listens at milliwatts needs more by whatever it waits.",
      `The simulator is apart by ${(100 * off).toFixed(1)} % at most, and below: it turns the receiver off at ` +
        "the last bit and listens for a SIFS, where the steps that are " +
        "played leave it on through the padding and listen for M3's preamble before they receive it. That " +
        "matters to receivers of milliwatts only.",
    ],
    moved: {
      what: `the least capacitor of ${PARTS.mcu} with ${PARTS.radio}`,
      value: least(own, wide.name).c_F,
      shown: (value) => brief(value, "F"),
      swings,
    },
  };
}

const COLOURS: readonly Colour[] = ["blue", "green", "purple", "red", "orange", "grey"];

function plot(rows: readonly Row[], storage: string, storages: CapacitorData["storages"]): Page["parts"][number] {
  const [{ vOn_V, vOff_V }] = storages;
  return {
    picture: "least",
    alt:
      "Least capacitor by microcontroller and radio with its band, on a logarithmic axis from hundreds of " +
      "nanofarads to hundreds of microfarads",
    svg: dotsSvg({
      title: `Least capacitor for a first exchange in one life, ${vOn_V} to ${vOff_V} V`,
      desc: [
        "For each microcontroller a dot a radio, with the band of all numbers behind it; beside common sizes " +
          "of capacitors.",
      ],
      keys: RADIOS.map(({ name, kind }, i) => ({
        name: kind === "active" ? name : `${name} (what if)`,
        colour: COLOURS[i],
      })),
      rows: MCU_NAMES.map((mcu) => ({
        name: mcu,
        dots: RADIOS.flatMap(({ name }, i) => {
          const least = rows
            .find((row) => row.mcu === mcu && row.radio === name)
            ?.least.find((one) => one.storage === storage);
          return least
            ? [
                {
                  colour: COLOURS[i],
                  value: least.c_F,
                  low: least.low_F,
                  high: least.high_F,
                  label: brief(least.c_F, "F"),
                },
              ]
            : [];
        }),
      })),
      guides: [1e-6, 10e-6, 47e-6].map((c_F) => ({ value: c_F, label: brief(c_F, "F") })),
      axis: { label: "capacitance", tick: (value) => brief(value, "F") },
    }),
  };
}
