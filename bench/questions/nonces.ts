/*
 * Question: nonces of 8, 16 or 32 octets, in airtime and energy.
 *
 * Each is run: 16 and 32 by the shipped module (profiles compact and wide), 8 by one that is compiled from the same
 * sources with another N in the profile compact. The other end is made of host/wire (exchange.ts), as no AccessPoint has
 * the profile of 8. The chance that n random nonces of b bits hold one twice is below n^2 / 2^(b + 1).
 */

import type { Figures } from "../../host/bench/bench.ts";
import { variantModule } from "../../host/build/build.ts";
import { dlAirtime_us, ulAirtime_us } from "../../host/channel/airtime.ts";
import { CORTEX_M4 } from "../../host/energy/profiles/weights.ts";
import { priced } from "../../host/handshake/price.ts";
import type { Way } from "../../host/handshake/way.ts";
import { checkScenario } from "../../host/sim/scenario/read.ts";
import { FUEL_PER_CYCLE } from "../../host/sim/supply.ts";
import { figures as threeFigures } from "../../host/text/units.ts";
import { PROFILES, type Profile, readingMaxOctets } from "../../host/wire/profile.ts";
import { UL_RATES_kbps } from "../../host/wire/triggerinfo.ts";
import { type Exchange, exchanges, exchangeWays, fuelOf } from "./exchange.ts";
import { AIR, type Lab, parts, READING_octets } from "./lab.ts";
import type { Page, Question } from "./question.ts";
import { barsSvg } from "./svg/bars.ts";
import type { Colour } from "./svg/theme.ts";
import { type Swing, swingsOf } from "./swing.ts";
import { brief, chance, compared } from "./units.ts";

const us = 1e-6;
const YEAR_s = 365.25 * 86_400;
/** The short nonce in the sources of the station: 8 octets where the profile compact has 16. */
const SHORT = {
  N: 8,
  edit: [
    "assembly/frame/fields.ts",
    "return 32 >> i32((tdc & TDC_PROFILE) == COMPACT);",
    "return 32 >> (2 * i32((tdc & TDC_PROFILE) == COMPACT));",
  ],
} as const;
/** Where what is sent weighs most, and least: a core of the task group's class, and the default. */
const MCUS = ["near-threshold-10pJ", "nrf54l15"] as const;
/** What the task group hopes for, a hundredfold of which can be bought, and something between. */
const RADIOS = ["tgbp-active", "tgbp-active-500uW", "nrf52840"] as const;

interface Row {
  readonly N: number;
  readonly isShipped: boolean;
  readonly m1_octets: number;
  readonly m2_octets: number;
  readonly readingMax_octets: number;
  readonly shaBlocks: number;
  /** Of CPU fuel, in cycles of a Cortex-M4. */
  readonly cycles: number;
  /** Energy on MCUS[0] with each of RADIOS. */
  readonly airtimes: readonly {
    readonly ulRate_kbps: number;
    readonly airtime_s: number;
    readonly e_J: readonly number[];
  }[];
  /** By part, at 1 Mb/s up. */
  readonly energies: readonly {
    readonly mcu: string;
    readonly e_J: number;
    readonly radio_J: number;
    readonly cpu_J: number;
  }[];
  /** That an AP's ANonces of a year hold one twice. */
  readonly repeated: number;
}

export interface NoncesData {
  readonly dlRate_kbps: number;
  readonly triggerPeriod_s: number;
  readonly rows: readonly Row[];
  readonly swings: readonly Swing[];
}

export const nonces: Question<NoncesData> = { name: "nonces", measured, page, figures };

async function measured({ module, names }: Lab): Promise<NoncesData> {
  const short = await variantModule("release", [SHORT.edit]);
  const [compact, wide] = PROFILES;
  const runs: [Uint8Array, Profile][] = [
    [short, { ...compact, N: SHORT.N }],
    [module, compact],
    [module, wide],
  ];
  const { trigger_period_s } = checkScenario({}, "the default triggers").ap;
  const made = runs.map(([octets, profile]) => counted(octets, names, profile, octets === module));
  const rows = made.map((one) => rowOf(one, trigger_period_s));
  const [, sixteen, thirtyTwo] = made;
  const added = swingsOf(parts({ mcu: MCUS[0] }), (profiles) => {
    return priced(thirtyTwo.way, profiles, AIR).e_J - priced(sixteen.way, profiles, AIR).e_J;
  });
  return { dlRate_kbps: AIR.dlRate_kbps, triggerPeriod_s: trigger_period_s, rows, swings: added };
}

/** An exchange that has been run. */
interface Counted {
  readonly profile: Profile;
  readonly exchange: Exchange;
  readonly way: Way;
  readonly isShipped: boolean;
}

export function counted(module: Uint8Array, names: readonly string[], profile: Profile, isShipped: boolean): Counted {
  const options = { module, names, profile, reading_octets: READING_octets };
  const { first: exchange } = exchanges({ ...options, weights: CORTEX_M4 });
  return { profile, exchange, way: exchangeWays([CORTEX_M4], options).first, isShipped };
}

/** All that follows from it. */
export function rowOf({ profile, exchange, way, isShipped }: Counted, triggerPeriod_s: number): Row {
  const { m1_octets, m2_octets, boot, m2, m3 } = exchange;
  const { N } = profile;
  return {
    ...{ N, isShipped, m1_octets, m2_octets, readingMax_octets: readingMaxOctets(profile) },
    shaBlocks: m2.functions["crypto/sha256/compress"].calls,
    cycles: (fuelOf(boot) + fuelOf(m2) + fuelOf(m3)) / FUEL_PER_CYCLE,
    airtimes: UL_RATES_kbps.map((ulRate_kbps) => ({
      ulRate_kbps,
      airtime_s: airtime_s(exchange, ulRate_kbps),
      e_J: RADIOS.map((radio) => priced(way, parts({ mcu: MCUS[0], radio }), { ...AIR, ulRate_kbps }).e_J),
    })),
    energies: MCUS.map((mcu) => {
      const { e_J, byPhase } = priced(way, parts({ mcu }), AIR);
      const { rx = 0, tx = 0, listen = 0, frame = 0, m3: confirm = 0 } = byPhase;
      return { mcu, e_J, radio_J: rx + tx + listen, cpu_J: frame + confirm };
    }),
    repeated: repeatedIn(YEAR_s / triggerPeriod_s, N),
  };
}

/** That so many ANonces of N octets hold one twice. */
export function repeatedIn(triggers: number, N: number): number {
  return Math.min(1, triggers ** 2 / 2 ** (8 * N + 1));
}

/** M1 and M2 on the air. */
function airtime_s({ m1_octets, m2_octets }: Exchange, ulRate_kbps: number): number {
  return (dlAirtime_us(m1_octets, AIR.dlRate_kbps, AIR.padding_us) + ulAirtime_us(m2_octets, ulRate_kbps)) * us;
}

function page({ rows, dlRate_kbps, triggerPeriod_s, swings }: NoncesData): Page {
  const [eight, sixteen, thirtyTwo] = rows;
  const [slow, , quick] = UL_RATES_kbps;
  const air = (row: Row, ulRate_kbps: number): number => {
    return (row.airtimes.find((one) => one.ulRate_kbps === ulRate_kbps) ?? row.airtimes[0]).airtime_s;
  };
  const on = (row: Row, mcu: string) => row.energies.find((one) => one.mcu === mcu) ?? row.energies[0];
  const [small, large] = MCUS;
  const added = on(thirtyTwo, small).e_J - on(sixteen, small).e_J;
  const addedCpu = on(thirtyTwo, small).cpu_J - on(sixteen, small).cpu_J;
  return {
    question: "Nonces of 8, 16 or 32 octets: what do they cost in airtime and energy, at each uplink rate?",
    answer:
      `From 16 to 32 octets M1 and M2 take ${compared(air(thirtyTwo, slow), air(sixteen, slow))} airtime at ` +
      `${slow} kb/s up and ${compared(air(thirtyTwo, quick), air(sixteen, quick))} at ${quick} kb/s, ` +
      `and the exchange ${compared(on(thirtyTwo, small).e_J, on(sixteen, small).e_J)} energy on ${small} and ` +
      `${compared(on(thirtyTwo, large).e_J, on(sixteen, large).e_J)} on ${large}; ` +
      `${Math.round((100 * addedCpu) / added)} % of that is computing, ${thirtyTwo.shaBlocks} blocks of ` +
      `SHA-256 instead of ${sixteen.shaBlocks}, not the radio. ` +
      `8 octets take ${compared(air(eight, slow), air(sixteen, slow))} airtime than 16 at ${slow} kb/s and ` +
      `${eight.shaBlocks === sixteen.shaBlocks ? "as many" : `${eight.shaBlocks}`} blocks; an AP that ` +
      `triggers every ${brief(triggerPeriod_s, "s")} repeats an ANonce of 8 within a year with a chance of ` +
      `${chance(eight.repeated)}, one of 16 with ${chance(sixteen.repeated)}.`,
    parts: [
      plot(rows, dlRate_kbps),
      {
        id: "nonces",
        title: "By length of ANonce and SNonce",
        headline: true,
        rows: rows.map((row) => ({
          N: row.N,
          module: row.isShipped ? "shipped" : "variant",
          "M1, octets": row.m1_octets,
          "M2, octets": row.m2_octets,
          "room for a reading": row.readingMax_octets,
          "SHA-256 blocks": row.shaBlocks,
          cycles: Math.round(row.cycles),
          ...Object.fromEntries(
            row.airtimes.map(({ ulRate_kbps, airtime_s }) => [`air, UL ${ulRate_kbps} kb/s`, brief(airtime_s, "s")]),
          ),
          ...Object.fromEntries(row.energies.map(({ mcu, e_J }) => [mcu, brief(e_J, "J")])),
          "ANonce twice in a year": chance(row.repeated),
        })),
        note: `A first exchange with M3, AES-CCM, MIC of 8 octets, ${READING_octets} octets of reading; M1 at ${dlRate_kbps} kb/s. Cycles as the
meter prices them on a Cortex-M4. A station's own SNonce does not repeat because of its boot counter, which is hashed in, as long
as the hash is not cut too short. With a repeated ANonce, and the same Session ID (one trigger in 256 has it), a recorded M2 is
taken once more, and the M3 that answers it has the key and the PN of the first.`,
      },
      {
        id: "nonces-energy",
        title: `Energy of the exchange on ${small}, by uplink rate and radio`,
        rows: rows.flatMap((row) =>
          row.airtimes.map(({ ulRate_kbps, e_J }) => ({
            N: row.N,
            "UL, kb/s": ulRate_kbps,
            ...Object.fromEntries(RADIOS.map((radio, i) => [radio, brief(e_J[i], "J")])),
          })),
        ),
        note: "The radio listens for the M3 as it does in any exchange. MCU and NVM are the same in every row.",
      },
    ],
    rests: [
      "Airtime: rates, sync and preamble as the contributions have them (proposals); energy of the task " +
        "group's radio, 10 uW to receive and 50 uW to send (proposals): a radio that takes more makes octets " +
        "dearer than blocks.",
      `N 8 is a variant of the shipped sources with one line changed; its AP is host/wire's.`,
      "ANonces are random and independent.",
    ],
    moved: {
      what: `the energy that 32 octets add to 16 on ${small}`,
      value: added,
      shown: (value) => brief(value, "J"),
      swings,
    },
  };
}

const COLOURS: readonly Colour[] = ["pale", "blue", "navy"];

function plot(rows: readonly Row[], dlRate_kbps: number): Page["parts"][number] {
  const rates = [...UL_RATES_kbps];
  return {
    picture: "airtime",
    alt: "Airtime of M1 and M2 for nonces of 8, 16 and 32 octets at three uplink rates",
    svg: barsSvg({
      title: "Airtime of M1 and M2 by length of the nonces",
      desc: [
        `M1 at ${dlRate_kbps} kb/s and M2 at each uplink rate, for nonces of 8, 16 and 32 octets: a bar each, ` +
          "a group a rate.",
      ],
      keys: rows.map(({ N }, i) => ({ name: `${N} octets`, colour: COLOURS[i] })),
      groups: rates.map((ulRate_kbps) => ({
        name: `UL ${ulRate_kbps} kb/s`,
        bars: rows.map(({ N, airtimes }, i) => {
          const { airtime_s } = airtimes.find((one) => one.ulRate_kbps === ulRate_kbps) ?? airtimes[0];
          return {
            name: `${N} octets`,
            parts: [{ colour: COLOURS[i], value: airtime_s / us }],
            label: `${threeFigures(airtime_s / us)} us`,
          };
        }),
      })),
      axis: { label: "on the air, us", tick: (value) => value.toLocaleString("en") },
    }),
  };
}

function figures({ rows }: NoncesData): Figures {
  return Object.fromEntries(
    rows.flatMap(({ N, m1_octets, m2_octets, shaBlocks }) => [
      [`nonces of ${N}: octets of M1 and M2`, m1_octets + m2_octets],
      [`nonces of ${N}: SHA-256 blocks of an M2`, shaBlocks],
    ]),
  );
}
