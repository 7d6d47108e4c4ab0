/*
 * Question: a MIC of 8 or of 16 octets?
 *
 * Cost: the profiles wide (N 32, M 8) and strong (N 32, M 16), both run. Use: a forged M2 is taken with the chance
 *
 *     p = 1 - (1 - candidates / 2^(8 M))^tries
 *
 * where a try is one M2 on the air and candidates are the devices that the AP tries it against, 8 at most (AMP-R3). Lengths
 * that no profile has are arithmetic alone.
 */
import type { Figures } from "../../host/bench/bench.ts";
import { AMP_SIFS, ulAirtime_us } from "../../host/channel/airtime.ts";
import { priced } from "../../host/handshake/price.ts";
import type { Way } from "../../host/handshake/way.ts";
import { log1p } from "../../host/math/log.ts";
import { OVERHEAD_OCTETS } from "../../host/wire/mac.ts";
import { PROFILES, readingMaxOctets } from "../../host/wire/profile.ts";
import { UL_RATES_kbps } from "../../host/wire/triggerinfo.ts";
import { AIR, type Lab, MCU_NAMES, PARTS, parts, phases_J, READING_octets } from "./lab.ts";
import type { Page, Question } from "./question.ts";
import { curvesSvg } from "./svg/curves.ts";
import { type Swing, swingsOf } from "./swing.ts";
import { brief, compared, span } from "./units.ts";

const us = 1e-6;
const YEAR_s = 365.25 * 86_400;
const [, SHORT, LONG] = PROFILES;
const MODES = ["CCM", "MIC"] as const;
/** MIC lengths in octets: a straw poll's 16 bits (stds-802-11-tgbp msg00408), 802.11's own 8 and 16, and between. */
const LENGTHS = [2, 4, 6, 8, 10, 12, 14, 16];
/** AMP-R3. */
const CANDIDATES_MAX = 8;
/** Chances that are asked for: as likely as not, and what one would call never. */
const CHANCES = [0.5, 1e-6];

interface Cost {
  readonly mode: string;
  readonly mic_octets: number;
  readonly readingMax_octets: number;
  readonly ul_octets: number;
  readonly dl_octets: number;
  readonly wasm: number | null;
  readonly m4: number | null;
  readonly airtimes: readonly { readonly ulRate_kbps: number; readonly airtime_s: number }[];
  readonly energies: readonly { readonly mcu: string; readonly e_J: number }[];
}

export interface MicData {
  readonly nonce_octets: number;
  readonly costs: readonly Cost[];
  readonly candidates: number;
  /** Of one try: the shortest M2 with that MIC at the highest rate, and a SIFS. */
  readonly forgeries: readonly {
    readonly mic_octets: number;
    readonly try_s: number;
    /** Air that is filled with tries until the chances of CHANCES, s. */
    readonly until_s: readonly number[];
  }[];
  /** What the longer adds on the default parts, CCM, by phase, J. */
  readonly addedByPhase_J: Readonly<Record<string, number>>;
  readonly swings: readonly Swing[];
}

export const mic: Question<MicData> = { name: "mic", measured, page, figures };

function measured(lab: Lab): MicData {
  const wayOf = (profile: string, mode: string): Way => lab.way(`AMP ${profile}, ${mode}, PMK derived`);
  const costs = MODES.flatMap((mode) =>
    [SHORT, LONG].map((profile): Cost => {
      const way = wayOf(profile.name, mode);
      const { ul_octets, dl_octets, wasm, m4 } = way;
      return {
        ...{ mode, mic_octets: profile.M, readingMax_octets: readingMaxOctets(profile) },
        ...{ ul_octets, dl_octets, wasm, m4 },
        airtimes: UL_RATES_kbps.map((ulRate_kbps) => ({
          ulRate_kbps,
          airtime_s: priced(way, parts(), { ...AIR, ulRate_kbps }).airtime_s,
        })),
        energies: MCU_NAMES.map((mcu) => ({ mcu, e_J: priced(way, parts({ mcu }), AIR).e_J })),
      };
    }),
  );
  const quickest_kbps = Math.max(...UL_RATES_kbps);
  const forgeries = LENGTHS.map((mic_octets) => {
    const m2_octets = OVERHEAD_OCTETS + PROFILES[0].N + mic_octets;
    const try_s = (ulAirtime_us(m2_octets, quickest_kbps) + AMP_SIFS.value) * us;
    const oneFails = log1p(-CANDIDATES_MAX / 2 ** (8 * mic_octets));
    const until_s = CHANCES.map((p) => Math.max(1, log1p(-p) / oneFails) * try_s);
    return { mic_octets, try_s, until_s };
  });
  const priceOf = (profile: string, profiles = parts()) => priced(wayOf(profile, "CCM"), profiles, AIR);
  return {
    ...{ nonce_octets: LONG.N, costs, candidates: CANDIDATES_MAX, forgeries },
    addedByPhase_J: phases_J(priceOf(LONG.name), priceOf(SHORT.name)),
    swings: swingsOf(parts(), (profiles) => priceOf(LONG.name, profiles).e_J - priceOf(SHORT.name, profiles).e_J),
  };
}

/** Phases of an energy in which the radio sends or receives; in all others of these two ways the CPU works. */
const ON_AIR = ["rx", "tx", "listen", "sleep"];

function page({ nonce_octets, costs, candidates, forgeries, addedByPhase_J, swings }: MicData): Page {
  const [short, long] = costs;
  const energy = (cost: Cost, mcu: string): number => cost.energies.find((one) => one.mcu === mcu)?.e_J ?? Number.NaN;
  const own = PARTS.mcu;
  const added_J = energy(long, own) - energy(short, own);
  const addedM4 = (long.m4 ?? Number.NaN) - (short.m4 ?? Number.NaN);
  const added_octets = long.ul_octets + long.dl_octets - short.ul_octets - short.dl_octets;
  const onAir_J = ON_AIR.reduce((sum, phase) => sum + (addedByPhase_J[phase] ?? 0), 0);
  const worst = Math.max(...MCU_NAMES.map((mcu) => energy(long, mcu) / energy(short, mcu) - 1));
  const until = (octets: number, which: number): string => {
    return span(forgeries.find(({ mic_octets }) => mic_octets === octets)?.until_s[which] ?? Number.NaN);
  };
  const [slow] = UL_RATES_kbps;
  const at = (cost: Cost): number =>
    cost.airtimes.find(({ ulRate_kbps }) => ulRate_kbps === slow)?.airtime_s ?? Number.NaN;
  return {
    question: "A MIC of 8 or of 16 octets?",
    answer:
      `16 octets cost ${brief(added_J, "J")} more an exchange on ${own} (at most ${(100 * worst).toFixed(1)} % ` +
      `on any MCU), ${compared(at(long), at(short))} airtime at ` +
      `${slow} kb/s, and ${short.readingMax_octets - long.readingMax_octets} octets of every reading's room. ` +
      "Against guessing over the air 8 octets hold: an AP whose air is " +
      `filled with forged M2s takes one with a chance of one in a million after ${until(8, 1)}; 16 bits, as a ` +
      "straw poll has them for the FCS, would be forged as " +
      `likely as not within ${until(2, 0)}.`,
    parts: [
      plot(forgeries),
      {
        id: "mic",
        title: "The same exchange with either MIC",
        headline: true,
        rows: costs.map((cost) => ({
          ...{ mode: cost.mode, MIC: cost.mic_octets, "room for a reading": cost.readingMax_octets },
          ...{ "octets up": cost.ul_octets, "octets down": cost.dl_octets, wasm: cost.wasm, M4: cost.m4 },
          ...Object.fromEntries(
            cost.airtimes.map(({ ulRate_kbps, airtime_s }) => [`air, UL ${ulRate_kbps} kb/s`, brief(airtime_s, "s")]),
          ),
          ...Object.fromEntries(cost.energies.map(({ mcu, e_J }) => [mcu, brief(e_J, "J")])),
        })),
        note: `First exchange with M3, air of all three frames, nonces of ${nonce_octets} octets, ${READING_octets} octets of reading, DL ${AIR.dlRate_kbps} kb/s. The
tag is cut from the same block of AES. Still, of the ${brief(added_J, "J")} that a longer MIC adds on ${own}, ${brief(added_J - onAir_J, "J")} is
computing, ${addedM4.toLocaleString("en")} M4 instructions for
${added_octets} octets more to move and check, and ${brief(onAir_J, "J")} the radio.`,
      },
      {
        id: "mic-forgery",
        title: "Forging an M2 by guessing, all the air filled with tries",
        rows: forgeries.map(({ mic_octets, try_s, until_s }) => ({
          "MIC, octets": mic_octets,
          "a try": brief(try_s, "s"),
          "as likely as not after": span(until_s[0]),
          "one in a million after": span(until_s[1]),
        })),
        note: `The shortest M2 of the profile compact with that MIC at the highest uplink rate, one SIFS between two, each tried
against ${candidates} devices. Such a forgery brings a reading without meaning (under CCM) or one of the forger's (in clear), once.`,
      },
    ],
    rests: [
      `An AP tries an M2 against at most ${candidates} devices (AMP-R3), and a forger has the whole air to ` +
        "itself all the time; guessing is the best attack on CCM and CMAC.",
      "Rates and sync of the uplink as the contributions have them (proposals).",
    ],
    moved: {
      what: `the energy that 16 octets add to 8 on ${own}, CCM`,
      value: added_J,
      shown: (value) => brief(value, "J"),
      swings,
    },
  };
}

function plot(forgeries: MicData["forgeries"]): Page["parts"][number] {
  return {
    picture: "forgery",
    alt:
      "Time until a forged M2 is taken over the length of the MIC, on a logarithmic axis: two lines that rise " +
      "with every octet. The one for as likely as not is straight; the one for one in a million is flatter up to 4 octets, " +
      "since at 2 a single try is already likelier than that",
    svg: curvesSvg({
      title: "Time until a forged M2 is taken, by length of the MIC",
      desc: [
        "All the air filled with guesses: years until one is taken as likely as not, and with a chance of one " +
          "in a million, over the",
        "octets of the MIC.",
      ],
      x: { label: "MIC, octets", low: 2, high: 16, ticks: LENGTHS, tick: (octets) => String(octets) },
      y: {
        label: "air filled with tries, years",
        low: 1e-15,
        high: 1e30,
        log: true,
        tick: (years) => years.toExponential(0).replace("e+", "e").replace(/^1e0$/, "1"),
      },
      curves: CHANCES.map((p, which) => ({
        name: p === 0.5 ? "as likely as not" : "with a chance of one in a million",
        colour: (["blue", "orange"] as const)[which],
        points: forgeries.map(({ mic_octets, until_s }) => ({ x: mic_octets, y: until_s[which] / YEAR_s })),
      })),
      guides: [
        { y: 1, label: "a year" },
        { x: 8, label: "802.11's CCMP-128" },
      ],
    }),
  };
}

function figures({ costs }: MicData): Figures {
  return Object.fromEntries(
    costs.flatMap(({ mode, mic_octets, ul_octets, dl_octets, wasm }) => [
      [`MIC of ${mic_octets}, ${mode}: octets`, ul_octets + dl_octets],
      ...(wasm === null ? [] : [[`MIC of ${mic_octets}, ${mode}: wasm instructions`, wasm]]),
    ]),
  );
}
