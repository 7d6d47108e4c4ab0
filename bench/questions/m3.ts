/*
 * Question: what does the confirmation cost, in octets, airtime, instructions and energy?
 *
 *     M3 = the exchange with it - the same exchange that ends when the station has listened for one
 */
import type { Figures } from "../../host/bench/bench.ts";
import { dlAirtime_us } from "../../host/channel/airtime.ts";
import { CORTEX_M4 } from "../../host/energy/profiles/weights.ts";
import { priced } from "../../host/handshake/price.ts";
import type { Way } from "../../host/handshake/way.ts";
import { KNOWN_PROFILES } from "../../host/sim/profiles.ts";
import { percent } from "../../host/text/units.ts";
import { PROFILES } from "../../host/wire/profile.ts";
import { AIR, difference_J, type Lab, MCU_NAMES, PARTS, parts, phases_J, READING_octets } from "./lab.ts";
import type { Page, Question } from "./question.ts";
import { barsSvg } from "./svg/bars.ts";
import { type Swing, swingsOf } from "./swing.ts";
import { brief } from "./units.ts";

const us = 1e-6;
const MODES = ["CCM", "MIC"] as const;
const KEYINGS = ["PMK derived", "PMK cached"] as const;
/** 3.5.1 refuses backscatter. */
const RADIOS = Object.values(KNOWN_PROFILES.radio).filter(({ kind }) => kind === "active");

interface Row {
  readonly profile: string;
  readonly mode: string;
  readonly keying: string;
  readonly octets: number;
  readonly airtime_s: number;
  /** Instructions, exact; null: not counted there. */
  readonly wasm: number | null;
  readonly m4: number | null;
  readonly e_J: number;
  /** Of the whole exchange. */
  readonly share: number;
}

export interface M3Data {
  readonly parts: { readonly mcu: string; readonly radio: string; readonly nvm: string };
  /** In an M3 with the PMK derived. */
  readonly written_octets: number;
  readonly rows: readonly Row[];
  /** By MCU and radio, compact, CCM. */
  readonly prices: readonly {
    readonly mcu: string;
    readonly radio: string;
    readonly keying: string;
    readonly e_J: number;
    readonly share: number;
    readonly phases: Readonly<Record<string, number>>;
  }[];
  readonly swings: readonly Swing[];
}

export const m3: Question<M3Data> = { name: "m3", measured, page, figures };

function measured(lab: Lab): M3Data {
  const pair = (profile: string, mode: string, keying: string) => {
    const name = `AMP ${profile}, ${mode}, ${keying}`;
    return { whole: lab.way(name), part: lab.way(`${name}, no M3`) };
  };
  const own = parts();
  const rows = PROFILES.flatMap((profile) =>
    MODES.flatMap((mode) =>
      KEYINGS.map((keying): Row => {
        const { whole, part } = pair(profile.name, mode, keying);
        const octets = whole.dl_octets - part.dl_octets;
        const e_J = difference_J(whole, part, own);
        return {
          ...{ profile: profile.name, mode, keying, octets },
          airtime_s: dlAirtime_us(octets, AIR.dlRate_kbps, AIR.padding_us) * us,
          wasm: less(whole.wasm, part.wasm),
          m4: less(whole.m4, part.m4),
          ...{ e_J, share: e_J / priced(whole, own, AIR).e_J },
        };
      }),
    ),
  );
  const prices = MCU_NAMES.flatMap((mcu) =>
    RADIOS.flatMap((radio) =>
      KEYINGS.map((keying) => {
        const { whole, part } = pair("compact", "CCM", keying);
        const profiles = parts({ mcu, radio: radio.name });
        const [all, without] = [priced(whole, profiles, AIR), priced(part, profiles, AIR)];
        const e_J = all.e_J - without.e_J;
        return { mcu, radio: radio.name, keying, e_J, share: e_J / all.e_J, phases: phases_J(all, without) };
      }),
    ),
  );
  const { whole, part } = pair("compact", "CCM", "PMK derived");
  const { mcu, radio, nvm } = PARTS;
  return {
    ...{ parts: { mcu, radio, nvm }, written_octets: writtenBy(whole) - writtenBy(part), rows, prices },
    swings: swingsOf(own, (profiles) => difference_J(whole, part, profiles)),
  };
}

function writtenBy(way: Way): number {
  return way.steps(CORTEX_M4).reduce((sum, step) => sum + (step.kind === "nvmWrite" ? step.octets : 0), 0);
}

function less(whole: number | null, part: number | null): number | null {
  return whole === null || part === null ? null : whole - part;
}

/** Where NVM weighs most. */
const SMALL = "near-threshold-10pJ";
/** The row or price that the answer is about. */
const MAIN = { profile: "compact", mode: "CCM" } as const;

function page(data: M3Data): Page {
  const of = (keying: string): Row => {
    const row = data.rows.find(
      (one) => one.profile === MAIN.profile && one.mode === MAIN.mode && one.keying === keying,
    );
    if (!row) throw new Error(`no row of ${keying}`);
    return row;
  };
  const [first, later] = KEYINGS.map(of);
  const shares = data.prices.map(({ share }) => share);
  const { mcu, radio, nvm } = data.parts;
  const small = data.prices.find(
    (one) => one.mcu === SMALL && one.radio === "tgbp-active" && one.keying === KEYINGS[1],
  );
  const nvmShare = (small?.phases.nvm ?? Number.NaN) / (small?.e_J ?? Number.NaN);
  return {
    question: "What does M3, the AP's authenticated confirmation, cost a station?",
    answer:
      `${first.octets} octets, ${brief(first.airtime_s, "s")} on the air and ${first.m4?.toLocaleString("en")} ` +
      `Cortex-M4 instructions: ${brief(first.e_J, "J")} on ` +
      `${mcu}, ${percent(first.share)} of a first exchange, and ${brief(later.e_J, "J")} once the PMK is ` +
      "cached. By MCU and radio it is between " +
      `${percent(Math.min(...shares))} and ${percent(Math.max(...shares))} of the exchange, and it is what the ` +
      "station learns of its AP at all: without it " +
      "no command, no downlink data, and no knowledge that the reading arrived.",
    also:
      `On ${SMALL} with the task group's radio and the PMK cached, ${percent(nvmShare)} of M3's energy is NVM, ` +
      "though nothing is written: the other root slot and the cache are read to see " +
      "whether there is something to tidy up.",
    parts: [
      plot(data),
      {
        id: "m3",
        title: "M3 by profile, mode and keying",
        headline: true,
        rows: data.rows.map((row) => ({
          ...{ profile: row.profile, mode: row.mode, "exchange with": row.keying, octets: row.octets },
          "on the air": brief(row.airtime_s, "s"),
          ...{ wasm: row.wasm, M4: row.m4, energy: brief(row.e_J, "J"), "of the exchange": percent(row.share) },
        })),
        note: `On ${mcu}, ${nvm}, ${radio}. With the PMK derived, M3 is also where the PMK cache is written,
${data.written_octets} octets of NVM into an empty entry; over an older one its check field is put to 0 first, which
the question of the cache counts (docs/questions/cache.md). A station that does without M3 listens for one all the same (a SIFS and a preamble); that is in
both and so not in here, which makes M3 a little too dear on receivers of milliwatts.`,
      },
      {
        id: "m3-parts",
        title: "M3 by MCU and radio, compact, CCM",
        rows: MCU_NAMES.flatMap((name) =>
          KEYINGS.map((keying) => ({
            ...{ MCU: name, "exchange with": keying },
            ...Object.fromEntries(
              data.prices
                .filter((price) => price.mcu === name && price.keying === keying)
                .map(({ radio: on, e_J, share }) => [on, `${brief(e_J, "J")}, ${percent(share)}`]),
            ),
          })),
        ),
        note: "Energy of M3, and its share in the exchange.",
      },
    ],
    rests: [
      `An M3 of ${first.octets} octets, without data or command, ${READING_octets} octets of reading in the ` +
        `M2; DL ${AIR.dlRate_kbps} kb/s, ${AIR.padding_us} us of padding.`,
      "The AP answers within the SIFS; one that is late sends no M3, and the station has listened in vain.",
    ],
    moved: {
      what: `the energy of M3 on ${mcu}, ${nvm}, ${radio}, PMK derived`,
      value: first.e_J,
      shown: (value) => brief(value, "J"),
      swings: data.swings,
    },
  };
}

/** Phases that a reader tells apart. */
const PARTS_SHOWN = [
  { name: "radio", colour: "orange", phases: ["listen", "rx", "tx", "sleep"] },
  { name: "computing", colour: "blue", phases: ["m3"] },
  { name: "NVM", colour: "purple", phases: ["nvm"] },
] as const;

function plot({ prices }: M3Data): Page["parts"][number] {
  const shown = ["tgbp-active", "nrf54l15"];
  return {
    picture: "share",
    alt: "Share of M3 in a first exchange by microcontroller, for the task group's radio and for a radio of 2024",
    svg: barsSvg({
      title: "Share of M3 in a first exchange",
      desc: [
        "For each microcontroller, with the task group's radio and with one that can be bought: the share of " +
          "M3 in the energy",
        "of the exchange, by what it goes to.",
      ],
      keys: [...PARTS_SHOWN],
      groups: shown.map((radio) => ({
        name: `radio ${radio}`,
        bars: prices
          .filter((price) => price.radio === radio && price.keying === KEYINGS[0])
          .map(({ mcu, e_J, share, phases }) => ({
            name: mcu,
            parts: PARTS_SHOWN.map(({ colour, phases: names }) => ({
              colour,
              value: (100 * share * names.reduce((sum, name) => sum + (phases[name] ?? 0), 0)) / e_J,
            })),
            label: `${percent(share)}, ${brief(e_J, "J")}`,
          })),
      })),
      axis: { label: "of the energy of the exchange, %", tick: (value) => String(value) },
    }),
  };
}

function figures({ rows }: M3Data): Figures {
  return Object.fromEntries(
    rows.flatMap(({ profile, mode, keying, octets, wasm }) => [
      [`M3, ${profile}, ${mode}, ${keying}: octets`, octets],
      ...(wasm === null ? [] : [[`M3, ${profile}, ${mode}, ${keying}: wasm instructions`, wasm]]),
    ]),
  );
}
